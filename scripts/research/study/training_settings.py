"""Networks of one architecture that differ in one factor of their training, and in its seed."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from study.cue_network import (
    INPUT_SIDE,
    LIGHT,
    CueNetwork,
    Training,
    crop,
    draw_variations,
    normalise,
)

N_STEPS, N_DRAWN, LEARNING_RATE, WEIGHT_DECAY = 400, 64, 4e-3, 1e-2
ERASED_SIDES = (0.25, 0.55)  # of a square, as parts of the input's side
NOISE = 40  # largest standard deviation on 0..255
BLURRED_SIDES = (INPUT_SIDE // 4, INPUT_SIDE // 2)  # [px] to which an input is shrunk and back


@dataclass(frozen=True)
class Setting:
    """What is done to the training images; shares are probabilities."""

    varied: bool = True  # place, size, turn and light
    erased: float = 0.0  # a square of one grey
    hidden_lower: float = 0.0  # the lower half, in one grey
    hidden_upper: float = 0.0
    coarse: float = 0.0  # noise, or a blur


SETTINGS = {
    "plain": Setting(),
    "fixed": Setting(varied=False),
    "erased": Setting(erased=0.8),
    "upper": Setting(hidden_lower=0.8),
    "lower": Setting(hidden_upper=0.8),
    "coarse": Setting(coarse=0.8),
}


def train(portraits, numbers, setting, seed, n_steps=N_STEPS):
    """The Training of a network on portraits (n x 3 x side x side) of two classes (n).

    Each step draws as many of each class, mirrors half of them, and changes them as the setting
    says.
    """
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    still = torch.zeros(len(portraits), 4)
    inputs = crop(portraits, still)
    mean, std = inputs.mean((0, 2, 3)), inputs.std((0, 2, 3))
    rows_of = [np.flatnonzero(numbers.numpy() == number) for number in (0, 1)]

    network = CueNetwork()
    optimiser = torch.optim.AdamW(
        network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=n_steps)
    for _ in range(n_steps):
        rows = np.concatenate([random.choice(rows, N_DRAWN // 2) for rows in rows_of])
        images = change(draw_inputs(portraits[rows], setting, random), setting, random)
        loss = functional.cross_entropy(network(normalise(images, mean, std)), numbers[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return Training(network.eval(), mean.tolist(), std.tolist())


def draw_inputs(portraits, setting, random):
    """(n x 3 x INPUT_SIDE x INPUT_SIDE) the crops, half of them mirrored; varied if the setting
    says so."""
    n = len(portraits)
    variations = draw_variations(n, random) if setting.varied else torch.zeros(n, 4)
    images = crop(portraits, variations)
    if setting.varied:
        light = random.uniform(1 - LIGHT, 1 + LIGHT, n)
        images = images * torch.from_numpy(light).float().view(-1, 1, 1, 1)
    mirrored = torch.from_numpy(random.random(n) < 0.5).view(-1, 1, 1, 1)
    return torch.where(mirrored, images.flip(3), images)


def change(images, setting, random):
    """The images (n x 3 x side x side, 0..255), each erased, hidden or coarsened with the setting's
    probabilities."""
    changed = images.clone()
    side = images.shape[-1]
    for image in changed:
        if random.random() < setting.erased:
            length = round(random.uniform(*ERASED_SIDES) * side)
            top, left = random.integers(side - length + 1, size=2)
            image[:, top : top + length, left : left + length] = random.uniform(0, 255)
        if random.random() < setting.hidden_lower:
            image[:, side // 2 :] = random.uniform(0, 255)
        if random.random() < setting.hidden_upper:
            image[:, : side // 2] = random.uniform(0, 255)
        if random.random() < setting.coarse:
            image[:] = blur(image, random) if random.random() < 0.5 else add_noise(image, random)
    return changed


def add_noise(image, random):
    noise = random.normal(0, random.uniform(0, NOISE), image.shape)
    return (image + torch.from_numpy(noise).float()).clamp(0, 255)


def blur(image, random):
    """The image after it was shrunk to a random side and enlarged again."""
    side = int(random.integers(BLURRED_SIDES[0], BLURRED_SIDES[1] + 1))
    small = functional.interpolate(image[None], (side, side), mode="area")
    return functional.interpolate(small, image.shape[1:], mode="bilinear")[0]
