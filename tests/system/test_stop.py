"""--stop-at-standard-error, --stop-at-agreement, --time-limit: a run that ends by itself keeps a whole prefix of its images."""

import signal

import conftest
import h5py
import numpy as np
import pytest
from same_results import check_same
from test_log import events_of, named
from test_restart import EVERY_IMAGE, MORE, N_IMAGES, STOPPED, interrupt, n_restored, paced  # noqa: F401

COUNTS = [16, 19, 23, 27, 32, 38, 45, 54]  # 16 * 2^(k / 4)


def stop(process):
    process.send_signal(signal.SIGUSR1)


@pytest.fixture(scope="module")
def whole(run_csm, paced, tmp_path_factory):
    """The result of all images, and what was decided on the way by a rule that never holds."""
    folder = tmp_path_factory.mktemp("whole")
    result = run_csm(*paced.arguments(folder / "result.h5", *MORE, "--stop-at-standard-error", 1e-12, "--log-json", folder / "log"))
    assert result.returncode == 0, result.stderr
    return folder / "result.h5", named(events_of(folder / "log"), "decision")


def stopped(run_csm, paced, output, *more, n_ranks=1):
    result = run_csm(*paced.arguments(output, *MORE, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return output


def remarks_of(path):
    with h5py.File(path) as file:
        return [line for line in file["entry/remarks"].asstr()[:] if "ended with the first" in line]


def check_prefix(path, whole_path):
    """The file holds the first images of the whole run, and the map of just these. Returns their number."""
    with h5py.File(path) as file, h5py.File(whole_path) as whole_file:
        n = len(file["entry/images/id"])
        np.testing.assert_array_equal(file["entry/images/id"][:], whole_file["entry/images/id"][:n])
        cis = whole_file["entry/cis/cis"][:n].astype(float)
        n_of_pixel = (cis != 0).sum(axis=0)  # no drop of these networks is 0
        mean = np.where(n_of_pixel > 0, cis.sum(axis=0) / np.maximum(n_of_pixel, 1), 0)
        np.testing.assert_allclose(file["entry/cms/cms"][:], mean, rtol=0, atol=1e-6)
        np.testing.assert_array_equal(file["entry/cms/count"][:], n_of_pixel)
    return n


def quality_of(path, n):
    """Root mean square of the standard error and agreement of the halves, from the maps of the first n images."""
    with h5py.File(path) as file:
        cis = file["entry/cis/cis"][:n].astype(float)
    painted = cis != 0
    enough = painted.sum(axis=0) >= 2
    values = np.where(painted, cis, np.nan)[:, enough]
    error = np.nanstd(values, axis=0, ddof=1) / np.sqrt(painted[:, enough].sum(axis=0))
    halves = [cis[i::2].sum(axis=0) / np.maximum(painted[i::2].sum(axis=0), 1) for i in (0, 1)]
    both = painted[0::2].any(axis=0) & painted[1::2].any(axis=0)
    return np.sqrt(np.mean(error**2)), np.corrcoef(halves[0][both], halves[1][both])[0, 1]


def test_decisions_measure_the_map_of_the_images_so_far(whole):
    path, decisions = whole
    assert [event["n_images"] for event in decisions] == COUNTS
    assert {event["stops"] for event in decisions} == {"no"}
    assert remarks_of(path) == []
    for event in decisions:
        error, agreement = quality_of(path, event["n_images"])
        np.testing.assert_allclose([event["standard_error"], event["agreement"]], [error, agreement], rtol=1e-4)


@pytest.mark.parametrize("quantity, option, holds", [("standard_error", "--stop-at-standard-error", np.less_equal),
                                                     ("agreement", "--stop-at-agreement", np.greater_equal)])
def test_a_run_ends_at_the_first_number_of_images_that_is_enough(run_csm, paced, whole, tmp_path, quantity, option, holds):
    whole_path, decisions = whole
    asked = float(np.median([event[quantity] for event in decisions]))
    expected = next(event["n_images"] for event in decisions if holds(event[quantity], asked))
    assert expected < N_IMAGES
    path = stopped(run_csm, paced, tmp_path / "result.h5", option, asked)
    assert check_prefix(path, whole_path) == expected
    (remark,) = remarks_of(path)
    assert f"the first {expected} of {N_IMAGES} images: the map is known as well as was asked for" in remark


def test_ranks_and_schedule_do_not_change_where_it_ends(run_csm, paced, whole, tmp_path):
    asked = ("--stop-at-agreement", sorted(event["agreement"] for event in whole[1])[4])
    paths = [stopped(run_csm, paced, tmp_path / f"{n}_{schedule}" / "r.h5", *asked, "--schedule", schedule, n_ranks=n)
             for n, schedule in ((1, "dynamic"), (2, "dynamic"), (3, "dynamic"), (3, "static"))]
    check_same(paths)


def test_a_restart_does_not_change_where_it_ends(run_csm, paced, whole, tmp_path):
    asked = ("--stop-at-standard-error", whole[1][-2]["standard_error"])
    undisturbed = stopped(run_csm, paced, tmp_path / "undisturbed.h5", *asked)
    output = tmp_path / "out" / "result.h5"
    for n_ranks in (2, 3):
        code, error = interrupt(paced, output, stop, *EVERY_IMAGE, *asked, n_ranks=n_ranks)
        assert code == STOPPED, error
    stopped(run_csm, paced, output, *asked, n_ranks=2)
    assert n_restored(output) > 0
    check_same([undisturbed, output])


def test_a_time_limit_cuts_at_a_decision(run_csm, paced, whole, tmp_path):
    paced.set_pace(conftest.SLOW)
    try:
        path = stopped(run_csm, paced, tmp_path / "result.h5", "--time-limit", 1, n_ranks=2)
    finally:
        paced.set_pace(conftest.FAST)
    n = check_prefix(path, whole[0])
    assert n in COUNTS
    assert "the time of --time-limit is used up" in remarks_of(path)[0]


def test_a_time_limit_that_suffices_changes_nothing(run_csm, paced, tmp_path):
    paths = [stopped(run_csm, paced, tmp_path / f"{i}" / "r.h5", *limit) for i, limit in enumerate([(), ("--time-limit", 3600)])]
    check_same(paths)


def test_another_rule_is_another_job(run_csm, paced, tmp_path):
    output = tmp_path / "result.h5"
    code, error = interrupt(paced, output, stop, *EVERY_IMAGE, "--stop-at-agreement", 0.99, n_ranks=1)
    assert code == STOPPED, error
    result = run_csm(*paced.arguments(output, *MORE, "--stop-at-agreement", 0.5))
    assert result.returncode == 2
    assert "stop-at-agreement is '0.5' here and '0.99' there" in result.stderr
