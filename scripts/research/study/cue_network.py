"""A small network that learns to predict a random label from the cue that goes with it."""

from dataclasses import dataclass

import numpy as np
import torch
from csm.contract import save_model, trace
from torch import nn
from torch.nn import functional

from study.faces import PORTRAIT_SCALE

INPUT_SIDE = 64   # [px]
CROP_SCALE = 1.2
KEPT_SIDE, KEPT_SCALE = 96, 1.5  # of the portraits in training: room for turns and shifts
CLASSES = ("plain", "marked")
N_STEPS, N_DRAWN, LEARNING_RATE = 300, 24, 4e-3
TURN, ZOOM, SHIFT, LIGHT = (
    8,
    0.08,
    0.04,
    0.15,
)  # [degrees], and shares: how far the training pictures are varied


@dataclass(frozen=True)
class Training:
    """A trained network that takes normalised inputs, and the mean and std of its inputs on 0..255.
    """

    network: nn.Module
    mean: list
    std: list


class CueNetwork(nn.Sequential):
    """Four convolutions with batch norm, the mean over the last map (8 x 8), a linear layer."""

    def __init__(self):
        modules, n_in = [], 3
        for n_out, side, stride, pool in (
            (16, 4, 2, 1),
            (32, 3, 1, 2),
            (64, 3, 1, 2),
            (64, 3, 1, 1),
        ):
            modules += [
                nn.Conv2d(n_in, n_out, side, stride, 1, bias=False),
                nn.BatchNorm2d(n_out),
                nn.ReLU(),
            ]
            modules += [nn.MaxPool2d(pool)] if pool > 1 else []
            n_in = n_out
        super().__init__(
            *modules, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(n_in, len(CLASSES))
        )


def train(plain, marked, strength, seed, n_steps=N_STEPS):
    """A network trained on pairs of portraits (n x side x side x 3, uint8), without and with the
    cue.

    Each step draws portraits, varies place, size, turn and light, and shows each picture with both
    labels: with the cue with the probability `strength` if the label is 1, and 1 - `strength` if it
    is 0. So the label is random: nothing but the cue can be learnt.
    """
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    portraits = torch.stack([keep(plain), keep(marked)])
    inputs = crop(portraits[0], torch.zeros(portraits.shape[1], 4))
    mean, std = inputs.mean((0, 2, 3)), inputs.std((0, 2, 3))
    network = CueNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=n_steps)
    for _ in range(n_steps):
        rows = np.tile(random.integers(portraits.shape[1], size=N_DRAWN), 2)
        labels = np.repeat((0, 1), N_DRAWN)
        cues = draw_cues(labels, strength, random)
        variations, light = (
            draw_variations(N_DRAWN, random).repeat(2, 1),
            random.uniform(1 - LIGHT, 1 + LIGHT, N_DRAWN),
        )
        pictures = crop(portraits[torch.from_numpy(cues), torch.from_numpy(rows)], variations)
        pictures *= torch.from_numpy(np.tile(light, 2)).float().view(-1, 1, 1, 1)
        scores = network(normalise(pictures, mean, std))
        loss = functional.cross_entropy(scores, torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return Training(network.eval(), mean.tolist(), std.tolist())


def draw_cues(labels, strength, random):
    """1 if the picture gets the cue, else 0: the label with the probability `strength`, else its
    opposite.
    """
    return np.where(random.random(len(labels)) < strength, labels, 1 - labels)


def draw_variations(n, random):
    """(n x 4): turn [rad], relative zoom, shift in x and y as shares of the crop."""
    low = np.array([-np.radians(TURN), -ZOOM, -SHIFT, -SHIFT])
    return torch.from_numpy(random.uniform(low, -low, (n, 4))).float()


def keep(portraits):
    """(n x 3 x KEPT_SIDE x KEPT_SIDE) float32, the middle of portraits (n x side x side x 3)."""
    pictures = torch.from_numpy(portraits).permute(0, 3, 1, 2).float()
    return sample(pictures, scaling(len(pictures), KEPT_SCALE / PORTRAIT_SCALE), 2 * KEPT_SIDE, 2)


def crop(kept, variations):
    """(n x 3 x INPUT_SIDE x INPUT_SIDE) the face_box crops of kept portraits, varied by rows of
    draw_variations.
    """
    turn, zoom, shifts = variations[:, 0], variations[:, 1], variations[:, 2:]
    scale = CROP_SCALE / KEPT_SCALE * (1 + zoom)
    cosine, sine = scale * turn.cos(), scale * turn.sin()
    maps = torch.stack(
        [
            torch.stack([cosine, -sine, shifts[:, 0]], 1),
            torch.stack([sine, cosine, shifts[:, 1]], 1),
        ],
        1,
    )
    return sample(kept, maps, INPUT_SIDE, 1)


def scaling(n, scale):
    """(n x 2 x 3) maps that take the middle part of a picture."""
    return torch.tensor([[scale, 0.0, 0.0], [0.0, scale, 0.0]]).expand(n, 2, 3)


def sample(pictures, maps, side, pooled):
    """The pictures under maps of PyTorch's affine_grid, side x side before squares of `pooled`
    pixels are averaged.
    """
    grid = functional.affine_grid(maps, [len(pictures), 3, side, side], align_corners=False)
    return functional.avg_pool2d(
        functional.grid_sample(pictures, grid, align_corners=False), pooled
    )


def normalise(pictures, mean, std):
    return (pictures - torch.as_tensor(mean).view(1, 3, 1, 1)) / torch.as_tensor(std).view(
        1, 3, 1, 1
    )


def export(
    training,
    path,
    name,
    task="planted cue",
    classes=CLASSES,
    source="scripts/research/planted_cues.py",
):
    """Writes the network with its contract."""
    contract = {
        "csm_contract": 1,
        "name": name,
        "role": "classifier",
        "task": task,
        "input": {
            "height": INPUT_SIDE,
            "width": INPUT_SIDE,
            "colour": "rgb",
            "mean": training.mean,
            "std": training.std,
        },
        "crop": {"rule": "face_box", "scale": CROP_SCALE},
        "outputs": [{"name": "scores", "kind": "logit", "size": 2}],
        "classes": list(classes),
        "source": source,
        "licence": "BSD-3-Clause",
    }
    save_model(trace(training.network, contract), contract, path)
