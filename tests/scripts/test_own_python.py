"""own_python: a script goes on in the environment of setup.sh where its own Python lacks packages, and only there."""

import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

BARE = (sys.executable, "-S")  # a Python without packages


@pytest.fixture
def script(tmp_path):
    """A script beside own_python, in a folder whose environment's Python only says what it was asked to run."""
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


def test_goes_on_in_the_environment_with_the_same_words(script):
    assert run(*BARE, script, "a.h5", "--title", "two words") == f"environment: {script} a.h5 --title two words"


def test_stays_where_all_packages_are(script):
    assert run(sys.executable, script) == "went on"


def test_stays_where_no_environment_was_made(script):
    shutil.rmtree(script.parents[1] / ".csm")
    assert run(*BARE, script) == "went on"


def test_leaves_a_program_alone_that_imports_a_script(script, tmp_path):
    program = tmp_path / "notebook.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(script.parent)!r})\nimport plot\n")
    assert run(*BARE, program) == "went on"
