"""The similarities and verdicts of the sanity checks, on maps whose answers are known."""

import h5py
import numpy as np
import pytest
from conftest import add_saved_maps, write_result
from scipy.stats import spearmanr
from study.map_similarity import oriented_gradients, prepare, similarity, standard_ranks
from study.network_plan import make_plan
from study.sanity_measures import agreement_of_halves, half_random, measure_method, table_of
from study.sanity_verdict import (
    Estimate,
    estimate,
    pair_similarity,
    share,
    untrained_correlation,
    verdict,
)

MASK = np.ones((60, 50), bool)
MASK[:6] = MASK[:, :4] = False


def _noise(seed, shape=MASK.shape):
    return np.random.default_rng(seed).normal(size=shape)


def test_a_map_is_fully_like_itself_whatever_its_scale():
    a = _noise(1)
    found = similarity(prepare(a, MASK), prepare(7 * a, MASK), MASK)
    assert list(found.values()) == pytest.approx([1, 1, 1, 1])


def test_the_reverse_map_is_opposite_in_values_and_equal_in_magnitude():
    a = _noise(1)
    found = similarity(prepare(a, MASK), prepare(-a, MASK), MASK)
    assert found["spearman"] == pytest.approx(-1)
    assert found["spearman_absolute"] == pytest.approx(1)
    assert found["ssim"] < 0
    assert found["hog"] == pytest.approx(1)  # edges have no sign


def test_spearman_is_that_of_the_pixels_of_the_mask():
    a, b = _noise(1), _noise(2)
    b[~MASK] = 1e6
    assert similarity(prepare(a, MASK), prepare(b, MASK), MASK)["spearman"] == pytest.approx(
        spearmanr(a[MASK], b[MASK])[0]
    )


def test_a_flat_map_is_like_none():
    flat = prepare(np.zeros(MASK.shape), MASK)
    assert flat.is_flat
    assert np.isnan(list(similarity(flat, prepare(_noise(1), MASK), MASK).values())).all()


def test_the_outline_of_the_face_is_no_edge():
    assert not oriented_gradients(np.where(MASK, 3.0, 0.0), MASK).any()
    turned = (
        oriented_gradients(np.mgrid[:60, :50][0] * 1.0, MASK),
        oriented_gradients(np.mgrid[:60, :50][1] * 1.0, MASK),
    )
    assert np.corrcoef(*turned)[0, 1] < 0.1


def test_estimate_is_a_t_interval_of_what_is_there():
    found = estimate([1.0, np.nan, 3.0])
    assert (found.mean, found.n) == (2.0, 2)
    assert found.half_width == pytest.approx(12.706, abs=1e-3)  # t(0.975, 1) x sqrt(2) / sqrt(2)


def test_pairs_are_the_mean_of_all_correlations():
    maps = np.array([standard_ranks(_noise(seed, 40)) for seed in range(4)])
    pairs = [maps[i] @ maps[j] for i in range(4) for j in range(i)]
    assert pair_similarity(maps) == pytest.approx(np.mean(pairs))
    assert pair_similarity(np.vstack([maps, np.zeros(40)])) == pytest.approx(np.mean(pairs))
    assert np.isnan(pair_similarity(maps[:1]))


def test_untrained_correlation_grows_from_pairs_as_theory_says():
    """With k networks that are alike at r and like the trained one at s, it is s / sqrt((1 + (k -
    1) r) / k).
    """
    common = _noise(0, 4000)
    maps = np.array([standard_ranks(common + _noise(seed, 4000)) for seed in range(1, 6)])
    trained = standard_ranks(common + 2 * _noise(9, 4000))
    s, r = (maps @ trained).mean(), pair_similarity(maps)
    assert untrained_correlation(trained, maps) == pytest.approx(s / np.sqrt((1 + 4 * r) / 5))
    assert s == pytest.approx(1 / np.sqrt(2 * 5), abs=0.05)


def test_a_negative_correlation_is_no_share():
    assert share(-0.9) == 0
    assert share(0.5) == 0.25


UNLIKE = Estimate(0.1, 0.05, 9)


@pytest.mark.parametrize(
    ("unchanged", "values", "magnitudes", "outcome"),
    [
        (Estimate(1.0, 0.0, 9), Estimate(1.0, 0.0, 9), Estimate(1.0, 0.0, 9), "fails"),
        (Estimate(0.6, 0.1, 9), Estimate(0.85, 0.05, 9), UNLIKE, "fails"),  # 0.80 ** 2 = 0.64
        (Estimate(0.6, 0.1, 9), UNLIKE, Estimate(0.85, 0.05, 9), "fails"),
        (Estimate(0.6, 0.1, 9), Estimate(0.7, 0.1, 9), UNLIKE, "undecided"),  # 0.36 to 0.64
        (Estimate(0.2, 0.1, 9), Estimate(0.6, 0.1, 9), UNLIKE, "passes"),  # up to 0.49
        (Estimate(-0.8, 0.1, 9), Estimate(-0.9, 0.05, 9), UNLIKE, "passes"),
        (
            Estimate(np.nan, np.nan, 0),
            Estimate(np.nan, np.nan, 0),
            Estimate(np.nan, np.nan, 0),
            "undecided",
        ),
    ],
)
def test_verdicts(unchanged, values, magnitudes, outcome):
    assert verdict(unchanged, values, magnitudes)[0] == outcome


