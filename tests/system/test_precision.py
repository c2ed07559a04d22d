"""--precision bfloat16: differences in bfloat16 draw the map of float32, audited image by image, with the same bytes on any number of ranks;
what cannot be done by differences is refused."""

import json

import h5py
import numpy as np
import pytest
from conftest import HEIGHT, N_IMAGES, WIDTH, contract
from same_results import check_same

N_AUDITED = 16


@pytest.fixture
def layered(data):
    """The data set with a small convolutional network, which can be read as layers."""
    import torch

    torch.manual_seed(5)
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(8, 16, 3, padding=1), torch.nn.PReLU(16),
        torch.nn.MaxPool2d(2), torch.nn.Conv2d(16, 16, 3, padding=1), torch.nn.Sigmoid(), torch.nn.Flatten(),
        torch.nn.Linear(16 * (HEIGHT // 2) * (WIDTH // 2), 2)).eval()
    script = torch.jit.trace(network, torch.zeros(1, 3, HEIGHT, WIDTH))
    torch.jit.save(script, str(data.folder / "classifier.pt"), _extra_files={"contract.json": json.dumps(contract())})
    return data


def run(run_csm, data, output, *more, n_ranks=1):
    result = run_csm(*data.arguments(output, "--vertex-stride", 1, "--confidence", "logit", "--save-cis", "--quiet", *more),
                     n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return output


def read(path):
    with h5py.File(path) as file:
        images = {name: file[f"entry/images/{name}"][:] for name in file["entry/images"]}
        remarks = "\n".join(str(text, "utf-8") for text in np.ravel(file["entry/remarks"][()]))
        return np.nan_to_num(file["entry/cis/cis"][:].astype(float)), images, remarks


def test_differences_draw_the_map_of_float32(run_csm, layered, tmp_path):
    exact, _, _ = read(run(run_csm, layered, tmp_path / "exact.h5", "--engine", "incremental"))
    found, images, remarks = read(run(run_csm, layered, tmp_path / "found.h5", "--precision", "bfloat16"))
    assert not np.array_equal(found, exact)
    # bfloat16 has 8 bits: an error of 2^-9 a layer, over four layers.
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > 0.999
    assert (images["n_audited"] == N_AUDITED).all() and (images["n_fallbacks"] == 0).all()
    assert (images["n_computed"] == images["n_patches"] + N_AUDITED).all()
    assert (images["audit_correlation"] > 0.99).all() and (images["audit_error"] > 0).all()
    np.testing.assert_allclose(images["audit_error"], np.hypot(images["audit_bias"], images["audit_spread"]), rtol=1e-6)
    assert (images["audit_error"] < 0.1 * images["audit_drop_spread"]).all()
    assert "bfloat16 by differences" in remarks and "No image was above --precision-tolerance 0.1." in remarks


def test_images_above_the_tolerance_are_computed_in_float32(run_csm, layered, tmp_path):
    exact, exact_images, _ = read(run(run_csm, layered, tmp_path / "exact.h5", "--engine", "incremental"))
    found, images, remarks = read(run(run_csm, layered, tmp_path / "found.h5", "--precision", "bfloat16",
                                      "--precision-tolerance", 0))
    assert np.array_equal(found, exact)
    assert np.array_equal(images["confidence"], exact_images["confidence"])
    assert (images["n_fallbacks"] == 1).all() and (images["audit_error"] > 0).all()
    assert f"{N_IMAGES} images were above --precision-tolerance 0 and computed in float32 instead" in remarks


def test_some_images_may_fall_back(run_csm, layered, tmp_path):
    _, images, _ = read(run(run_csm, layered, tmp_path / "all.h5", "--precision", "bfloat16"))
    shares = images["audit_error"] / images["audit_drop_spread"]
    tolerance = float(np.median(shares)) * (1 + 1e-6)
    _, images, _ = read(run(run_csm, layered, tmp_path / "some.h5", "--precision", "bfloat16", "--precision-tolerance",
                            f"{tolerance:.9g}"))
    assert np.array_equal(images["n_fallbacks"] == 1, shares > tolerance)
    assert 0 < images["n_fallbacks"].sum() < N_IMAGES


@pytest.mark.parametrize("tolerance", [0.1, 0])
def test_the_bytes_are_the_same_on_any_number_of_ranks(run_csm, layered, tmp_path, tolerance):
    paths = [run(run_csm, layered, tmp_path / f"{n_ranks}.h5", "--precision", "bfloat16", "--precision-tolerance", tolerance,
                 n_ranks=n_ranks) for n_ranks in (1, 3)]
    check_same(paths)


def test_the_plan_says_that_it_is_by_differences(run_csm, layered, tmp_path):
    for precision, message in (("bfloat16", "precision bfloat16 by differences"), ("float32", "precision float32\n")):
        result = run_csm(*layered.arguments(tmp_path / "r.h5", "--plan", "--precision", precision))
        assert result.returncode == 0, result.stderr
        assert message in result.stdout


@pytest.mark.parametrize("more, message", [
    (("--engine", "full"), "--precision is 'bfloat16' with --engine full"),
    (("--engine", "adaptive"), "--precision is 'bfloat16' with --engine adaptive"),
    (("--device", "cuda"), "--precision is 'bfloat16' with --device cuda"),
    (("--method", "gradient"), "--precision is 'bfloat16' with --method gradient"),
    ((), "--precision bfloat16 cannot run the model"),
])
def test_what_has_no_differences_is_refused(run_csm, data, tmp_path, more, message):
    """The data set's linear network is not understood as layers."""
    result = run_csm(*data.arguments(tmp_path / "r.h5", "--precision", "bfloat16", *more))
    assert result.returncode == 2
    assert message in result.stderr and "--precision float32" in result.stderr, result.stderr
