"""study/pasted_patches.py: patches of known places, and maps that find them or do not."""

import numpy as np
import pytest
from study.pasted_patches import at_points, order_of_pixels, paste, restored, share_ranked_lower


def pictures():
    random = np.random.default_rng(2)
    return random.integers(0, 100, (20, 30, 3), np.uint8), random.integers(
        100, 200, (20, 30, 3), np.uint8
    )


def test_patches_show_the_other_picture_at_the_same_place():
    picture, other = pictures()
    patched, mask = paste(picture, other, 3, 5, np.random.default_rng(1))
    assert 25 <= mask.sum() <= 75
    assert (patched[mask] == other[mask]).all() and (patched[~mask] == picture[~mask]).all()


def test_points_take_the_pixel_that_they_lie_in_or_the_nearest():
    image = np.arange(6).reshape(2, 3)
    points = np.array([[0.5, 0.5], [2.9, 1.2], [-4, 0], [9, 9]])
    assert at_points(image, points).tolist() == [0, 5, 0, 5]


def test_lower_values_inside_are_counted_over_all_pairs_of_points():
    inside = np.array([True, True, False, False, False])
    assert share_ranked_lower(np.array([1, 2, 3, 4, 5.0]), inside) == 1
    assert share_ranked_lower(np.array([9, 8, 3, 4, 5.0]), inside) == 0
    assert share_ranked_lower(np.ones(5), inside) == 0.5
    assert share_ranked_lower(np.array([1, 4, 3, 4, 5.0]), inside) == pytest.approx((3 + 1.5) / 6)
    assert np.isnan(share_ranked_lower(np.ones(3), np.ones(3, bool)))


def test_the_lowest_squares_are_restored_first_and_what_no_point_reaches_last():
    picture, other = pictures()
    points, values = np.array([[3.0, 3.0], [20.0, 10.0]]), np.array([2.0, -1.0])
    order = order_of_pixels(points, values, (20, 30), 4)
    assert sorted(order) == list(range(600))
    rows, columns = np.divmod(order[:16], 30)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 11, 18, 21)
    assert set(order[16:32]) == {y * 30 + x for y in range(1, 5) for x in range(1, 5)}
    again = restored(other, picture, order, 16 / 600)
    assert (again[8:12, 18:22] == picture[8:12, 18:22]).all() and (again != other).any(
        axis=2
    ).sum() == 16
    assert (restored(other, picture, order, 1) == picture).all() and (
        restored(other, picture, order, 0) == other
    ).all()
