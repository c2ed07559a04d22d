"""Models that cannot be opened: a worker process that answers as the TorchScript network does."""

import json
import sys

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference
from foreign_models import FILL, SERVE, WORKER, n_batches, one_error, run


@pytest.fixture
def worker(data, monkeypatch):
    """The arguments for the worker of the data set."""
    monkeypatch.setenv("CSM_TEST_FOLDER", str(data.folder))
    contract = data.folder / "worker.contract.json"
    contract.write_text(json.dumps(conftest.contract()))
    return (
        "--model",
        f"process:'{sys.executable}' '{SERVE}' '{WORKER}:predict' --contract '{contract}'",
        *FILL,
    )


def test_a_worker_gives_the_map_of_the_same_network(run_csm, data, worker, tmp_path):
    with run(run_csm, data, tmp_path / "script.h5", "--save-cis", *FILL) as script:
        wanted = script["entry/cms/cms"][:], script["entry/cis/cis"][:]
        assert "face_lost" not in script["entry"]
    maps = []
    for n_ranks in (1, 2):
        with run(
            run_csm, data, tmp_path / f"{n_ranks}.h5", "--save-cis", *worker, n_ranks=n_ranks
        ) as file:
            np.testing.assert_allclose(file["entry/cms/cms"][:], wanted[0], rtol=1e-6, atol=1e-6)
            np.testing.assert_allclose(file["entry/cis/cis"][:], wanted[1], rtol=1e-6, atol=1e-6)
            maps.append(file["entry/cms/cms"][:])
            assert file["entry/inputs/model_kind"].asstr()[()] == "process"
            assert (file["entry/images/noise"][:] == 0).all() and (
                file["entry/images/n_lost"][:] == 0
            ).all()
            requests = file["entry/process/requests"]
            assert requests["n_requests"][()] > conftest.N_IMAGES and requests["n_kept"][()] == 0
            assert any(
                "black box (process)" in remark for remark in file["entry/remarks"].asstr()[:]
            )
    np.testing.assert_array_equal(*maps)


def test_a_worker_that_dies_is_started_again_once(run_csm, data, worker, tmp_path):
    (data.folder / "die").touch()
    result = run_csm(*data.arguments(tmp_path / "a.h5", *worker))
    assert result.returncode == 0, result.stderr
    assert "started again, once" in result.stderr and "the worker has a headache" in result.stderr


