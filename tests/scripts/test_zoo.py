"""The random networks are the published ones (by their counts), are alive, and are the same for the
same seed.
"""

import subprocess
import sys

import make_zoo
import pytest
import torch
from conftest import ROOT
from csm.contract import check_contract, load_model
from torch import nn
from zoo.blocks import round_channels
from zoo.catalogue import ARCHITECTURES, build, measure_cost
from zoo.random_weights import draw_weights, noise_images

# Millions of parameters and G multiply-adds at 1,000 classes, as published (by the papers or with
# the networks' trained files). LightCNN-9 by hand from the paper's table 2, weights and biases,
# with RGB input and a head of 1,000: the table's own sum counts 96 input channels for the second 3
# x 3 convolution, to which the map before it brings 48.
PUBLISHED = {
    "vgg16": (138.4, 15.47),
    "resnet18": (11.69, 1.81),
    "resnet34": (21.80, 3.66),
    "resnet50": (25.56, 4.09),
    "mobilenet_v2": (3.50, 0.30),
    "mobilenet_v3_large": (5.48, 0.22),
    "efficientnet_b0": (5.29, 0.39),
    "densenet121": (7.98, 2.83),
    "inception_v3": (23.8, 5.71),
    "lightcnn9": (5.74, 1.06),
}
QUICK_WIDTH = 0.25


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def quick_size(name):
    return max(64, ARCHITECTURES[name].smallest)


def decimals(value):
    return len(str(value).partition(".")[2])


