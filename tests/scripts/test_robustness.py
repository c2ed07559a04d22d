"""scripts/research/robustness.py: disturbed photos, losses and their correlation."""

import h5py
import numpy as np
import pytest
import robustness
import torch
from csm import reference_fit
from csm.contract import save_model, trace
from PIL import Image
from robustness import Network
from scipy.stats import spearmanr
from study.answers import DisturbedPhotos, decide
from study.disturbances import Strengths, disturb
from study.program import StudyError
from study.rank_correlation import (
    between,
    fisher_interval,
    reliability,
    reliability_by_errors,
    together,
    within,
)

STRENGTHS = Strengths(square=0.4, noise=20, grain=0.1, blur=0.05)
BOX = (10, 20, 30, 34)


def test_a_loss_is_what_was_right_before_and_is_not_any_more():
    network = Network("erased_12", {}, {
        "clean": {"a": 1.0, "b": 1.0, "c": 0.0},
        "same": {"a": 1.0, "b": 1.0, "c": 0.0},
        "noisy": {"a": 1.0, "b": 0.0, "c": 1.0},
        "occluded": {"c": 0.0, "b": 0.4, "a": 1.0},
    })
    loss, half = network.loss("noisy")  # b is lost, c is won
    assert loss == 0.0
    assert half == pytest.approx(4.302653 * np.sqrt(1 / 3), rel=1e-6)  # t of 2 degrees, sd 1
    assert network.loss("same") == (0.0, 1.0)  # three answers that did not change
    assert network.loss("occluded")[0] == pytest.approx(0.2)  # two of five copies are right
    assert network.setting == "erased"
    assert network.accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["gender", "gender_faceres"])
def test_a_network_without_a_seed_is_a_setting_of_its_own(name):
    assert Network(name, {}, {}).setting == name


def test_the_p_of_a_correlation_counts_all_orders():
    found = together([1, 2, 3, 4], [10, 20, 30, 40])
    assert (found.rho, found.p) == (pytest.approx(1), pytest.approx(2 / 24))
    assert np.isnan(together([1, 2], [1, 2]).rho)
    assert together([1, 2, 3, 4], [5, 5, 5, 5]).p == 1.0


def test_random_orders_agree_with_scipy():
    random = np.random.default_rng(4)
    first = random.normal(size=12)
    second = first + random.normal(size=12) * 2
    second[3] = second[5]  # ranks that are shared
    found, (rho, p) = together(first, second), spearmanr(first, second)
    assert found.rho == pytest.approx(rho)
    assert found.p == pytest.approx(p, abs=0.02)  # SciPy's p is that of a t distribution


