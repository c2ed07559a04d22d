"""scripts/research/robustness.py: disturbed photos, losses and their correlation."""

import csv

import numpy as np
import pytest
import robustness
from PIL import Image
from robustness import Network, Photo, rank_correlation, write_photos
from study.program import StudyError


def test_a_loss_is_of_the_photos_that_were_read_in_both():
    network = Network("n", (0.5, 0.4, 0.6), {
        "clean": {"a": True, "b": True, "c": False, "d": True},
        "same": {"a": True, "b": True, "c": False, "d": True},
        "noisy": {"a": True, "b": False, "c": True, "e": False},
    })
    loss, half, n = network.loss("noisy")
    assert (loss, n) == (0.0, 3)  # b is lost, c is won
    assert network.loss("same")[:2] == (0.0, 0.75)  # four answers that did not change
    assert half == pytest.approx(4.302653 * np.sqrt(1 / 3), rel=1e-6)  # t of 2 degrees, sd 1


def test_the_p_of_a_correlation_counts_all_orders():
    rho, p = rank_correlation([1, 2, 3, 4], [10, 20, 30, 40])
    assert (rho, p) == (pytest.approx(1), pytest.approx(2 / 24))
    assert np.isnan(rank_correlation([1, 2], [1, 2])[0])


def test_disturbed_photos_differ_on_the_face_and_are_the_same_again(tmp_path):
    Image.new("RGB", (60, 50), (200, 30, 30)).save(tmp_path / "one.jpg", quality=95)
    photo = Photo(tmp_path / "one.jpg", "female", (10, 10, 30, 30), "one.png")
    for name, change in robustness.DISTURBANCES.items():
        write_photos(tmp_path / "photos", name, change, [photo], 1)
    clean, occluded = (
        np.asarray(Image.open(tmp_path / "photos" / name / "one.png"), int)
        for name in ("clean", "occluded")
    )
    changed = np.argwhere(np.abs(clean - occluded).sum(axis=2) > 0)
    assert (changed >= 10).all() and (changed < 41).all()
    assert len(changed) == pytest.approx((0.35 * 30) ** 2, rel=0.2)
    again = robustness.occlude(Image.open(tmp_path / "photos/clean/one.png"), photo.box,
                               np.random.default_rng((1, 0)))
    assert (np.asarray(again, int) == occluded).all()
    with (tmp_path / "photos/noisy/manifest.csv").open() as file:
        assert list(csv.DictReader(file)) == [{"path": "one.png", "label": "female"}]


def test_a_data_set_without_boxes_is_refused(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,gender\na.jpg,male\n")
    arguments = robustness.parse(
        ["m.pt", "--dataset", str(tmp_path), "--output", str(tmp_path / "out")])
    with pytest.raises(StudyError, match="no column face_h, face_w, face_x, face_y"):
        robustness.read_photos(arguments)
