"""An installed program finds its jobs and models beside itself, also after it was moved."""

import os
import shutil
import subprocess

import conftest
import pytest

BUILD = conftest.PROGRAM.parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of an installation that was moved."""
    first = tmp_path_factory.mktemp("install") / "first"
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(first)], check=True, capture_output=True)
    second = first.with_name("second")
    first.rename(second)
    yield second
    shutil.rmtree(second)


def run(program, *arguments):
    environment = {name: value for name, value in conftest.environment().items() if name != "CSM_HOME"}
    return subprocess.run([str(program), *arguments], env=environment, cwd="/", capture_output=True, text=True, check=False)


def test_the_folders_are_there(installed):
    for program in ("csm_mpi", "csm_test"):
        assert os.access(installed / "bin" / program, os.X_OK)
    assert (installed / "share/csm/jobs/gender.cfg").is_file()
    assert (installed / "share/csm/schema/result_file.json").is_file()
    assert "csm_mpi" in (installed / "share/man/man1/csm_mpi.1").read_text()


def test_both_programs_start_from_there(installed):
    """They find LibTorch."""
    for program in ("csm_mpi", "csm_test"):
        result = run(installed / "bin" / program, "--help")
        assert result.returncode == 0 and program in result.stdout, result.stderr


def test_the_moved_program_takes_its_own_jobs_and_models(installed):
    result = run(installed / "bin/csm_mpi", "--task", "gender", "--print-config")
    assert result.returncode == 0, result.stderr
    config = dict(line.split(" = ", 1) for line in result.stdout.splitlines())
    for name in ("model", "detector-model"):
        assert config[name].startswith(f"{installed}/share/csm/models/"), config[name]
