"""Negative explanation images with a vignette, the stimuli of the perception survey (the paper's
sections 4.2, 4.3 and S2)."""

import numpy as np


def normalised(heat):
    """Hn of Eq. (10): the positive part of a map (H x W), min-max normalised to [0, 1]; zeros for a
    map without positive values.

    Negative values mean that the region is evidence against the class; darkening it would not hide
    what the map calls important.
    """
    positive = np.maximum(np.asarray(heat, float), 0)
    spread = np.ptp(positive)
    return (positive - positive.min()) / spread if spread > 0 else np.zeros_like(positive)


def darkening(heat, alpha):
    """(H, clipped share): H = alpha Hn / sum(Hn), Eq. (10), clipped at 1, and the share of alpha
    that the clipping lost. Zeros for a flat map."""
    shape = normalised(heat)
    total = shape.sum()
    if total == 0:
        return shape, 0.0
    full = alpha * shape / total
    kept = np.minimum(full, 1)
    return kept, float(1 - kept.sum() / alpha) if alpha > 0 else 0.0


def negative_explanation(picture, darkness):
    """E = I (.) (1 - H), Eq. (9): picture (H x W x 3) 0..255, darkness (H x W) in [0, 1]."""
    return np.asarray(picture, float) * (1 - darkness)[..., None]


def vignette(height, width, radius=0.9, softness=0.25):
    """(H x W) weights in [0, 1]: 1 inside an ellipse about the middle, 0 from `radius` half sides
    on, a cosine over `softness` between."""
    y = (np.arange(height) + 0.5) / height * 2 - 1
    x = (np.arange(width) + 0.5) / width * 2 - 1
    distance = np.hypot(y[:, None], x[None, :])
    position = np.clip((distance - (radius - softness)) / softness, 0, 1)
    return 0.5 + 0.5 * np.cos(np.pi * position)
