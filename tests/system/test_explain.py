"""csm.explain: a torch module explained from Python, errors by name, a stop that the next call goes on from."""

import os
import signal
import subprocess
import sys

import conftest
import csm
import numpy as np
import pytest
import torch
from csm.errors import UserError
from csm.explaining import RunFailed, _fingerprint

STUB = """#!{python}
import pathlib, signal, sys, time
def stop(*_):
    pathlib.Path({folder!r}, "saved").touch()
    sys.exit(75)
signal.signal(signal.SIGUSR1, stop)
print('{{"event": "progress", "n_done": 1, "n_total": 9, "seconds": 2}}', flush=True)
if pathlib.Path({folder!r}, "fail").exists():
    sys.exit("csm: error: no face was found")
time.sleep(60)
"""


class Linear(torch.nn.Module):
    """Two scores that are sums over the image."""

    def __init__(self, weight):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.as_tensor(weight, dtype=torch.float32), requires_grad=False)

    def forward(self, x):
        return (x.unsqueeze(1) * self.weight).flatten(2).sum(2)


@pytest.fixture
def arguments(data, tmp_path):
    """What explain needs on the data set of the tests, whose meshes are files."""
    return {"images": data.manifest, "task": "gender", "classes": conftest.GENDERS, "crop": "whole_image",
            "input_size": (conftest.HEIGHT, conftest.WIDTH),
            "contract": {"input": {"mean": conftest.MEAN, "std": conftest.STD}, "outputs": [{"name": "scores", "kind": "logit"}]},
            "ranks": 1, "output": tmp_path / "mine.h5", "progress": False, "mesh": "files", "mesh_dir": data.meshes,
            "canonical": data.folder / "canonical.npy", "canonical_size": conftest.SIZE, "vertex_stride": conftest.STRIDE,
            "patch_size": 5, "detector_model": "none.pt", "device": "cpu", "threads_per_rank": 1}


def test_a_module_is_explained_as_by_hand(data, arguments, run_csm, tmp_path, monkeypatch):
    monkeypatch.setenv("CSM_BIN", str(conftest.PROGRAM.parent))
    module = Linear(data.weight("classifier"))
    result = csm.explain(module, **arguments)
    by_hand = run_csm(*data.arguments(tmp_path / "hand.h5", "--label", "auto"))
    assert by_hand.returncode == 0, by_hand.stderr
    np.testing.assert_array_equal(result.cms, csm.open(tmp_path / "hand.h5").cms)
    assert result.n_images == conftest.N_IMAGES

    with pytest.raises(UserError, match="overwrite=True"):
        csm.explain(module, **arguments)
    written = (tmp_path / "mine.pt").stat().st_mtime_ns
    csm.explain(module, **arguments | {"overwrite": True})
    assert (tmp_path / "mine.pt").stat().st_mtime_ns == written, "the file of the same module is kept: checkpoints belong to it"


def test_files_may_be_listed_and_wrong_options_are_named(data, arguments, monkeypatch):
    monkeypatch.setenv("CSM_BIN", str(conftest.PROGRAM.parent))
    module = Linear(data.weight("classifier"))
    listed = arguments | {"images": [data.image(name) for name in data.names[:3]]}
    assert csm.explain(module, **listed).n_images == 3
    with pytest.raises(UserError, match="--patch-size"):
        csm.explain(module, **arguments | {"patch_size": -1, "overwrite": True})
    with pytest.raises(UserError, match="normalisation is 'vgg'"):
        csm.explain(module, **arguments | {"normalisation": "vgg", "overwrite": True})


def test_other_weights_and_contracts_are_other_models():
    module = Linear(np.ones((2, 3, 4, 5)))
    mark = _fingerprint(module, {"task": "gender"})
    assert mark == _fingerprint(Linear(np.ones((2, 3, 4, 5))), {"task": "gender"})
    assert mark != _fingerprint(Linear(np.zeros((2, 3, 4, 5))), {"task": "gender"})
    assert mark != _fingerprint(module, {"task": "age"})


@pytest.fixture
def stub(tmp_path):
    """A csm_mpi that works for a minute, stops with a checkpoint when it is told to, or fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "csm_mpi"
    program.write_text(STUB.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(0o755)
    return folder


def test_an_interrupt_lets_the_program_save(stub, tmp_path):
    code = f"from csm.explaining import _run\n_run([{str(stub / 'csm_mpi')!r}], True)"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    messages = b""
    while b"1 of 9 images" not in messages:
        part = os.read(process.stderr.fileno(), 4096)
        assert part, f"it ended before it was interrupted: {messages}"
        messages += part
    os.kill(process.pid, signal.SIGINT)
    messages = (messages + process.communicate(timeout=30)[1]).decode()
    assert (tmp_path / "saved").exists()
    assert "the same call goes on" in messages and "KeyboardInterrupt" in messages


def test_the_last_line_of_progress_names_what_follows(capsys):
    from csm.explaining import _show

    event = '{{"event": "progress", "n_done": {}, "n_total": 9, "seconds": 2}}'
    _show(event.format(8), True)
    assert capsys.readouterr().err == "\rcsm: 8 of 9 images, 2 s"
    _show(event.format(9), True)
    assert "9 of 9 images, 2 s; intervals, tests and the report follow" in capsys.readouterr().err


def test_the_boxes_of_mpirun_are_left_out_of_a_message():
    from csm.explaining import _last_messages

    rule = "-" * 74
    box = f"{rule}\nPrimary job  terminated normally, but 1 process returned\na non-zero exit code.\n{rule}\n"
    assert _last_messages(f"csm: note\ncsm: error: no face was found\n{box}{box}") == "csm: note\ncsm: error: no face was found"
    assert "non-zero exit code" in _last_messages(box), "what mpirun says by itself is not lost"


def test_a_failed_run_gives_the_programs_own_message(stub, tmp_path):
    from csm.explaining import _run

    (tmp_path / "fail").touch()
    with pytest.raises(RunFailed, match="no face was found"):
        _run([str(stub / "csm_mpi")], False)
