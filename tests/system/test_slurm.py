"""The batch scripts on a real Slurm of two nodes: limits, signals, requeues, a lost node, and the same bytes after all."""

import os
import shutil

import conftest
import h5py
import local_slurm
import numpy as np
import pytest
from PIL import Image
from same_results import check_same

N_IMAGES = 60

pytestmark = pytest.mark.skipif(
    bool(local_slurm.missing_programs()), reason=f"not installed: {', '.join(local_slurm.missing_programs())}"
)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    cluster = local_slurm.LocalSlurm(tmp_path_factory.mktemp("slurm"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def celeba(tmp_path_factory, data_template):
    """A folder in CelebA's layout, with meshes and a linear network that is held back while a job is to be met at work."""
    root = tmp_path_factory.mktemp("celeba")
    data = conftest.Data(root / "data")
    shutil.copytree(data_template.folder, data.folder)
    data.add_copies(N_IMAGES).use_paced_model()
    folder = data.folder / "img_align_celeba"
    folder.mkdir()
    rows = []
    for i, row in enumerate(data.rows()):
        name = row[0].split("/")[-1].removesuffix(".png")
        Image.open(data.image(name)).save(folder / f"{i + 1:06}.jpg", quality=95)
        np.save(data.meshes / f"{i + 1:06}.npy", np.load(data.meshes / f"{name}.npy"))
        rows.append(f"{i + 1:06}.jpg {1 if i % 2 else -1}")
    (data.folder / "list_attr_celeba.txt").write_text("\n".join([str(N_IMAGES), "Male", *rows]) + "\n")
    return data


@pytest.fixture(scope="module")
def options(celeba):
    return ("--model", celeba.folder / "classifier.pt", "--mesh", "files", "--mesh-dir", celeba.meshes, "--canonical",
            celeba.folder / "canonical.npy", "--detector-model", celeba.folder / "there_is_none.pt",
            "--canonical-size", conftest.SIZE, "--vertex-stride", conftest.STRIDE,
            "--patch-size", 5, "--threads-per-rank", 1, "--device", "cpu", "--save-cis", "--quiet")


@pytest.fixture(scope="module")
def undisturbed(run_csm, celeba, options, tmp_path_factory):
    path = tmp_path_factory.mktemp("undisturbed") / "result.h5"
    job = conftest.ROOT / "jobs/cms_celeba_gender.cfg"
    result = run_csm("--job", job, "--dataset", celeba.folder, "--output", path, *options, n_ranks=2, timeout=400)
    assert result.returncode == 0, result.stderr
    return path


class Job:
    """One sbatch of cms_celeba.sh gender over both nodes."""

    def __init__(self, slurm, celeba, options, folder, *sbatch):
        self.slurm, self.data = slurm, celeba
        self.log = folder / "job.log"
        self.output = folder / "cms_celeba_gender.h5"
        self.has_begun = conftest.begin_watch(self.output)
        self.number = slurm.submit(
            "--nodes", 2, "--ntasks-per-node", 1, "--mem-per-cpu", 500, "--output", self.log, *sbatch,
            conftest.ROOT / "slurm/cms_celeba.sh", "gender", "--", *options,
            CSM_HOME=str(conftest.ROOT), CSM_RESULTS=str(folder), CSM_DATASET=str(celeba.folder),
            CSM_PROGRAM=str(conftest.PROGRAM), CSM_MPIRUN_OPTIONS="--oversubscribe --bind-to none")

    def text(self):
        return self.log.read_text() if self.log.exists() else ""

    def wait_for_images(self):
        """The first of the attempt at work."""
        self.slurm.wait(self.has_begun, "the first image of the job")

    def wait_for_requeue(self, restart):
        self.slurm.wait(lambda: f"restart {restart}: requeued to go on" in self.text(), "a requeue")
        self.has_begun = conftest.begin_watch(self.output)

    def wait_until_done(self, undisturbed):
        """Done, and the same bytes."""
        self.data.set_pace(conftest.FAST)
        self.slurm.wait(lambda: self.slurm.state_of(self.number) in ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"),
                        "the end of the job", seconds=240)
        assert self.slurm.state_of(self.number) == "COMPLETED", self.text()
        check_same([undisturbed, self.output])
        assert not conftest.checkpoint_folder(self.output).exists()

    def hosts(self):
        with h5py.File(self.output) as file:
            return file["entry/process/n_ranks"][()]


@pytest.fixture
def submit(slurm, celeba, options, tmp_path):
    """submit(folder="job", *sbatch): a job with its results in a folder of its own, slow until its end is waited for."""
    celeba.set_pace(conftest.SLOW)

    def make(folder="job", *sbatch):
        (tmp_path / folder).mkdir()
        return Job(slurm, celeba, options, tmp_path / folder, *sbatch)

    return make


def test_a_job_runs_over_both_nodes(submit, undisturbed):
    job = submit()
    job.wait_until_done(undisturbed)
    assert job.hosts() == 2
    assert "restart 0: csm_mpi ended with exit code 0" in job.text()


def test_a_signal_and_a_short_time_limit_make_it_requeue_until_done(slurm, celeba, submit, undisturbed):
    """What --signal=B:USR1@120 does before the time limit: by hand twice, and beside it by Slurm.

    Slurm counts limits in minutes and looks every half a minute.
    """
    celeba.set_pace(2 * conftest.SLOW)  # no job may be done before Slurm looks
    limited = submit("limited", "--time", "1:00", "--signal", "B:USR1@25")
    job = submit("signalled")
    for restart in range(2):
        job.wait_for_images()
        slurm.run("scancel", "--batch", "--signal=USR1", job.number)
        job.wait_for_requeue(restart)
        slurm.wait(lambda: slurm.state_of(job.number) != "COMPLETING", "the old attempt's end")
    limited.wait_for_requeue(0)

    job.wait_until_done(undisturbed)
    assert "restart 2: csm_mpi ended with exit code 0" in job.text()
    limited.wait_until_done(undisturbed)


def test_scontrol_requeue_in_the_middle(slurm, submit, undisturbed):
    job = submit()
    job.wait_for_images()
    slurm.run("scontrol", "requeue", job.number)
    job.wait_until_done(undisturbed)
    assert int(slurm.job(job.number)["Restarts"]) == 1


@pytest.mark.parametrize("node", local_slurm.NODES)
def test_a_lost_node_that_comes_back(slurm, submit, undisturbed, node):
    job = submit()
    job.wait_for_images()
    slurm.kill_node(node)
    slurm.wait(lambda: any(state.startswith("down") for state in slurm.states()), "a node that is down")
    slurm.start_node(node)
    job.wait_until_done(undisturbed)


def test_a_run_that_fails_is_not_requeued(slurm, celeba, submit, options, tmp_path):
    job = Job(slurm, celeba, (*options, "--patch-sise", 5), tmp_path)
    slurm.wait(lambda: slurm.state_of(job.number) == "FAILED", "the job's failure")
    assert slurm.job(job.number)["ExitCode"] == "2:0"
    assert int(slurm.job(job.number)["Restarts"]) == 0
    assert "requeued" not in job.text()


def test_no_process_is_left(slurm):
    assert [n for n in local_slurm.NODES if any(conftest.PROGRAM.name in os.readlink(f"/proc/{pid}/exe")
                                                for pid in slurm.processes_of(n))] == []
