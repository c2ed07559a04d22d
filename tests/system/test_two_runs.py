"""Two runs at one output do not hurt each other: the second is refused before it touches anything."""

import os
import signal
import socket
import time
from pathlib import Path

import conftest
import pytest
from conftest import begin_watch, checkpoint_folder, error_lines
from same_results import check_same


def lock_of(output):
    return output.with_suffix(".lock")


def ranks_below(launcher):
    with open(f"/proc/{launcher}/task/{launcher}/children") as file:
        return [int(number) for number in file.read().split()]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing to wait for any more"
        time.sleep(0.02)


@pytest.fixture
def paced(data):
    yield data.use_paced_model()
    data.set_pace(conftest.FAST)


@pytest.fixture
def start(paced):
    """Returns start(output, n_ranks): a run that has done its first image, and stays at work."""
    launched = []

    def begin(output, n_ranks, *more, pace=conftest.CRAWL):
        paced.set_pace(conftest.CRAWL)
        has_begun = begin_watch(output)
        process = conftest.launch(*paced.arguments(output, "--save-cis", *more), n_ranks=n_ranks)
        launched.append((process, output))
        wait_until(lambda: has_begun() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        paced.set_pace(pace)
        return process

    yield begin
    for process, output in launched:
        for pid in [process.pid, *processes_of(output)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.communicate()


def processes_of(output):
    """The processes with this output on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(output).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def refused(run_csm, paced, output, *more, n_ranks=1):
    begun = time.monotonic()
    result = run_csm(*paced.arguments(output, "--save-cis", *more), n_ranks=n_ranks)
    assert result.returncode == 2, result.stderr
    assert len(error_lines(result)) == 1, result.stderr
    assert time.monotonic() - begun < 30
    return error_lines(result)[0]


def test_a_second_run_is_refused_and_the_first_goes_on(run_csm, paced, start, tmp_path):
    output = tmp_path / "out" / "result.h5"
    undisturbed = tmp_path / "undisturbed" / "result.h5"
    assert run_csm(*paced.arguments(undisturbed, "--save-cis"), n_ranks=2).returncode == 0
    first = start(output, 2, "--checkpoint-interval", 0, pace=5 * conftest.CRAWL)
    files = set(checkpoint_folder(output).iterdir())
    message = refused(run_csm, paced, output, n_ranks=3)
    for text in (f"--output is '{output}' (another run is writing it", f"on host {socket.gethostname()}, user ", ", since 2",
                  f"processes {', '.join(map(str, ranks_below(first.pid)))} ", "end it (kill "):
        assert text in message
    refused(run_csm, paced, output, "--restart", "never", "--overwrite")
    (tmp_path / "link").symlink_to(output.parent)
    refused(run_csm, paced, tmp_path / "link" / "result.h5")
    (tmp_path / "near.h5").symlink_to(output)
    refused(run_csm, paced, tmp_path / "near.h5")
    assert "whose pictures have the same names" in refused(run_csm, paced, output.with_suffix(".hdf5"))
    assert {path for path in files if path.suffix == ".cis"} <= set(checkpoint_folder(output).iterdir())
    quick = conftest.save_model(tmp_path / "quick.pt", conftest.LINEAR, paced.weight("classifier"))
    planned = run_csm(*paced.arguments(output, "--plan", "--limit", 1, "--model", quick))
    assert planned.returncode == 0, planned.stderr
    assert first.poll() is None
    paced.set_pace(conftest.FAST)
    _, error = first.communicate(timeout=120)
    assert first.returncode == 0, error
    check_same([undisturbed, output])
    assert not lock_of(output).exists() and not checkpoint_folder(output).exists()


def test_ranks_that_live_on_without_their_launcher_hold_the_output(run_csm, paced, start, tmp_path):
    """An mpirun that stands still ends nobody; Open MPI's ranks notice within a second that it was killed, others never."""
    output = tmp_path / "result.h5"
    first = start(output, 2, pace=10 * conftest.CRAWL)
    ranks = ranks_below(first.pid)
    os.kill(first.pid, signal.SIGSTOP)
    os.kill(ranks[0], signal.SIGKILL)
    wait_until(lambda: not is_alive(ranks[0]))
    message = refused(run_csm, paced, output)
    assert f"process {ranks[1]} on host" in message and f"(kill {ranks[1]})" in message
    os.kill(first.pid, signal.SIGKILL)
    os.kill(ranks[1], signal.SIGKILL)
    wait_until(lambda: not is_alive(ranks[1]))
    paced.set_pace(conftest.FAST)
    result = run_csm(*paced.arguments(output, "--save-cis"), n_ranks=2)
    assert result.returncode == 0, result.stderr
    assert "takes it over" in result.stderr
    assert not lock_of(output).exists() and not checkpoint_folder(output).exists()


def test_every_ordinary_end_gives_the_output_back(run_csm, paced, start, tmp_path):
    output = tmp_path / "result.h5"
    stopped = start(output, 2)
    stopped.send_signal(signal.SIGUSR1)
    stopped.communicate(timeout=120)
    assert stopped.returncode == 75 and not lock_of(output).exists()
    at_once = start(output, 1)
    for _ in range(2):
        at_once.send_signal(signal.SIGUSR1)
        time.sleep(0.7)  # shorter would count as one
    at_once.communicate(timeout=120)
    assert at_once.returncode == 75 and not lock_of(output).exists()
    paced.set_pace(conftest.FAST)
    for mesh in list(paced.meshes.iterdir())[3:]:
        mesh.unlink()
    failed = run_csm(*paced.arguments(output, "--save-cis", "--restart", "never"), n_ranks=2)
    assert failed.returncode == 3, failed.stderr
    assert not lock_of(output).exists()
    assert run_csm(*paced.arguments(output, "--patch-size", 99)).returncode == 2
    assert not lock_of(output).exists()


def test_a_linked_folder_of_checkpoints_is_refused(run_csm, data, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "result.h5.checkpoint").symlink_to(tmp_path / "shared")
    assert "is a symbolic link" in refused(run_csm, data, tmp_path / "result.h5")


def test_a_run_that_lost_its_output_writes_nothing_more(run_csm, paced, start, tmp_path):
    """As after a host that stood still for so long that another one took its run for dead."""
    output = tmp_path / "result.h5"
    first = start(output, 2, "--checkpoint-interval", 0)
    lock = lock_of(output).read_text().splitlines()
    new = tmp_path / "new.lock"
    new.write_text("\n".join(["lock of csm_mpi " + 32 * "0", *lock[1:]]) + "\n")
    new.rename(lock_of(output))
    _, error = first.communicate(timeout=120)
    assert first.returncode == 3 and "was taken over by another one" in error, error
    assert not output.exists()
    assert lock_of(output).read_text().startswith("lock of csm_mpi 0000"), "it is the other one's"
