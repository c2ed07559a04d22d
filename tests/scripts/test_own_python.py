"""own_python: a script goes on in the environment of setup.sh if its own Python lacks packages, and only there."""

import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

BARE = (sys.executable, "-S")  # a Python without packages


@pytest.fixture
def script(tmp_path):
    """A script beside own_python, in a folder whose environment's Python only prints what it was asked to run."""
    folder = tmp_path / "scripts"
    folder.mkdir()
    shutil.copy(ROOT / "scripts" / "own_python.py", folder)
    path = folder / "plot.py"
    path.write_text("import own_python\nprint('went on')\n")
    python = tmp_path / ".csm" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "environment: $*"\n')
    python.chmod(0o755)
    return path


def run(*command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout.strip()


def test_goes_on_in_the_environment_with_the_same_arguments(script):
    assert run(*BARE, script, "a.h5", "--title", "two parts") == f"environment: {script} a.h5 --title two parts"


def test_stays_where_all_packages_are(script):
    assert run(sys.executable, script) == "went on"


def test_stays_where_no_environment_was_made(script):
    shutil.rmtree(script.parents[1] / ".csm")
    assert run(*BARE, script) == "went on"


def test_the_exporter_needs_few_packages_only(script):
    """A Python without packages but for stand-ins of torch and numpy stays for export_model.py and goes for others."""
    for name in ("torch", "numpy"):
        (script.parent / f"{name}.py").write_text("")
    exporter = script.with_name("export_model.py")
    shutil.copy(script, exporter)
    assert run(*BARE, exporter) == "went on"
    assert run(*BARE, script).startswith("environment:")


def test_says_why_another_python_runs(script):
    exporter = script.with_name("export_model.py")
    shutil.copy(script, exporter)
    python = script.parents[1] / ".csm" / "venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$CSM_ASKED_PYTHON"\n')
    output = run(*BARE, exporter)
    assert output.endswith("lacks torch, numpy") and output.startswith(sys.executable)


def test_the_exporter_imports_nothing_but_torch_and_numpy():
    """In a process that cannot import what the environment has besides."""
    code = ("import sys; sys.path.insert(0, 'scripts')\n"
            "for name in ('PIL', 'scipy', 'h5py', 'onnx', 'matplotlib', 'skimage'): sys.modules[name] = None\n"
            "import export_model; print('imported')")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "imported"


def test_leaves_a_program_alone_that_imports_a_script(script, tmp_path):
    program = tmp_path / "notebook.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(script.parent)!r})\nimport plot\n")
    assert run(*BARE, program) == "went on"
