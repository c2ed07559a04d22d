"""Job arrays on a real Slurm, with a stub for csm_mpi: which tasks are started again, and which lists are refused."""

import shutil
import time

import conftest
import local_slurm
import pytest

pytestmark = pytest.mark.skipif(
    bool(local_slurm.missing_programs()), reason=f"not installed: {', '.join(local_slurm.missing_programs())}"
)

# Its first argument is how it ends; "wait" until it is told to stop, and "stop" once with a checkpoint.
STUB = """#!/bin/bash
echo "$1 starts: restart ${{SLURM_RESTART_COUNT:-0}}" >> {log}
trap 'echo "$1 is told to stop" >> {log}; exit 75' USR1 TERM
case $1 in
  stop) ((${{SLURM_RESTART_COUNT:-0}} > 0)) && exit 0; exit 75 ;;
  fail) exit 3 ;;
  wait) while [[ ! -e {folder}/go ]]; do sleep 0.2; done ;;
esac
"""
ENDS = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    cluster = local_slurm.LocalSlurm(tmp_path_factory.mktemp("slurm"), port=17400)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


class Home:
    """A folder with the batch scripts, a stub for csm_mpi and a launcher that starts it as it is."""

    def __init__(self, slurm, folder):
        self.slurm, self.folder, self.log = slurm, folder, folder / "starts.log"
        self.log.touch()
        for part in ("slurm/run_csm.sh", "slurm/cms_array.sh", "env.sh", "scripts/launch/forward_signals.sh"):
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(conftest.ROOT / part, folder / part)
        (folder / "scripts/launch").mkdir(exist_ok=True)
        self._program("csm_stub", STUB.format(log=self.log, folder=folder))
        self._program("mpirun", '#!/bin/bash\nshift 2\n[ "$1" = --bind-to ] && shift 2\nexec "$@"\n')

    def _program(self, name, text):
        path = self.folder / "scripts/launch" / name
        path.write_text(text)
        path.chmod(0o755)

    def submit(self, *lines):
        """The number of an array with a task for each line."""
        (self.folder / "list").write_text("# one task a line\n\n" + "".join(f"{line}\n" for line in lines))
        return self.slurm.submit(
            f"--array=1-{len(lines)}", "--nodes=1", "--ntasks-per-node=1", "--mem-per-cpu=100M", "--time=10:00", "--output",
            self.folder / "%a.log", self.folder / "slurm/cms_array.sh", self.folder / "list",
            CSM_HOME=str(self.folder), CSM_PROGRAM="csm_stub", CSM_LAUNCHER="mpirun")

    def starts(self, name):
        return self.log.read_text().count(f"{name} starts")

    def wait_for_end(self, number, state="COMPLETED"):
        self.slurm.wait(lambda: self.slurm.state_of(number) in ENDS, f"the end of {number}")
        assert self.slurm.state_of(number) == state, self.text()

    def text(self):
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))


@pytest.fixture
def home(slurm, tmp_path):
    return Home(slurm, tmp_path)


def test_only_the_task_that_stopped_is_started_again(home, tmp_path):
    """The task that starts last has the array's own number for its job id: naming that would requeue all."""
    array = home.submit(*(f"{name} --output {tmp_path}/{name}.h5" for name in ("wait", "fail", "stop")))
    home.wait_for_end(f"{array}_3")
    assert home.starts("stop") == 2, home.text()
    (tmp_path / "go").touch()
    home.wait_for_end(f"{array}_1")
    home.wait_for_end(f"{array}_2", "FAILED")
    assert home.starts("wait") == 1 and home.starts("fail") == 1
    assert "told to stop" not in home.log.read_text()


def test_a_cancelled_task_does_not_come_back(slurm, home, tmp_path):
    """Slurm tells it to stop, as before a time limit, and csm_mpi ends with 75."""
    array = home.submit(f"wait --output {tmp_path}/a.h5", f"wait --output {tmp_path}/b.h5")
    slurm.wait(lambda: home.starts("wait") == 2, "two tasks at work")
    slurm.run("scancel", f"{array}_1")
    home.wait_for_end(f"{array}_1", "CANCELLED")
    time.sleep(3)
    assert slurm.state_of(f"{array}_1") == "CANCELLED" and home.starts("wait") == 2, home.text()
    assert "wait is told to stop" in home.log.read_text()
    (tmp_path / "go").touch()
    home.wait_for_end(f"{array}_2")


def test_lines_with_one_output_or_none_are_refused(slurm, home, tmp_path):
    array = home.submit(f"stop --output {tmp_path}/a.h5", f"fail --output={tmp_path}/./a.h5", "fail --seed 2")
    for task in (1, 2, 3):
        home.wait_for_end(f"{array}_{task}", "FAILED")
        assert slurm.job(f"{array}_{task}")["ExitCode"] == "2:0"
    assert home.log.read_text() == ""
    assert "have one --output" in (tmp_path / "1.log").read_text()
    assert "line 3 of" in (tmp_path / "3.log").read_text() and "has no --output" in (tmp_path / "3.log").read_text()
