"""Gives the tests of the program the data set, the networks and the runs of scripts/dev/synthetic_run.py."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "scripts" / "dev"), str(ROOT / "tests" / "golden")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "scripts"), os.environ.get("PYTHONPATH")]))

from synthetic_run import *  # noqa: E402, F403  for conftest.launch and so on
from synthetic_run import Data, launch, write_data  # noqa: E402


def pytest_configure(config):
    # torch calls TorchScript deprecated; it is the format that LibTorch loads.
    config.addinivalue_line("filterwarnings", "ignore:.*torch.jit.*:DeprecationWarning")


@pytest.fixture(scope="session")
def run_csm():
    """Returns run(*arguments, n_ranks=1, timeout=120) -> CompletedProcess. A run past the timeout is ended and fails the test."""

    def run(*arguments, n_ranks=1, timeout=120, cwd=None):
        process = launch(*arguments, n_ranks=n_ranks, cwd=cwd)
        command = process.args
        try:
            out, error = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, error = process.communicate()
            pytest.fail(f"{' '.join(command)} hangs: nothing after {timeout} s\n{out}{error}")
        return subprocess.CompletedProcess(command, process.returncode, out, error)

    return run


@pytest.fixture(scope="session")
def data_template(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture
def data(data_template, tmp_path):
    """A data set of its own for each test, free to be damaged."""
    shutil.copytree(data_template.folder, tmp_path / "data")
    return Data(tmp_path / "data")