def test_a_run_whose_worker_dies_goes_on_and_asks_for_nothing_twice(
    run_csm, data, worker, tmp_path
):
    (data.folder / "lose_at").write_text("8 10")
    keeping = (*worker, "--answers", tmp_path / "answers", "--checkpoint-interval", 1000)
    with run(run_csm, data, tmp_path / "whole.h5", *worker) as file:
        wanted = file["entry/cms/cms"][:], file["entry/face_lost/face_lost"][:]
    n_whole = n_batches(data)
    (data.folder / "asked").unlink()

    (data.folder / "die_after").write_text(str(n_whole // 2))
    output = tmp_path / "a.h5"
    result = run_csm(*data.arguments(output, *keeping))
    one_error(
        result,
        3,
        "after it had been started again once",
        "exit status 4",
        "the worker has a headache",
    )
    (data.folder / "die_after").unlink()
    with run(run_csm, data, output, *keeping) as file:
        np.testing.assert_array_equal(file["entry/cms/cms"][:], wanted[0])
        np.testing.assert_array_equal(file["entry/face_lost/face_lost"][:], wanted[1])
        assert wanted[1].max() > 0 and file["entry/process/n_restored"][()] > 0
        assert file["entry/process/requests/n_kept"][()] > 0
    assert n_batches(data) == n_whole

    # All is known by now: another map of the same crops costs nothing, on any number of ranks.
    with run(
        run_csm, data, tmp_path / "b.h5", *keeping, "--confidence", "logit", n_ranks=2
    ) as file:
        assert file["entry/process/requests/n_requests"][()] == 0
    assert n_batches(data) == n_whole


def test_a_budget_stops_the_run_which_goes_on_later(run_csm, data, worker, tmp_path):
    keeping = (*worker, "--answers", tmp_path / "answers", "--max-requests", 40)
    output = tmp_path / "a.h5"
    codes = []
    for _ in range(5):
        codes.append(run_csm(*data.arguments(output, *keeping)).returncode)
        if codes[-1] == 0:
            break
    assert codes[-1] == 0 and set(codes[:-1]) == {75}, codes
    with run(run_csm, data, tmp_path / "whole.h5", *worker) as whole, h5py.File(output) as file:
        np.testing.assert_array_equal(file["entry/cms/cms"][:], whole["entry/cms/cms"][:])


def test_a_worker_that_cannot_start_ends_the_run_before_any_work(run_csm, data, tmp_path):
    one_error(
        run_csm(*data.arguments(tmp_path / "a.h5", "--model", "process:echo hello")),
        2,
        "wrote 'hello'",
    )
    one_error(
        run_csm(*data.arguments(tmp_path / "a.h5", "--model", "process:there_is_no_such_program")),
        2,
        "did not find the command",
    )


@pytest.mark.parametrize(
    "more, part",
    [
        (("--engine", "incremental"), "black box"),
        (("--method", "smoothgrad"), "no gradients"),
        (("--method", "grad_cam"), "layers are not known"),
    ],
)
def test_what_a_black_box_lacks_is_refused(run_csm, data, worker, tmp_path, more, part):
    one_error(run_csm(*data.arguments(tmp_path / "a.h5", *worker, *more)), 2, part)


def test_what_needs_answers_only_works(run_csm, data, worker, tmp_path):
    more = (
        "--method",
        "rise",
        "--masks",
        64,
        "--evaluate",
        "sliding_occlusion",
        "--mirror",
        "image",
        "--stop-at-agreement",
        0.9,
    )
    with run(run_csm, data, tmp_path / "a.h5", *worker, *more) as file:
        assert (file["entry/images/status"].asstr()[:] == "ok").all()


def test_a_lost_face_is_missing_and_no_drop(run_csm, data, worker, tmp_path):
    means = [data.picture(name).mean() for name in data.names]
    (data.folder / "lose").write_text(str(np.median(means)))
    with run(run_csm, data, tmp_path / "a.h5", *worker, "--max-failures", 0.9) as file:
        status = file["entry/images/status"].asstr()[:]
        lost = file["entry/images/n_lost"][:][status == "ok"]
        assert set(status) == {"ok", "model finds no face"}
        assert lost.sum() > 0
        n_vertices = file["entry/images/n_vertices"][:][status == "ok"]
        assert (n_vertices < conftest.N_VERTICES / conftest.STRIDE).any()
        assert np.isfinite(file["entry/images/max_drop"][:][status == "ok"]).all()


def test_the_map_of_lost_faces_peaks_where_the_face_is_lost(run_csm, data, worker, tmp_path):
    """The face is lost if one pixel is occluded: the shares are known."""
    row, column = 8, 16  # away from the vertices that the data set moves at random
    (data.folder / "lose_at").write_text(f"{row} {column}")
    side = 5 * conftest.SIZE / conftest.WIDTH
    shares = []
    for name in data.names:
        lost = np.full(len(data.vertices(name)), np.nan)
        for i, (x, y) in enumerate(data.vertices(name)):
            if reference.is_on_input(x, y, conftest.HEIGHT, conftest.WIDTH):
                x1, y1, x2, y2 = reference.square_on_input(x, y, 5, conftest.HEIGHT, conftest.WIDTH)
                lost[i] = y1 <= row < y2 and x1 <= column < x2
        shares.append(
            reference.canonical_image_map(data.canonical(), lost, side, conftest.SIZE, True)
        )
    wanted, errors, n = reference.canonical_model_map(*zip(*shares))

    for n_ranks in (1, 3):
        output = tmp_path / f"{n_ranks}.h5"
        result = run_csm(*data.arguments(output, *worker), n_ranks=n_ranks)
        assert result.returncode == 0 and "It found no face in" in result.stderr
        with h5py.File(output) as file:
            lost = file["entry/face_lost"]
            np.testing.assert_allclose(lost["face_lost"], wanted, atol=1e-6)
            np.testing.assert_allclose(lost["face_lost_errors"], errors, atol=1e-5)
            np.testing.assert_array_equal(lost["count"], n)
            peak = np.unravel_index(np.argmax(lost["face_lost"]), wanted.shape)
            place = (row / conftest.HEIGHT, column / conftest.WIDTH)
            assert np.hypot(*(np.array(peak) / conftest.SIZE - place)) < 0.2
            assert wanted.max() > 3 * wanted.mean()
            assert (file["entry/cms/count"][:] <= lost["count"][:]).all()


def test_the_noise_of_a_model_is_measured(run_csm, data, worker, tmp_path):
    (data.folder / "noise").touch()
    with run(run_csm, data, tmp_path / "a.h5", *worker, "--confidence", "logit") as file:
        noise = file["entry/images/noise"][:]
        assert 0.001 < np.sqrt((noise**2).mean()) < 0.1
        assert any("differs by" in remark for remark in file["entry/remarks"].asstr()[:])


def test_the_plan_counts_requests_and_their_price(run_csm, data, worker):
    result = run_csm("--job", data.job, *worker, "--plan", "--price-per-1000", 2)
    assert result.returncode == 0, result.stderr
    rows = {line[:34].strip(): line[34:].split() for line in result.stdout.splitlines()}
    n_requests = float(rows["requests in all"][0])
    assert n_requests >= 3 * conftest.N_IMAGES
    assert float(rows["price"][0]) == pytest.approx(2 * n_requests / 1000)