def test_what_the_settings_have_in_common_is_not_within_them():
    # Between the settings the order is the same, within them it is the other way round.
    settings = ["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3
    first = [10 * i + k for i in range(4) for k in range(3)]
    second = [10 * i - k for i in range(4) for k in range(3)]
    found = within(first, second, settings)
    assert found.rho == pytest.approx(-1)
    assert found.p < 0.01  # 2 of 6^4 orders
    assert found.what == "within 4 settings"
    found = between(first, second, settings)
    assert (found.rho, found.p) == (pytest.approx(1), pytest.approx(2 / 24))
    assert together(first, second).rho > 0.8


def test_the_settings_of_networks_may_come_in_any_order():
    first, second, settings = [1, 9, 2, 8, 3, 7], [5, 1, 6, 2, 7, 3], list("abaabb")
    order = [5, 2, 0, 3, 1, 4]
    one = within(first, second, settings)
    other = within(*([values[i] for i in order] for values in (first, second, settings)))
    assert one.rho == pytest.approx(other.rho)


def test_an_interval_is_that_of_bonett_and_wright():
    low, high = fisher_interval(0.5, 19)
    half = 1.959964 * np.sqrt(1.125 / 16)
    assert (np.arctanh(low), np.arctanh(high)) == pytest.approx(
        (0.549306 - half, 0.549306 + half), abs=1e-5)
    assert fisher_interval(0.9, 3) == (-1, 1)
    assert fisher_interval(1.0, 8)[1] <= 1


def test_losses_are_reliable_as_far_as_the_images_agree():
    # By hand: levels 0.5 and 1, of networks 2 x 2 (0.25)^2 = 0.25; residuals 4 (0.25)^2 / 1 = 0.25.
    assert reliability([[0, 1], [1, 1]], ["a", "a"]) == pytest.approx(0)
    level = np.array([0.1, 0.2, 0.3, 0.4])[:, None]
    assert reliability(np.repeat(level, 50, 1), list("aabb")) == pytest.approx(1)
    # Variance between networks .01, of a mean of 100 images .01: half of it is real.
    random = np.random.default_rng(3)
    lost = random.normal(size=(600, 1)) * 0.1 + random.normal(size=(600, 100))
    assert reliability(lost, [""] * 600) == pytest.approx(0.5, abs=0.06)
    # What is common to a setting does not count within it, and what is common to an image not at
    # all.
    pairs = np.repeat(np.arange(300), 2)
    shared = lost + 5 * pairs[:, None] + 3 * random.normal(size=100)
    assert reliability(shared, pairs) == pytest.approx(0.5, abs=0.09)
    assert reliability(shared, [""] * 600) > 0.99
    assert np.isnan(reliability(np.repeat([[1.0], [1.0], [9.0], [9.0]], 50, 1), list("aabb")))


def test_values_are_reliable_as_far_as_their_errors_are_below_their_differences():
    # Variance 1 of 1, 2, 3; the mean squared error is a quarter.
    assert reliability_by_errors([1, 2, 3], [0.5, 0.5, 0.5], [""] * 3) == pytest.approx(0.75)
    assert reliability_by_errors([1, 2, 3], [2, 2, 2], [""] * 3) == 0
    # Within the settings 2 + 2 of 2 degrees of freedom.
    values, errors = [1, 3, 11, 13], [1, 1, 1, 1]
    assert reliability_by_errors(values, errors, list("aabb")) == pytest.approx(0.5)
    assert np.isnan(reliability_by_errors(values, errors, list("abcd")))


def test_an_occluded_square_lies_on_the_face():
    picture = np.full((60, 50, 3), 200, np.uint8)
    for seed in range(20):
        changed = disturb("occluded", picture, BOX, STRENGTHS, np.random.default_rng(seed))
        rows, columns = np.nonzero((changed != picture).any(axis=2))
        assert len(rows) == 144  # 0.4 x 30 px wide
        assert rows.min() >= 20 and rows.max() < 54 and columns.min() >= 10 and columns.max() < 40
    again = disturb("occluded", picture, BOX, STRENGTHS, np.random.default_rng(19))
    np.testing.assert_array_equal(changed, again)
    assert (picture == 200).all()


def test_noise_has_the_grain_and_the_deviation_that_were_asked_for():
    picture = np.full((600, 450, 3), 128, np.uint8)
    noisy = disturb("noisy", picture, BOX, STRENGTHS, np.random.default_rng(1)).astype(float)
    assert noisy.std() == pytest.approx(20, rel=0.02)
    grains = noisy.reshape(200, 3, 150, 3, 3)  # of 3 x 3 px
    assert (grains == grains[:, :1, :, :1]).all()
    assert abs(np.corrcoef(grains[1:, 0, :, 0].ravel(), grains[:-1, 0, :, 0].ravel())[0, 1]) < 0.02


def test_a_blur_keeps_the_sum_of_a_point_and_spreads_it():
    picture = np.zeros((61, 41, 3), np.uint8)
    picture[28:33, 18:23] = 250
    blurred = disturb("blurred", picture, (0, 0, 60, 60), STRENGTHS, None).astype(float)
    assert blurred.sum() == pytest.approx(picture.astype(float).sum(), rel=0.1)
    rows = np.arange(61) - 30
    weights = blurred[..., 0].sum(axis=1)
    variance = (weights @ rows**2) / weights.sum()
    assert variance == pytest.approx(3**2 + 2, rel=0.15)  # 0.05 x 60 px; 2 of the square itself


@pytest.mark.parametrize(("kind", "outputs", "said"), [
    ("logit", [[1.0, 2.0], [3.0, 0.0]], ["male", "female"]),
    ("binary_logit", [[0.3], [-0.2]], ["male", "female"]),
])
def test_a_network_says_the_class_of_its_first_output_that_counts(kind, outputs, said):
    contract = {"name": "n", "classes": ["female", "male"],
                "outputs": [{"kind": "ignored"}, {"kind": kind}]}
    assert decide((torch.zeros(2, 7), torch.tensor(outputs)), contract) == said


def test_an_output_that_does_not_decide_is_refused():
    contract = {"name": "n", "classes": ["a", "b"], "outputs": [{"kind": "sigmoids"}]}
    with pytest.raises(StudyError, match="n: its output is a sigmoids of 2"):
        decide(torch.zeros(1, 2), contract)


class CentreFitter:
    """Finds a face of 40 x 40 px in the middle of each image that is not black."""

    def fit(self, image):
        if not image.any():
            return None
        centre = np.array(image.shape[1::-1]) / 2
        corners = centre + 20 * np.array([[-1, -1], [1, 1]])
        return reference_fit.Fit(np.column_stack([corners, [0, 0]]), 1.0, 1)


class IsBright(torch.nn.Module):
    """The log odds of `bright`: the mean of the input less 200 of 255."""

    def forward(self, x):
        return x.mean((1, 2, 3), keepdim=True).flatten(1) - 200


def test_answers_are_of_the_faces_that_were_found_before(tmp_path, monkeypatch):
    monkeypatch.setattr(reference_fit, "ReferenceFitter", CentreFitter)
    for name, grey in {"white": 250, "dark": 60, "black": 0}.items():
        Image.new("RGB", (80, 60), (grey, grey, grey)).save(tmp_path / f"{name}.png")
    contract = {
        "csm_contract": 1, "name": "brightness", "role": "classifier", "task": "brightness",
        "input": {"height": 16, "width": 12, "colour": "rgb", "mean": [0.0] * 3, "std": [1.0] * 3},
        "crop": {"rule": "face_box", "scale": 1.0},
        "outputs": [{"name": "z", "kind": "binary_logit", "size": 1}],
        "classes": ["dim", "bright"], "source": "a test", "licence": "BSD-3-Clause"}
    save_model(trace(IsBright(), contract), contract, tmp_path / "brightness.pt")
    sample = [(tmp_path / "white.png", "bright"), (tmp_path / "dark.png", "dim"),
              (tmp_path / "black.png", "dim")]
    # A square as wide as the face makes all of it grey, which is dim.
    strengths = Strengths(square=1.0, noise=20, grain=0.1, blur=0.05)
    found = DisturbedPhotos(sample, strengths, 3, 1).answers(tmp_path / "brightness.pt")
    white, dark = (str(path) for path, _ in sample[:2])
    assert found == {
        "clean": {white: 1.0, dark: 1.0}, "occluded": {white: 0.0, dark: 1.0},
        "noisy": {white: 1.0, dark: 1.0}, "blurred": {white: 1.0, dark: 1.0}}


def test_answers_of_another_network_than_the_map_are_refused(tmp_path):
    columns = {"id": ["a", "b", "c"], "label": ["male"] * 3, "status": ["ok", "ok", "no_face"],
               "predicted": ["male", "female", ""]}
    with h5py.File(tmp_path / "clean.h5", "w") as file:
        for name, values in columns.items():
            file[f"entry/images/{name}"] = np.array(values, dtype=h5py.string_dtype())
    robustness.check_agreement(
        Network("n", {}, {"clean": {"a": 1.0, "b": 0.0, "c": 1.0}}), tmp_path / "clean.h5")
    with pytest.raises(StudyError, match="n: 1 of 2 answers"):
        robustness.check_agreement(
            Network("n", {}, {"clean": {"a": 1.0, "b": 1.0}}), tmp_path / "clean.h5")


def test_a_data_set_without_labels_is_refused(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,age\na.jpg,30\n")
    arguments = robustness.parse(
        ["m.pt", "--dataset", str(tmp_path), "--output", str(tmp_path / "out")])
    with pytest.raises(StudyError, match="no column gender"):
        robustness.read_sample(arguments)
    (tmp_path / "manifest.csv").write_text("path,gender,n_faces\na.jpg,male,1\nb.jpg,male,2\n")
    assert robustness.read_sample(arguments) == [(tmp_path / "a.jpg", "male")]


def networks(n=6):
    losses = np.linspace(0, 0.5, n)
    images = [f"{i}.jpg" for i in range(20)]
    return [
        Network(
            f"{'ab'[i % 2]}_{i}",
            {name: (0.1 * i, 0.1 * i - 0.02, 0.1 * i + 0.02) for name in robustness.MEASURES},
            {"clean": dict.fromkeys(images, 1.0)}
            | {name: dict.fromkeys(images, 1 - loss) for name in robustness.DISTURBANCES},
        )
        for i, loss in enumerate(losses)
    ]


def test_a_report_says_how_concentration_and_loss_go_together(tmp_path):
    robustness.write_answers(tmp_path, networks())
    text = (tmp_path / "robustness.md").read_text()
    assert "| loss | concentration | 6 networks | within 2 settings | between 2 settings |" in text
    assert "| occluded | top_share | 1.00 (" in text and "p = 0.003 |" in text  # 2 of 720 orders
    assert "| `b_5` | 50% (48% to 52%) |" in text
    # (0.02 / 1.96)^2 / 0.035, the variance of 0 to 0.5
    assert "| gini, at least | 1.00 | 1.00 |" in text
    assert (tmp_path / "robustness.csv").read_text().startswith("network,setting,top_share,gini,")
    assert (tmp_path / "robustness.png").stat().st_size > 5000
    robustness.write_answers(tmp_path, networks(2))
    assert "within" not in (tmp_path / "robustness.md").read_text()
