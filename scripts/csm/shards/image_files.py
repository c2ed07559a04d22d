"""Distinguishes images from other files by the rule of csm_mpi (src/dataset/file_kind.cpp): by
their ending, else by their first bytes."""

import os
from enum import Enum
from pathlib import Path


class Use(Enum):
    IMAGE = 1
    PASSED_OVER = 2  # a picture, or something that holds pictures, which cannot be used as it is
    COMPANION = 3  # labels, meshes, notes: no picture is missed


IMAGES = ".jpg .jpeg .jpe .jfif .jif .png .bmp .dib .tif .tiff .webp .ppm .pgm .pbm .pnm .jp2"
PASSED_OVER = {
    "raw photo": ".dng .cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .orf .rw2 .raf .pef .srw .x3f .raw",
    "video": ".mov .mp4 .m4v .avi .mkv .3gp .webm .mpg .mpeg .wmv .mts",
    "archive": ".zip .7z .rar .gz .tgz .bz2 .tbz2 .xz .txz .zst .tzst",
    "tar shard": ".tar",
    "document": ".pdf .ps .eps .svg .doc .docx .ppt .pptx .odt .odp",
    "other picture": ".psd .psb .xcf .ai .tga .exr .hdr .ico .jxr .wdp .dcm .fits",
}
COMPANIONS = (
    ".txt .csv .tsv .json .jsonl .xml .yaml .yml .toml .ini .cfg .conf .md .rst .htm .html .css .js"
    " .npy .npz .mat .obj .mtl .ply .stl .off .pts .pkl .pickle .h5 .hdf5 .pt .pth .onnx"
    " .safetensors .bin .dat .py .ipynb .m .r .sh .bat .log .db .sqlite .parquet .feather .xls"
    " .xlsx .ods .aae .xmp .thm .lnk .url .sha256 .md5 .lock .partial .part .crdownload .tmp .bak"
    " .old .orig .swp"
)
KIND_OF_ENDING = {ending: (Use.IMAGE, ending) for ending in IMAGES.split()}
KIND_OF_ENDING |= {
    ending: (Use.PASSED_OVER, kind)
    for kind, endings in PASSED_OVER.items()
    for ending in endings.split()
}
KIND_OF_ENDING |= {ending: (Use.COMPANION, ending) for ending in COMPANIONS.split()}

# Whether csm_mpi reads HEIC and AVIF depends on its build; it reports that it cannot.
IMAGE_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
}
ENDING_OF_BEGIN = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"II+\0", ".tif"),
    (b"MM\0+", ".tif"),
    (b"\xff\x4f\xff\x51", ".jp2"),
)


def ending_of_content(begin: bytes) -> str:
    """The ending that images of a format have, by the first 64 bytes of the file; empty for other
    files."""
    for mark, ending in ENDING_OF_BEGIN:
        if begin.startswith(mark):
            return ending
    if begin[:4] == b"RIFF" and begin[8:12] == b"WEBP":
        is_animated = begin[12:16] == b"VP8X" and len(begin) > 20 and begin[20] & 2
        return "" if is_animated else ".webp"
    if (
        begin[:2] == b"BM"
        and len(begin) > 17
        and begin[14] in (12, 40, 52, 56, 64, 108, 124)
        and begin[15:18] == b"\0\0\0"
    ):
        return ".bmp"
    if (
        begin[:1] == b"P"
        and begin[1:2] in tuple(b"%d" % i for i in range(1, 8))
        and begin[2:3] in (b" ", b"\t", b"\r", b"\n", b"#")
    ):
        return ".ppm"
    if begin[4:8] == b"jP  ":
        return ".jp2"
    if begin[4:8] == b"ftyp" and len(begin) >= 12:
        length = max(int.from_bytes(begin[2:4]), 12)
        brands = {begin[at : at + 4] for at in (8, *range(16, min(length, len(begin)) - 3, 4))}
        return (
            (".avif" if brands & {b"avif", b"avis"} else ".heic") if brands & IMAGE_BRANDS else ""
        )
    return ""


def is_text(begin: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\n\r\t\f" for byte in begin)


def kind_of_file(path: Path) -> tuple[Use, str]:
    """What a file is to a data set, and the name of its kind: by its ending, or if that is not
    enough, by its first bytes."""
    ending = path.suffix.lower()
    if ending in KIND_OF_ENDING:
        return KIND_OF_ENDING[ending]
    if ending.endswith("~"):
        return Use.COMPANION, "backup"
    with open(path, "rb") as file:
        begin = file.read(64)
    found = ending_of_content(begin)
    if found:
        return Use.IMAGE, found
    for mark, kind in (
        (b"GIF8", "GIF"),
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"RIFF", "animated WebP"),
    ):
        if begin.startswith(mark):
            return Use.PASSED_OVER, kind
    is_companion = ending not in (".heic", ".heif", ".avif") and is_text(begin)
    return (Use.COMPANION if is_companion else Use.PASSED_OVER), (
        f"{ending} file" if ending else "file without an ending"
    )


def _files_below(folder: Path):
    """The files below a folder but the hidden; links to folders are followed, each folder once, so
    that a loop ends."""
    seen = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = os.path.realpath(root)
        if here in seen:
            folders.clear()
            continue
        seen.add(here)
        yield from (Path(root, name) for name in files if not name.startswith("."))


def list_folder(folder: Path) -> tuple[list[Path], dict[str, list[str]]]:
    """The images below a folder, relative to it, in the order of csm_mpi, and the names of the
    pictures that are passed over, by kind."""
    images, passed_over = [], {}
    for path in _files_below(folder):
        name = path.relative_to(folder)
        use, kind = kind_of_file(path)
        if use is Use.IMAGE:
            images.append(name)
        elif use is Use.PASSED_OVER:
            passed_over.setdefault(kind, []).append(name.as_posix())
    return sorted(images, key=lambda name: name.as_posix().encode()), passed_over


def describe(passed_over: dict[str, list[str]]) -> str:
    """ "2 GIF (such as 'a.gif'), 1 video (such as 'b.mov')" """
    return ", ".join(
        f"{len(names)} {kind} (such as '{min(names)}')"
        for kind, names in sorted(passed_over.items())
    )
