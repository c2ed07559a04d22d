"""The scores of the studies on maps whose answers are worked out by hand."""

import numpy as np
import pytest
from csm.saved_maps import SavedMaps
from study.blur_scores import compare, effective_share, top_regions
from csm.intervals import margin, p_above_zero, wilson
from study.map_agreement import agree, weighted_cms
from study.markdown import percent, table
from study.region_scores import (
    find_rate,
    mean_by_unit,
    merge_regions,
    positive_share,
    raise_alarm,
    score,
    standardise,
)

NAMES = ["none", "left", "right", "nose"]
REGIONS = np.array([[0, 1, 1], [2, 2, 3]])  # not square, so that a transposition shows


def maps_of(*maps, ids=None):
    classes = ["plain"] * len(maps)
    return SavedMaps(
        ids or [f"{i}.png" for i in range(len(maps))],
        classes,
        classes,
        np.array(maps, float),
        REGIONS > 0,
        REGIONS,
        NAMES,
    )


def test_wilson():
    # 8 of 10: (0.8 + z^2/20 +- z sqrt(0.016 + z^2/400)) / (1 + z^2/10) with z = 1.96.
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == pytest.approx(1)
    assert wilson(0, 0) == (0, 1)
    assert percent(8, 10) == "80 % (49-94)"


def test_the_margin_of_a_mean_is_that_of_its_standard_error():
    # Mean 2, standard error 1 / sqrt(3), the 97.5 % quantile of t with 2 degrees of freedom 4.3027.
    values = np.array([1.0, 2, 3])
    assert margin(lambda weights: weights @ values, 3) == pytest.approx(
        4.3027 / np.sqrt(3), rel=1e-4
    )
    assert margin(lambda weights: weights.sum(), 7) == pytest.approx(0, abs=1e-12)
    assert np.isnan(margin(lambda weights: 1.0, 1))


def test_p_of_the_one_sided_t_test():
    # Mean 2, standard deviation 1, n = 3: t = 3.464 with 2 degrees of freedom; its mirror image; no
    # spread.
    values = np.array([[1, -1, 5], [2, -2, 5], [3, -3, 5]])
    assert p_above_zero(values) == pytest.approx([0.03709, 0.96291, 1], abs=1e-5)
    assert p_above_zero(values[:1]).tolist() == [1, 1, 1]


def test_planted_regions_count_as_one():
    numbers, names = merge_regions(maps_of(np.zeros((2, 3))), ("right", "nose"))
    assert names == ["right+nose", "left"]
    assert numbers.tolist() == [1, 1, 0, 0, 0]
    numbers, names = merge_regions(maps_of(np.zeros((2, 3))), ())
    assert names == NAMES[1:]
    assert numbers.tolist() == [0, 0, 1, 1, 2]


def test_the_score_of_two_photographs():
    # Photograph a has two views, whose mean is (9; 1, 3, 2, 2, 0); pixel (0, 0) is not a face.
    maps = maps_of([[9, 0, 4], [2, 3, 0]], [[9, 2, 2], [2, 1, 0]], [[9, -1, 5], [0, 0, 1]])
    found = score(maps, ("left",), ["a", "a", "b"])
    # CMS: 0, 4 | 1, 1, 0.5.
    assert found.share == pytest.approx(4 / 6.5)
    assert found.area == 2 / 5
    assert found.rank == 1
    assert found.peak_is_inside
    assert (found.n_pointing, found.n_images) == (
        3,
        3,
    )  # the second one's maximum is reached on the left first
    assert score(maps, ("right",), ["a", "a", "b"]).rank == 2
    assert score(maps, ("nose",), ["a", "a", "b"]).rank == 3
    assert not score(maps, ("nose",), ["a", "a", "b"]).peak_is_inside


def test_units_are_averaged_in_the_order_of_their_names():
    assert mean_by_unit(np.array([[1.0, 2], [3, 4], [5, 6]]), ["b", "a", "b"]).tolist() == [
        [3, 4],
        [3, 4],
    ]


