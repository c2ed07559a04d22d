"""A run that is stopped or killed goes on where it was, on any number of ranks, to the same bytes."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

import conftest
import h5py
import pytest
from conftest import begin_watch, checkpoint_folder
from same_results import check_same

N_IMAGES = 60
STOPPED = 75
EVERY_IMAGE = ("--checkpoint-interval", 0)
MORE = ("--save-cis", "--group-by", "predicted", "--fill", "noise")


@pytest.fixture(scope="module")
def paced(data_template, tmp_path_factory):
    """One data set for all: its path is among the options in the result. It runs fast, and slow while it is to be interrupted."""
    folder = tmp_path_factory.mktemp("paced") / "data"
    shutil.copytree(data_template.folder, folder)
    return conftest.Data(folder).add_copies(N_IMAGES).use_paced_model()


@pytest.fixture(scope="module")
def undisturbed(run_csm, paced, tmp_path_factory):
    path = tmp_path_factory.mktemp("undisturbed") / "result.h5"
    assert run_csm(*paced.arguments(path, *MORE), n_ranks=2).returncode == 0
    return path


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out" / "result.h5"


def checkpoints(output):
    return sorted(checkpoint_folder(output).glob("*.checkpoint"))


def wait_for(condition, process, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if condition():
            return
        time.sleep(0.005)
    process.kill()
    pytest.fail(f"nothing to wait for any more: {process.communicate()}")


def interrupt(data, output, how, *more, n_ranks=2, ready=None, pace=conftest.SLOW, launcher="mpirun"):
    """Starts a run, calls how(process) when it is ready (by default: has done an image), and returns (exit code, stderr)."""
    data.set_pace(pace)
    ready = ready or begin_watch(output)
    try:
        process = conftest.launch(*data.arguments(output, *MORE, *more), n_ranks=n_ranks, launcher=launcher)
        wait_for(ready, process)
        how(process)
        _, error = process.communicate(timeout=180)
    finally:
        data.set_pace(conftest.FAST)
    assert not output.exists()
    return process.returncode, error


def kill_all(process):
    # The ranks are in groups of their own, and no longer listed once the launcher is dead.
    ranks = ranks_of(process)
    os.killpg(process.pid, signal.SIGKILL)
    for rank in ranks:
        with contextlib.suppress(ProcessLookupError):
            os.kill(rank, signal.SIGKILL)
    end = time.monotonic() + 60
    while any(is_running(rank) for rank in ranks) and time.monotonic() < end:
        time.sleep(0.01)


def is_running(number):
    """Whether a process is there and not just waiting for its parent to take note of its end."""
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def ranks_of(process):
    """The process numbers of the ranks below a launcher."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(number) for number in file.read().split()]


def n_restored(path):
    with h5py.File(path) as file:
        return int(file["entry/process/n_restored"][()])


def finish(run_csm, data, output, undisturbed, *more, n_ranks=2, at_least=1):
    result = run_csm(*data.arguments(output, *MORE, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    check_same([undisturbed, output])
    assert at_least <= n_restored(output) <= N_IMAGES
    assert not checkpoint_folder(output).exists()
    return result


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_one_process_with_a_checkpoint(run_csm, paced, output, undisturbed, number):
    code, error = interrupt(paced, output, lambda process: process.send_signal(number), n_ranks=1)
    assert code == STOPPED, error
    assert re.search(r"csm: warning: \d+ of 60 images are done and saved in .*Run the same command again", error), error
    finish(run_csm, paced, output, undisturbed, n_ranks=1)


def test_one_rank_that_is_told_stops_all(run_csm, paced, output, undisturbed):
    code, error = interrupt(paced, output, lambda process: os.kill(ranks_of(process)[-1], signal.SIGUSR1), n_ranks=3)
    assert code == STOPPED, error
    finish(run_csm, paced, output, undisturbed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_at_mpirun_itself_leaves_a_checkpoint(run_csm, paced, output, undisturbed, number):
    """mpirun ends its ranks two seconds after Ctrl-C and returns 1 whatever they return; what is done is safe."""
    code, error = interrupt(paced, output, lambda process: process.send_signal(number))
    assert code != 0
    assert checkpoints(output), error
    finish(run_csm, paced, output, undisturbed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_at_the_mpirun_of_env_sh_stops_all_ranks_with_a_checkpoint(run_csm, paced, output, undisturbed, number):
    code, error = interrupt(paced, output, lambda process: process.send_signal(number), launcher=conftest.BIN / "mpirun")
    assert code == STOPPED, error
    assert "Run the same command again" in error
    finish(run_csm, paced, output, undisturbed)


def test_the_mpirun_of_env_sh_starts_other_programs_as_ever():
    result = subprocess.run([conftest.BIN / "mpirun", "--oversubscribe", "-n", "2", "sh", "-c", "echo $OMPI_COMM_WORLD_RANK; exit 3"],
                            env=conftest.environment(), capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 3
    assert sorted(result.stdout.split()) == ["0", "1"]


def test_the_second_signal_ends_at_once(paced, output):
    def twice(process):
        process.send_signal(signal.SIGINT)
        wait_for(lambda: checkpoints(output), process)
        time.sleep(0.6)  # shorter would count as one press of Ctrl-C
        process.send_signal(signal.SIGINT)

    # An image must last longer than the pause between the signals.
    code, error = interrupt(paced, output, twice, n_ranks=1, pace=conftest.CRAWL)
    assert code == STOPPED
    assert "ended at once" in error


def test_a_killed_run_goes_on_from_its_last_checkpoints(run_csm, paced, output, undisturbed):
    for n_ranks in (3, 2):
        old = set(checkpoints(output))
        interrupt(paced, output, kill_all, *EVERY_IMAGE, n_ranks=n_ranks, ready=lambda old=old: len(set(checkpoints(output)) - old) >= 2)
    finish(run_csm, paced, output, undisturbed, n_ranks=4, at_least=2)


def test_one_killed_rank_ends_the_run_within_seconds(run_csm, paced, output, undisturbed):
    start = time.monotonic()
    code, error = interrupt(paced, output, lambda process: os.kill(ranks_of(process)[1], signal.SIGKILL), *EVERY_IMAGE,
                            n_ranks=3, ready=lambda: len(checkpoints(output)) >= 3)
    assert code not in (0, STOPPED), error
    assert time.monotonic() - start < 30
    finish(run_csm, paced, output, undisturbed, n_ranks=2)
