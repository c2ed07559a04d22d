"""Disturbed photos: a square of the face occluded, noise, blur, in parts of the face's width."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

GREY = 128
DISTURBANCES = ("occluded", "noisy", "blurred")


@dataclass(frozen=True)
class Strengths:
    """How far photos are disturbed; widths are parts of the face's width."""

    square: float  # side of the occluded square
    noise: float  # standard deviation of a grain on 0..255
    grain: float  # side of a grain: noise of single pixels vanishes if the crop gets smaller
    blur: float  # standard deviation of the Gaussian


def disturb(name, picture, box, strengths, random):
    """The picture (H x W x 3, uint8) disturbed; `box`: x, y, width, height of the face [px]."""
    if name == "occluded":
        return occlude(picture, box, strengths.square, random)
    if name == "noisy":
        return add_noise(picture, strengths.noise, strengths.grain * box[2], random)
    return blur(picture, strengths.blur * box[2])


def occlude(picture, box, part, random):
    """A grey square at a random place of the face."""
    x, y, width, height = box
    side = min(part * width, height)
    left, top = x + random.uniform(0, width - side), y + random.uniform(0, height - side)
    ends = [max(0, round(end)) for end in (top, top + side, left, left + side)]
    changed = picture.copy()
    changed[ends[0] : ends[1], ends[2] : ends[3]] = GREY
    return changed


def add_noise(picture, deviation, grain, random):
    """Normal noise that is the same over squares of `grain` px."""
    height, width = picture.shape[:2]
    rows, columns = (np.arange(n) // max(1, grain) for n in (height, width))
    size = (int(rows[-1]) + 1, int(columns[-1]) + 1, 3)
    noise = random.normal(0, deviation, size)[rows.astype(int)][:, columns.astype(int)]
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def blur(picture, deviation):
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(float(deviation))))