def test_a_map_that_ignores_the_half_nearer_to_the_output_fails():
    passing = (Estimate(0.2, 0.1, 9), Estimate(0.3, 0.1, 9), UNLIKE)
    reason = (
        "72 % (64 to 81) of the map stays while the half of the layers nearer to the output is "
        "random"
    )
    assert verdict(*passing, Estimate(0.85, 0.05, 9)) == ("fails", reason)
    assert verdict(*passing, Estimate(0.73, 0.05, 9))[0] == "passes"  # 0.68 ** 2 = 0.46


def test_half_random_is_the_first_step_with_half_of_the_layers():
    rows = [
        {"check": check, "kind": kind, "step": step, "n_layers": n, "spearman": value}
        for check, kind, step, n, value in (
            ("cascading", "cis", 1, 1, 0.9),
            ("cascading", "cis", 2, 3, 0.5),
            ("cascading", "cis", 2, 3, 0.7),
            ("cascading", "cis", 3, 5, 0.1),
            ("cascading", "cms", 2, 3, -1),
            ("independent", "cis", 1, 4, -1),
        )
    ]
    assert half_random(rows, 5).mean == pytest.approx(0.6)
    assert half_random(rows, 6).mean == pytest.approx(0.6)
    assert half_random(rows[:1], 5) is None


def test_halves_of_a_common_map_agree_and_of_noise_do_not():
    common = _noise(1, 500)
    assert (
        agreement_of_halves(np.array([common + 0.1 * _noise(i, 500) for i in range(2, 10)]), 1)
        > 0.95
    )
    assert abs(agreement_of_halves(np.array([_noise(i, 500) for i in range(2, 10)]), 1)) < 0.15


@pytest.fixture
def study(tmp_path):
    """A method that keeps its maps, "stubborn", and one whose maps are noise of the network's own,
    "free"; images of each run in an order of its own.
    """
    plan = make_plan(["a", "b"], [[1], [0]], n_networks=3, seed=1)
    (tmp_path / "results").mkdir()
    names = [f"{letter}.jpg" for letter in "dacb"]
    for number, name in enumerate(["trained", *(network.name for network in plan.networks)]):
        order = np.roll(np.arange(4), number)
        for method in ("stubborn", "free"):
            maps = np.array(
                [_noise(100 + i + (1000 * number if method == "free" else 0)) for i in range(4)]
            )
            path = write_result(tmp_path / "results" / f"{name}_{method}.h5", size=MASK.shape)
            add_saved_maps(path, maps[order], [names[i] for i in order], ["male"] * 4, MASK)
    return tmp_path, plan


def test_images_are_matched_by_name_and_what_does_not_change_fails(study):
    folder, plan = study
    stubborn, free = (measure_method(folder, plan, method) for method in ("stubborn", "free"))
    assert [row["spearman"] for row in stubborn.rows] == pytest.approx([1] * len(stubborn.rows))
    assert [stubborn.verdicts[kind]["verdict"] for kind in ("cis", "cms")] == ["fails", "fails"]
    assert "shows nothing of the network" in stubborn.verdicts["cis"]["reason"]
    # 2,484 pixels of noise: correlations of 0.02.
    assert max(abs(row["spearman"]) for row in free.rows) < 0.1
    assert [free.verdicts[kind]["verdict"] for kind in ("cis", "cms")] == ["passes", "passes"]
    assert free.chance == {}
    assert measure_method(folder, plan, "stubborn", noise="stubborn").chance[
        "spearman"
    ] == pytest.approx(0, abs=0.1)  # the noise of another image
    assert len(free.rows) == 5 * (
        2 + 2 + 2
    )  # four images and the CMS; two steps, twice, and two more random networks
    table = table_of([stubborn, free], plan, "cascading", "cis")
    assert table[0] == "| method | `b` | `a` |"
    assert table[2] == "| `stubborn` | 1.00 ± 0.00 | 1.00 ± 0.00 |"


def test_other_images_or_classes_are_refused(study):
    folder, plan = study
    path = folder / "results" / "full_seed2_free.h5"
    for column, message in (("target", "other classes"), ("id", "not the same ones")):
        with h5py.File(path, "a") as file:
            file[f"entry/images/{column}"][0] = "female"
        with pytest.raises(ValueError, match=message):
            measure_method(folder, plan, "free")
