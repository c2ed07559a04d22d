"""--prefetch loads images on a thread of its own; how many ahead changes no byte, and what is loaded ahead is no image done."""

import signal

import conftest
import h5py
import pytest
from same_results import check_same
from test_restart import finish, interrupt, paced, undisturbed  # noqa: F401 (fixtures)
from test_tasks import FACES, MODELS, SMALL


def results_of(run_csm, folder, runs):
    """Results of (arguments, ranks, images ahead)."""
    paths = []
    for arguments, n_ranks, n_ahead in runs:
        paths.append(folder / f"{len(paths)}" / "result.h5")
        result = run_csm(*arguments, "--output", paths[-1], "--prefetch", n_ahead, n_ranks=n_ranks, timeout=300)
        assert result.returncode == 0, result.stderr
    return paths


def test_any_number_ahead_gives_the_same_bytes(run_csm, data, tmp_path):
    data.image(data.names[3]).write_bytes(b"")  # its reason comes from the loader
    arguments = ("--job", data.job, "--save-cis", "--group-by", "predicted", "--fill", "noise", "--max-failures", 0.2)
    runs = [(arguments, n_ranks, n_ahead) for n_ranks in (1, 2, 3) for n_ahead in (0, 1, 2, 50)]
    paths = results_of(run_csm, tmp_path, [*runs, ((*arguments, "--schedule", "static"), 2, 3)])
    check_same(paths)
    with h5py.File(paths[-1]) as file:
        assert file["entry/n_failed"][()] == 1
        assert file["entry/process/options/prefetch"].asstr()[()] == "3"


@pytest.mark.parametrize("n_ranks", [1, 2])
def test_what_is_loaded_when_a_signal_comes_is_left_for_the_restart(run_csm, paced, tmp_path, undisturbed, n_ranks):  # noqa: F811
    output = tmp_path / "out" / "result.h5"
    code, error = interrupt(paced, output, lambda process: process.send_signal(signal.SIGUSR1), "--prefetch", 20, n_ranks=n_ranks)
    assert code == 75, error
    # The run is stopped in its first images; it could not be if the twenty that were loaded were finished first.
    done = int(error.split(" of 60 images are done")[0].split()[-1])
    assert done < 15, error
    finish(run_csm, paced, output, undisturbed, "--prefetch", 0, n_ranks=3 - n_ranks)


def test_the_phases_tell_the_loader_from_the_work(run_csm, data, tmp_path):
    """With nothing ahead the work stands still for every image that is loaded."""
    path, = results_of(run_csm, tmp_path, [(("--job", data.job), 1, 0)])
    with h5py.File(path) as file:
        ranks = file["entry/process/ranks"]
        seconds = dict(zip(ranks["phase"].asstr()[:], ranks["seconds"][0], strict=True))
    assert seconds["load_wait"] >= 0.9 * (seconds["decode"] + seconds["mesh"]) > 0


def test_an_image_that_fails_in_the_loader_ends_the_run_with_its_words(run_csm, data, tmp_path):
    """The mesh of this image is no mesh; the others are good, so the loader meets it while another is worked on."""
    (data.meshes / f"{data.names[2]}.npy").write_bytes(b"no mesh")
    result = run_csm(*data.arguments(tmp_path / "r.h5", "--max-failures", 0, "--prefetch", 4), n_ranks=2, timeout=60)
    assert result.returncode == 3, result.stderr
    assert "bad mesh file" in result.stderr
    assert len(conftest.error_lines(result)) == 1


@pytest.mark.skipif(not (MODELS / "gender.pt").exists() or not (FACES / "manifest.csv").exists(),
                    reason="scripts/setup.sh makes the models and the sample faces")
def test_fitted_faces_do_not_depend_on_the_thread_that_fits_them(run_csm, tmp_path):
    arguments = ("--task", "gender", "--limit", 6, *SMALL[:-4], "--max-failures", 0.5, "--threads-per-rank", 2)
    check_same(results_of(run_csm, tmp_path, [(arguments, 1, 0), (arguments, 1, 2), (arguments, 2, 2)]))
