"""Each task end to end with the converted networks on a few sample faces, as in its job file, read back with h5py."""

import conftest
import h5py
import numpy as np
import pytest
from PIL import Image

MODELS = conftest.ROOT / "models"
FACES = conftest.ROOT / "samples" / "faces"
CLASSES = {
    "gender": {"male", "female"},
    "age": {f"{i}-{i + 9}" for i in range(0, 100, 10)},
    "expression": {"neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"},
    "pose": {f"{yaw}-{pitch}" for yaw in ("left", "centre", "right") for pitch in ("up", "centre", "down")},
    "recognition": None,
    "verification": {"same", "different"},
}

pytestmark = pytest.mark.skipif(not (MODELS / "gender.pt").exists() or not (FACES / "manifest.csv").exists(),
                                reason="scripts/setup.sh makes the models and the sample faces")
# Few vertices and a small map: the chain is tested, not the map's quality.
SMALL = ("--vertex-stride", 400, "--canonical-size", 128, "--save-cis", "--threads-per-rank", 1, "--max-failures", 0.5)


@pytest.mark.parametrize("task", CLASSES)
def test_a_task_end_to_end(run_csm, tmp_path, task):
    output = tmp_path / "result.h5"
    n_images = 8 if task == "verification" else 3
    result = run_csm("--task", task, "--limit", n_images, "--output", output, *SMALL, n_ranks=2, timeout=300)
    assert result.returncode == 0, result.stderr
    with h5py.File(output) as file:
        entry = file["entry"]
        assert entry["task"].asstr()[()] == task
        n_good = entry["n_images"][()]
        assert n_good + entry["n_failed"][()] == n_images and n_good >= n_images - 1
        cms, count = entry["cms/cms"][:], entry["cms/count"][:]
        assert cms.shape == (128, 128) and np.isfinite(cms).all()
        assert cms[count > 0].std() > 0, "an even map shows nothing"
        assert count.max() == n_good
        # The face fills most of the canonical picture's middle and nothing of its corners.
        assert (count[54:74, 54:74] > 0).mean() > 0.5
        assert count[0, 0] == count[-1, -1] == 0
        good = entry["images/status"].asstr()[:] == "ok"
        if CLASSES[task]:
            assert set(entry["images/target"].asstr()[:][good]) <= CLASSES[task]
            assert set(entry["groups"]) == set(entry["images/target"].asstr()[:][good])
        confidence = entry["images/confidence"][:][good]
        assert np.isfinite(confidence).all() and (confidence != 0).all()
        if CLASSES[task] and task != "verification":
            check_classification(entry)
        else:
            assert (np.abs(confidence) <= 1).all()
        np.testing.assert_allclose(entry["cis/cis"][:].shape, (n_good, 128, 128))
        assert {name.decode() for name in entry["regions/name"][:]} >= {"nose", "mouth", "left_eye", "right_eye"}


def check_classification(entry):
    """The counts of /entry/classification against the rows of /entry/images."""
    images, counts = entry["images"], entry["classification"]
    label, predicted = (images[name].asstr()[:] for name in ("label", "predicted"))
    names = counts["class"].asstr()[:]
    good = images["status"].asstr()[:] == "ok"
    assert entry["confidence"].asstr()[()] == "log_odds"
    assert list(counts["n_predicted"][:]) == [(predicted[good] == name).sum() for name in names]
    assert counts["n_right"][()] == (label[good] == predicted[good]).sum()
    assert counts["confusion"][:].sum() == np.isin(label[good], names).sum()


@pytest.mark.parametrize("mirror", ["map", "image"])
def test_mirrored_maps_are_the_same_on_both_sides_and_not_zero_for_anybody(run_csm, tmp_path, mirror):
    output = tmp_path / "result.h5"
    result = run_csm("--task", "gender", "--mirror", mirror, "--limit", 6, "--output", output, *SMALL, n_ranks=2)
    assert result.returncode == 0, result.stderr
    with h5py.File(output) as file:
        entry = file["entry"]
        cis = entry["cis/cis"][:]
        np.testing.assert_array_equal(cis, cis[:, :, ::-1])
        assert {name: np.abs(group["cms"][:]).max() > 1e-3 for name, group in entry["groups"].items()} == {"female": True, "male": True}
        views = entry["images/n_patches"][:] / entry["images/n_vertices"][:]
        assert (views > 1.5).all() if mirror == "image" else (views <= 1).all()
        assert any("mirror image" in remark for remark in entry["remarks"].asstr()[:])


def test_what_left_and_right_tell_apart_is_not_mirrored(run_csm, tmp_path):
    result = run_csm("--task", "pose", "--mirror", "map", "--output", tmp_path / "result.h5", *SMALL)
    assert result.returncode == 2
    assert "left-up" in result.stderr and "--mirror off" in result.stderr


def test_a_picture_without_a_face_is_named(run_csm, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for path in sorted((FACES / "img").iterdir())[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    noise = np.random.default_rng(1).integers(0, 256, (120, 90, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "noise.png")
    Image.new("RGB", (200, 100), (90, 120, 150)).save(folder / "sky.png")
    output = tmp_path / "result.h5"
    result = run_csm("--task", "gender", "--dataset", folder, "--group-by", "predicted", "--output", output, *SMALL, timeout=300)
    assert result.returncode == 0, result.stderr
    with h5py.File(output) as file:
        found = dict(zip(file["entry/images/id"].asstr()[:], file["entry/images/status"].asstr()[:], strict=True))
    assert found["noise.png"] == found["sky.png"] == "no face found"
    assert sum(status == "ok" for status in found.values()) == 2
    assert "'noise.png' is left out: no face found" in result.stderr


def test_mesh_networks_that_are_missing_are_named(run_csm, tmp_path):
    result = run_csm("--task", "gender", "--mesh-model", tmp_path / "none.pt", "--output", tmp_path / "result.h5", n_ranks=2,
                     timeout=120)
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1
    assert "none.pt" in result.stderr