def drawn(name, seed=1):
    network = build(name, 2, QUICK_WIDTH, quick_size(name))
    draw_weights(network, quick_size(name), seed)
    return network


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder with LightCNN-9 and ResNet-18, and one with the same ResNet-18 alone."""
    company = {"together": ["lightcnn9", "resnet18"], "alone": ["resnet18"]}
    root = tmp_path_factory.mktemp("zoo")
    for folder, names in company.items():
        subprocess.run(
            [
                sys.executable,
                ROOT / "scripts/models/make_zoo.py",
                *names,
                "--output",
                root / folder,
                "--width",
                "0.25",
                "--input-size",
                "72",
                "--n-classes",
                "5",
                "--seed",
                "4",
            ],
            check=True,
        )
    return root / "together", root / "alone"


def test_every_network_has_a_published_count():
    assert set(PUBLISHED) == set(ARCHITECTURES)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_counts_are_those_published(name):
    parameters, multiply_adds = measure_cost(name, 1000)
    millions, giga = PUBLISHED[name]
    assert round(parameters / 1e6, decimals(millions)) == millions
    assert round(multiply_adds / 1e9, decimals(giga)) == giga


def test_lightcnn_adds_up_by_hand():
    # Kernel area, in, out (before the halving), side of the output map [px].
    table = [
        (25, 3, 96, 128),
        (1, 48, 96, 64),
        (9, 48, 192, 64),
        (1, 96, 192, 32),
        (9, 96, 384, 32),
        (1, 192, 384, 16),
        (9, 192, 256, 16),
        (1, 128, 256, 16),
        (9, 128, 256, 16),
        (64, 128, 512, 1),
        (1, 256, 1000, 1),
    ]
    parameters = sum((area * n_in + 1) * n_out for area, n_in, n_out, _ in table)
    multiply_adds = sum(area * n_in * n_out * side ** 2 for area, n_in, n_out, side in table)
    assert measure_cost("lightcnn9", 1000) == (parameters, multiply_adds)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_logits_spread_over_images(name):
    """Dead networks give every image the same logits; exploding ones give thousands."""
    side = quick_size(name)
    images = noise_images(24, side, torch.Generator().manual_seed(5))
    white = torch.randn(24, 3, side, side, generator=torch.Generator().manual_seed(6))
    network = drawn(name)
    with torch.no_grad():
        logits, of_white = network(images), network(white)
    assert logits.shape == (24, 2)
    assert torch.isfinite(logits).all() and torch.isfinite(of_white).all()
    assert 0.2 < logits.std(dim=0).min() and logits.std(dim=0).max() < 10
    assert of_white.abs().max() < 50


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_no_layer_dies_or_explodes(name):
    deviations, hooks, network = [], [], drawn(name)
    for layer in network.modules():
        if (
            isinstance(layer, nn.BatchNorm2d)
            or isinstance(layer, (nn.Conv2d, nn.Linear))
            and layer.bias is not None
        ):
            hooks.append(
                layer.register_forward_hook(
                    lambda _, __, output: deviations.append(float(output.std()))
                )
            )
    with torch.no_grad():
        network(noise_images(24, quick_size(name), torch.Generator().manual_seed(8)))
    assert len(deviations) == len(hooks) > 8
    assert 0.1 < min(deviations) and max(deviations) < 10


@pytest.mark.parametrize("name", ["vgg16", "mobilenet_v3_large", "densenet121"])
def test_weights_are_all_drawn(name):
    for layer in drawn(name).modules():
        if isinstance(layer, nn.BatchNorm2d):
            for values, centre in ((layer.weight, 1), (layer.bias, 0)):
                assert 0 < (values - centre).abs().mean() < 0.3
            assert layer.running_mean.abs().min() > 0 and layer.running_var.min() > 0
        elif getattr(layer, "bias", None) is not None:
            assert layer.bias.abs().min() > 0


def test_seed_decides_the_weights():
    first, again, other = (drawn("resnet18", seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["0.0.weight"], other["0.0.weight"])


def test_same_seed_gives_the_same_bytes_in_any_company(folders):
    together, alone = folders
    assert (together / "resnet18.pt").read_bytes() == (alone / "resnet18.pt").read_bytes()
    assert sorted(path.name for path in together.iterdir()) == ["lightcnn9.pt", "resnet18.pt"]


def test_file_carries_the_contract_and_the_network(folders):
    loaded, contract = load_model(folders[0] / "resnet18.pt")
    check_contract(contract)
    assert contract["input"] == {
        "height": 72,
        "width": 72,
        "colour": "rgb",
        "mean": [123.675, 116.28, 103.53],
        "std": [58.395, 57.12, 57.375],
    }
    assert contract["crop"] == {"rule": "face_box", "scale": 1.3}
    assert contract["classes"] == [f"class_{i}" for i in range(5)]
    network = build("resnet18", 5, QUICK_WIDTH, 72)
    draw_weights(network, 72, 4)
    images = noise_images(3, 72, torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(loaded(images), network(images), rtol=1e-4, atol=1e-4)


def test_two_classes_are_genders():
    contract = make_zoo.build_contract("inception_v3", 2, 1.0, None, 1)
    check_contract(contract)
    assert (contract["task"], contract["classes"], contract["input"]["height"]) == (
        "gender",
        ["male", "female"],
        299,
    )


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_width_scales_the_channels_and_input_size_the_maps(name):
    side = quick_size(name)
    full, narrow = (measure_cost(name, 2, width, side) for width in (1, 0.5))
    assert narrow[0] < 0.5 * full[0] and narrow[1] < 0.5 * full[1]
    assert measure_cost(name, 2, 0.5, 2 * side)[1] > 3 * narrow[1]
    with torch.device("meta"):
        layers = [
            layer
            for layer in build(name, 2, 0.4, side).modules()
            if isinstance(layer, nn.BatchNorm2d)
        ]
    assert all(layer.num_features % 8 == 0 for layer in layers)


def test_smallest_size_is_the_smallest_that_runs():
    for name, architecture in ARCHITECTURES.items():
        assert measure_cost(name, 2, QUICK_WIDTH, architecture.smallest)[1] > 0
    with pytest.raises(RuntimeError):
        measure_cost("inception_v3", 2, QUICK_WIDTH, ARCHITECTURES["inception_v3"].smallest - 1)


@pytest.mark.parametrize(
    ("wanted", "rounded"), [(1, 8), (8, 8), (11, 16), (18, 24), (30, 32), (36, 40), (320, 320)]
)
def test_channels_are_multiples_of_eight(wanted, rounded):
    assert round_channels(wanted) == rounded


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["alexnet"], "no network is called alexnet"),
        (["vgg16", "--width", "0"], "--width 0"),
        (["vgg16", "--n-classes", "1"], "--n-classes 1"),
        (["inception_v3", "--input-size", "74"], "valid: 75 or more"),
    ],
)
def test_fault_is_named_and_nothing_is_written(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        make_zoo.main([*arguments, "--output", str(tmp_path / "zoo")])
    assert stop.value.code == 2 and message in capsys.readouterr().err
    assert not (tmp_path / "zoo").exists()