def test_a_share_of_nothing_positive_is_none():
    assert positive_share(np.array([-1.0, -2]), np.array([True, False])) == 0
    assert positive_share(np.array([3.0, -2, 1]), np.array([True, True, False])) == 0.75


def test_an_alarm_needs_a_region_that_stands_out_in_most_photographs():
    values = np.array([[1.0, 1, 0, 0, 0]] * 6) * np.arange(1, 7)[:, None]
    excess = standardise(
        np.stack([values[:, :2].mean(1), values[:, 2:4].mean(1), values[:, 4]], 1), values
    )
    # Mean 0.4, standard deviation sqrt(0.24) whatever the height of the map.
    assert excess[:, 0] == pytest.approx(np.full(6, 0.6 / np.sqrt(0.24)))
    excess += np.random.default_rng(1).normal(size=excess.shape) * 0.01
    alarm = raise_alarm(excess, NAMES[1:])
    assert (alarm.region, alarm.is_raised) == ("left", True)
    assert not raise_alarm(np.random.default_rng(2).normal(size=(6, 3)) * 0.01, NAMES[1:]).is_raised
    assert not raise_alarm(np.zeros((6, 3)), NAMES[1:]).is_raised


def test_a_cue_in_every_image_is_found_from_few_and_noise_is_not():
    random = np.random.default_rng(4)
    cued = maps_of(
        *[[[0, 0, 0], [1 + e, 1 - e, 0]] for e in 0.1 * random.normal(size=12)]
        + random.normal(size=(12, 2, 3)) * 0.1
    )
    units = [str(i) for i in range(12)]
    assert find_rate(cued, ("right",), units, 6) == 1
    assert find_rate(cued, ("left",), units, 6) == 0
    assert find_rate(maps_of(*random.normal(size=(12, 2, 3))), ("right",), units, 6) < 0.3


def test_uncovered_pixels_do_not_count():
    values = np.array([[2.0, 0, 4], [4, 6, 0]])
    assert weighted_cms(values, np.array([0.5, 0.5])).tolist() == [3, 6, 4]
    assert weighted_cms(values, np.array([1.0, 0])).tolist() == [2, 0, 4]


def test_agreement_with_the_truth():
    truth = np.array([[0, 2.0, 2], [-1, -1, 0]])
    found = agree(
        maps_of([[5, 4, 4], [-2, -2, 0]], [[5, 2, 2], [-1, -1, 0]]), truth, "left", "right"
    )
    assert found.pearson == pytest.approx(1)
    assert found.share == 1
    assert found.rank == 1
    assert found.second == pytest.approx((-1.5, 0.5))
    reversed_ = agree(maps_of([[5, -4, -4], [2, 2, 1]]), truth, "left", "right")
    assert reversed_.pearson < -0.9
    assert reversed_.rank == 3
    assert reversed_.share == 0
    assert np.isnan(reversed_.margin)


def test_the_effective_share_of_the_face():
    assert effective_share(np.ones(10)) == pytest.approx(1)
    assert effective_share(np.array([3.0, 0, 0, -1])) == pytest.approx(1 / 4)
    assert effective_share(np.array([2.0, 2, 0, -1])) == pytest.approx(2 / 4)


def test_blur_against_the_exact_maps():
    exact = maps_of([[0, 4, 4], [1, 1, -1]], [[0, 2, 2], [1, 1, -1]])
    same = compare(exact, exact, ("left",))
    assert (same.pearson, same.peak, same.order) == pytest.approx((1, 1, 1))
    assert same.share == pytest.approx(6 / 8)
    half = compare(maps_of([[0, 2, 2], [1, 1, -2]], [[0, 1, 1], [1, 1, -2]]), exact, ("left",))
    assert half.peak == 0.5
    assert half.pearson < 1
    assert top_regions(exact, 2) == ("left", "right")
    with pytest.raises(ValueError, match="other images"):
        compare(maps_of([[0, 4, 4], [1, 1, -1]]), exact, ("left",))


def test_a_markdown_table():
    assert table(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"
