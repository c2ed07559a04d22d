"""What a file that is not of the expected kind is, by its content (src/model/file_kind.cpp keeps
the same rules)."""

import re
from pathlib import Path

_TAKE_THE_CODE = (
    "Give the code of the network as SOURCE (file.py:callable) and this file as --weights."
)
_CONVERT_FIRST = (
    "Load it in PyTorch first (a module of your own code as SOURCE): only that is read."
)
_HEAD, _TAIL = (
    512,
    1 << 20,
)  # bytes that identify most kinds, and that hold the list of a zip archive's files

_SIGNATURES = (  # where, bytes, what it is, what to do
    (
        0,
        b"version https://git-lfs",
        "is a git LFS pointer, not the file itself",
        "Fetch it with `git lfs pull`.",
    ),
    (0, b"\x89HDF\r\n\x1a\n", "is an HDF5 file (weights of Keras or TensorFlow?)", _CONVERT_FIRST),
    (4, b"TFL3", "is a TensorFlow Lite model", _CONVERT_FIRST),
    (0, b"\x93NUMPY", "is a NumPy array", _TAKE_THE_CODE),
    (0, b"%PDF", "is a PDF document", "Is the path right?"),
    (0, b"\x1f\x8b", "is a gzip archive", "Unpack it first."),
    (257, b"ustar", "is a tar archive", "Unpack it first."),
    (0, b"Rar!", "is a RAR archive", "Unpack it first."),
    (0, b"7z\xbc\xaf", "is a 7-Zip archive", "Unpack it first."),
    (
        8,
        b'{"',
        "is a safetensors file: weights, but no graph",
        (
            "Save its tensors with torch.save (torch.save(safetensors.torch.load_file(...),"
            " 'w.pth')) and give that as --weights."
        ),
    ),
)


def find_file_kind(path):
    """(what the file is, what to do) as the rest of a sentence and a sentence; ("", "") if nothing
    is known of it."""
    path = Path(path)
    if path.is_dir():
        return (
            "is a folder",
            "Is it a model of TensorFlow or Hugging Face? Load it in code of your own as SOURCE.",
        )
    size = path.stat().st_size
    if size == 0:
        return "is empty", "Copy or download it again."
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"PK"):
            file.seek(max(0, size - _TAIL))
            return _kind_of_zip(file.read())
    for at, content, description, advice in _SIGNATURES:
        if head[at : at + len(content)] == content:
            return description, advice
    if (
        len(head) > 4
        and head[0] == 8
        and 0 < head[1] < 20
        and (head[2] in (0x12, 0x3A) or b"onnx" in head or b"pytorch" in head)
    ):
        return "is an ONNX file", _CONVERT_FIRST
    if len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return (
            "is a pickle (torch.save in its old form?): weights or a Python object, but no graph",
            _TAKE_THE_CODE,
        )
    text = head.decode("latin-1").strip().lower()
    if re.match("<!doctype html|<html", text):
        return (
            "is a web page, not a model",
            "Was it saved from a link that needs a login? Download it again.",
        )
    if text.startswith("<?xml"):
        return "is an XML file (OpenVINO?)", _CONVERT_FIRST
    if text.startswith(("import ", "from ", "#!", '"""')):
        return "is a program text, not a model", _TAKE_THE_CODE
    return "", ""


def _kind_of_zip(tail):
    """Of a zip archive, which PyTorch's own files are, by the list of files at its end."""
    if b"PK\x05\x06" not in tail:
        return (
            "is cut off: the end of its archive is missing",
            "Copy or download it again and compare the sizes.",
        )
    if b"/data/aotinductor/" in tail:
        return (
            "is a compiled program (AOTInductor, .pt2)",
            (
                "csm_mpi runs it as it is, as a black box: --model x.pt2 with its contract beside"
                " it (docs/black_box.md)."
            ),
        )
    if b"/archive_format" in tail or b"serialized_exported_program.json" in tail:
        return (
            "is an exported program (torch.export, .pt2)",
            "Name it .pt2 and give it as SOURCE, without --weights.",
        )
    if b"/constants.pkl" in tail:
        return "is a TorchScript file", "Give it as SOURCE, without --weights."
    if b"/data.pkl" in tail or b"/data/0" in tail:
        return "is a file of torch.save: weights or a pickled module, but no graph", _TAKE_THE_CODE
    if b".npy" in tail:
        return "is an archive of NumPy arrays (.npz)", _TAKE_THE_CODE
    if b"saved_model.pb" in tail or b"keras" in tail or b"model.weights.h5" in tail:
        return "is a Keras or TensorFlow model", _CONVERT_FIRST
    return "is a zip archive of other files", "Unpack it first."
