"""Baseline methods of csm_mpi against Captum, on three small networks: a plain one, one with batch norm and a sum, one with PReLU by depth.

Each pixel of the input has a vertex, and each vertex a pixel of the canonical image, so that a CIS is the map itself.
"""

import json
import math
import os
import sys
from pathlib import Path

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference
import torch
from PIL import Image
from reference_sample import seed_of, split_mix
from torch import nn

sys.path.insert(0, str(conftest.ROOT / "scripts" / "dev" / "bench"))
from run_baseline import install_captum  # noqa: E402

HEIGHT, WIDTH = 24, 32
SIZE = 32
N_IMAGES, N_CLASSES = 3, 3
MEAN, STD = (120.0, 110.0, 100.0), (60.0, 70.0, 80.0)
# Float32 sums of some hundred products in another order, relative to the largest value of the map.
TOLERANCE = 2e-5
SEED = 1


@pytest.fixture(scope="session")
def captum():
    folder = install_captum(Path(os.environ.get("CSM_BUILD_DIR", conftest.ROOT / "build" / "release")) / "captum")
    if folder is None:
        pytest.skip("Captum cannot be installed here")
    sys.path.append(str(folder))
    import captum.attr

    return captum.attr


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 12, 3, stride=2), nn.ReLU())
        self.head = nn.Linear(12 * 5 * 7, N_CLASSES)
        self.cam_layer = self.features[4]

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.block = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8))
        self.last = nn.ReLU()
        self.head = nn.Linear(8, N_CLASSES)
        self.cam_layer = self.last

    def forward(self, x):
        y = self.stem(x)
        return self.head(self.last(y + self.block(y)).mean((2, 3)))


class Depthwise(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.PReLU(8), nn.Conv2d(8, 8, 3, padding=1, groups=8),
                                      nn.PReLU(8), nn.Conv2d(8, 16, 1), nn.PReLU(16))
        self.pool = nn.AvgPool2d(3)
        self.head = nn.Linear(16 * 4 * 5, N_CLASSES)
        self.cam_layer = self.features[5]

    def forward(self, x):
        return self.head(self.pool(self.features(x)).flatten(1))


NETWORKS = {"plain": Plain, "residual": Residual, "depthwise": Depthwise}


def make_network(kind):
    torch.manual_seed(20)
    network = kind().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
        if isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight, -0.2, 0.5)
    return network


