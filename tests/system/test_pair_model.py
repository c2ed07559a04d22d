"""A model that takes two images and tells how alike they are: Eq. (8) with its similarity, known in closed form."""

import json
import sys

import conftest
import numpy as np
import pytest
import reference_maps as reference
from foreign_models import FILL, SERVE, WORKER, one_error, run

SIDE = 5 * conftest.SIZE / conftest.WIDTH


@pytest.fixture
def pairs(data):
    """(name, name, same_person) of pairs in three folds, and the arguments for them."""
    rows = [(a, b, i % 2) for i, (a, b) in enumerate(zip(data.names, data.names[1:]))]
    path = data.folder / "pairs.csv"
    lines = [f"images/{a}.png,images/{b}.png,{same},{i % 3}" for i, (a, b, same) in enumerate(rows)]
    path.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    return rows, ("--dataset", data.folder, "--pairs", path, "--confidence", "similarity")


@pytest.fixture
def worker(data, monkeypatch):
    monkeypatch.setenv("CSM_TEST_FOLDER", str(data.folder))
    outputs = [{"name": "similarity", "kind": "similarity", "size": 1}]
    path = data.folder / "pair.contract.json"
    path.write_text(json.dumps(conftest.contract("pair", outputs=outputs)))
    return (
        "--model",
        f"process:'{sys.executable}' '{SERVE}' '{WORKER}:alike' --contract '{path}'",
        *FILL,
    )


def score_of(data, clean):
    return float((data.weight("classifier")[0] * clean).sum())


def maps_of_pair(data, names, is_same):
    """(CIS, C) of a pair and its drops."""
    inputs, scores = [], []
    for name in names:
        clean = reference.normalise(data.picture(name), conftest.MEAN, conftest.STD)
        grey = np.full(data.picture(name).shape, 128, np.uint8)
        fill = reference.normalise(grey, conftest.MEAN, conftest.STD)
        occluded = reference.occluded_inputs(clean, fill, data.vertices(name), 5)
        inputs.append(score_of(data, clean))
        scores.append({i: score_of(data, copy) for i, copy in occluded})
    drops = np.full(len(data.canonical()), np.nan)
    for i in scores[0].keys() & scores[1].keys():
        drops[i] = (1 if is_same else -1) * (sum(inputs) - scores[0][i] - scores[1][i])
    return *reference.canonical_image_map(data.canonical(), drops, SIDE, conftest.SIZE), drops


def test_the_drops_are_those_of_both_images_occluded(run_csm, data, worker, pairs, tmp_path):
    rows, arguments = pairs
    maps = [maps_of_pair(data, (a, b), same) for a, b, same in rows]
    mean, _, n = reference.canonical_model_map([m[0] for m in maps], [m[1] for m in maps])
    cms = []
    for n_ranks in (1, 2):
        output = tmp_path / f"{n_ranks}.h5"
        with run(run_csm, data, output, *worker, *arguments, n_ranks=n_ranks) as file:
            np.testing.assert_array_equal(file["entry/cms/count"], n)
            cms.append(file["entry/cms/cms"][:])
            np.testing.assert_allclose(cms[-1], mean, atol=1e-6 * np.abs(mean).max())
            images = file["entry/images"]
            assert (images["status"].asstr()[:] == "ok").all() and (images["noise"][:] == 0).all()
            assert set(images["target"].asstr()[:]) == {"same", "different"}
            by_id = {text: i for i, text in enumerate(images["id"].asstr()[:])}
            first = next(
                i for text, i in by_id.items() if rows[0][0] in text and rows[0][1] in text
            )
            assert images["max_drop"][first] == pytest.approx(np.nanmax(maps[0][2]), rel=1e-6)
    np.testing.assert_array_equal(*cms)


def test_a_face_that_is_lost_in_one_image_is_missing(run_csm, data, worker, pairs, tmp_path):
    (data.folder / "lose_at").write_text("8 16")
    with run(run_csm, data, tmp_path / "a.h5", *worker, *pairs[1], "--mirror", "map") as file:
        images = file["entry/images"]
        assert images["n_lost"][:].sum() > 0 and np.isfinite(images["max_drop"][:]).all()
        assert file["entry/face_lost/face_lost"][:].max() > 0.2


@pytest.mark.parametrize(
    "more, part",
    [
        (("--method", "rise"), "--method is 'rise' with --confidence similarity"),
        (("--evaluate", "rise"), "maps are to be evaluated"),
        (("--engine", "adaptive"), "--engine is 'adaptive'"),
        (("--gallery", "."), "list each image with one of them in --pairs"),
        (("--pairs", "none"), "without --pairs"),
        (("--confidence", "verification"), "has the role pair, here it must be embedding"),
        (("--model", "embedding.pt"), "has the role embedding, here it must be pair"),
    ],
)
def test_what_a_model_of_pairs_cannot_do_is_refused(
    run_csm, data, worker, pairs, tmp_path, more, part
):
    arguments = data.arguments(tmp_path / "a.h5", *worker, *pairs[1])
    given = [data.folder / text if text == "embedding.pt" else text for text in more]
    if more[0] in arguments:  # an option is given once
        arguments[arguments.index(more[0]) + 1] = given[1]
        given = []
    one_error(run_csm(*arguments, *given), 2, part)


def test_the_plan_counts_a_pair_as_one_forward(run_csm, data, worker, pairs):
    result = run_csm("--job", data.job, *worker, *pairs[1], "--plan")
    assert result.returncode == 0, result.stderr
    rows = {line[:34].strip(): line[34:].split() for line in result.stdout.splitlines()}
    assert float(rows["distinct patches per image"][0]) <= conftest.N_VERTICES / conftest.STRIDE
