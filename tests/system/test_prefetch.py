"""--prefetch loads images on a thread of its own: its phases, and the fit of faces on it."""

import h5py
import pytest
from same_results import check_same
from test_tasks import FACES, MODELS, SMALL


def results_of(run_csm, folder, runs):
    """Results of (arguments, ranks, images ahead)."""
    paths = []
    for arguments, n_ranks, n_ahead in runs:
        paths.append(folder / f"{len(paths)}" / "result.h5")
        result = run_csm(*arguments, "--output", paths[-1], "--prefetch", n_ahead, n_ranks=n_ranks, timeout=300)
        assert result.returncode == 0, result.stderr
    return paths


def test_the_phases_tell_the_loader_from_the_work(run_csm, data, tmp_path):
    """With nothing ahead the work stands still for every image that is loaded."""
    path, = results_of(run_csm, tmp_path, [(("--job", data.job), 1, 0)])
    with h5py.File(path) as file:
        ranks = file["entry/process/ranks"]
        seconds = dict(zip(ranks["phase"].asstr()[:], ranks["seconds"][0], strict=True))
    assert seconds["load_wait"] >= 0.9 * (seconds["decode"] + seconds["mesh"]) > 0


@pytest.mark.skipif(not (MODELS / "gender.pt").exists() or not (FACES / "manifest.csv").exists(),
                    reason="scripts/setup.sh makes the models and the sample faces")
def test_fitted_faces_do_not_depend_on_the_thread_that_fits_them(run_csm, tmp_path):
    arguments = ("--task", "gender", "--limit", 6, *SMALL[:-4], "--max-failures", 0.5, "--threads-per-rank", 2)
    check_same(results_of(run_csm, tmp_path, [(arguments, 1, 0), (arguments, 1, 2), (arguments, 2, 2)]))