class Case:
    """A network with its pictures and meshes on disk."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.network = make_network(NETWORKS[name])
        self.cam_layer = self.network.cam_layer
        del self.network.cam_layer  # an alias, which TorchScript would keep as a second module
        (folder / "images").mkdir(parents=True)
        (folder / "meshes").mkdir()
        random = np.random.default_rng(8)
        rows, columns = (grid.ravel() for grid in np.mgrid[:HEIGHT, :WIDTH])
        vertices = np.stack([columns + 0.5, rows + 0.5, 0 * rows], 1)
        for image in range(N_IMAGES):
            smooth = np.asarray(Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize((WIDTH, HEIGHT)))
            Image.fromarray(smooth).save(folder / "images" / f"face_{image}.png")
            np.save(folder / "meshes" / f"face_{image}.npy", vertices)
        # Off the pixels' borders, so that rounding does not matter.
        self.canonical = np.stack([columns + 0.75, rows + 0.75], 1)
        np.save(folder / "canonical.npy", np.concatenate([self.canonical * (conftest.FRAME / SIZE), vertices[:, 2:]], 1))
        contract = conftest.contract(outputs=[{"name": "scores", "kind": "logit", "size": N_CLASSES}], classes=["a", "b", "c"])
        contract["input"] = {"height": HEIGHT, "width": WIDTH, "colour": "rgb", "mean": MEAN, "std": STD}
        torch.jit.save(torch.jit.script(self.network), str(folder / "net.pt"), _extra_files={"contract.json": json.dumps(contract)})

    def inputs(self):
        """{image id: (input tensor)}"""
        pictures = {f"face_{i}.png": np.asarray(Image.open(self.folder / f"images/face_{i}.png")) for i in range(N_IMAGES)}
        return {name: torch.tensor(reference.normalise(picture, MEAN, STD), dtype=torch.float32)[None] for name, picture in pictures.items()}

    def check(self, run_csm, method, expected_map, *more, patch_size=1):
        """Compares the CIS of every image with expected_map(image id, input, class) -> (H x W); returns the largest relative difference."""
        output = self.folder / f"{method}.h5"
        result = run_csm("--job", self.job(), "--output", output, "--overwrite", "--method", method, "--patch-size", patch_size, "--save-cis", *more)
        assert result.returncode == 0, result.stderr
        inputs, largest = self.inputs(), 0
        with h5py.File(output) as file:
            for row, name in enumerate(file["entry/images/id"].asstr()[:]):
                target = "abc".index(file["entry/images/predicted"].asstr()[row])
                values = np.asarray(expected_map(name, inputs[name].clone(), target).detach(), float)
                expected, _ = reference.canonical_image_map(self.canonical, values.ravel(), float(patch_size), SIZE)
                scale = np.abs(expected).max()
                assert scale > 0
                largest = max(largest, np.abs(np.nan_to_num(file["entry/cis/cis"][row]) - expected).max() / scale)
        print(f"{self.name} {method}: largest difference / largest value = {largest:.1e}")
        assert largest < TOLERANCE
        return largest

    def job(self):
        job = self.folder / "job.cfg"
        job.write_text(f"task = gender\ndataset = images\nmodel = net.pt\nmesh = files\nmesh-dir = meshes\ncanonical = canonical.npy\n"
                       f"canonical-size = {SIZE}\nvertex-stride = 1\ngroup-by = none\nthreads-per-rank = 1\ndevice = cpu\n"
                       f"confidence = logit\nseed = {SEED}\n")
        return job


@pytest.fixture(scope="module", params=NETWORKS)
def case(request, tmp_path_factory):
    return Case(tmp_path_factory.mktemp(request.param) / "data", request.param)


def test_gradient(run_csm, captum, case):
    saliency = captum.Saliency(case.network)
    case.check(run_csm, "gradient", lambda _, x, target: saliency.attribute(x, target=target)[0].amax(0))


def gaussian_noise(seed):
    numbers = split_mix(seed)
    while True:
        u, v = ((next(numbers) >> 11) * 2.0**-53 for _ in range(2))
        radius = math.sqrt(-2 * math.log(1 - u))
        yield radius * math.cos(2 * math.pi * v)
        yield radius * math.sin(2 * math.pi * v)


def test_smoothgrad(run_csm, captum, case):
    """With the noise of the seed; Captum's own noise tunnel draws another."""
    saliency = captum.Saliency(case.network)

    def expected(name, x, target):
        noise = gaussian_noise(seed_of(SEED, name))
        deviation = 0.15 * float(x.max() - x.min())
        copies = [x + deviation * torch.tensor([next(noise) for _ in range(x.numel())], dtype=torch.float32).reshape(x.shape) for _ in range(20)]
        return torch.stack([saliency.attribute(copy, target=target, abs=False)[0] for copy in copies]).mean(0).abs().amax(0)

    case.check(run_csm, "smoothgrad", expected, "--noise-samples", 20)


def test_integrated_gradients(run_csm, captum, case):
    integrated = captum.IntegratedGradients(case.network)
    case.check(run_csm, "integrated_gradients", lambda _, x, target: integrated.attribute(
        x, baselines=0, target=target, n_steps=30, method="riemann_middle")[0].sum(0), "--integration-steps", 30)


def test_guided_backprop(run_csm, captum, case):
    if case.name == "depthwise":  # Captum knows no rectifier but ReLU
        case.check(run_csm, "guided_backprop", lambda _, x, target: guided_gradient(case.network, x.requires_grad_(), target)[0].abs().amax(0))
        return
    guided = captum.GuidedBackprop(case.network)
    case.check(run_csm, "guided_backprop", lambda _, x, target: guided.attribute(x.requires_grad_(), target=target)[0].abs().amax(0))


def guided_gradient(network, x, target):
    """The gradient by x when every PReLU passes on positive gradients only (Springenberg et al. 2015)."""
    hooks = [module.register_forward_hook(lambda _, __, output: output.register_hook(torch.relu) and None)
             for module in network.modules() if isinstance(module, nn.PReLU)]
    gradient, = torch.autograd.grad(network(x)[0, target], x)
    for hook in hooks:
        hook.remove()
    return gradient


def test_grad_cam(run_csm, captum, case):
    grad_cam = captum.LayerGradCam(case.network, case.cam_layer)

    def expected(_, x, target):
        cam = grad_cam.attribute(x.requires_grad_(), target=target, relu_attributions=True)
        return nn.functional.interpolate(cam, (HEIGHT, WIDTH), mode="bilinear")[0, 0]

    case.check(run_csm, "grad_cam", expected)


def test_sliding_occlusion(run_csm, captum, case):
    occlusion = captum.Occlusion(case.network)
    case.check(run_csm, "sliding_occlusion", lambda _, x, target: occlusion.attribute(
        x, sliding_window_shapes=(3, 4, 4), strides=(3, 2, 2), baselines=0, target=target)[0, 0], "--window-step", 2, patch_size=4)
