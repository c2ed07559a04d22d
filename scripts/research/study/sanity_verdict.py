"""Whether a method's map depends on what the network has learned."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

SAME = 0.999  # Spearman's correlation from which on a map counts as unchanged
HALF = 0.5    # of the variance of the ranks


@dataclass
class Estimate:
    """A mean over images with the half-width of its interval of 95 %, from n images."""

    mean: float
    half_width: float
    n: int

    @property
    def low(self):
        return self.mean - self.half_width

    @property
    def high(self):
        return self.mean + self.half_width

    def __str__(self):
        return f"{self.mean:.2f} ± {self.half_width:.2f}"


def estimate(values):
    """Mean and t interval of the values that are there; NaN marks those that are not (a flat map).
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return Estimate(float(values.mean()) if len(values) else np.nan, np.nan, len(values))
    return Estimate(
        float(values.mean()),
        float(student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))),
        len(values),
    )


def pair_similarity(maps):
    """Mean correlation of every two of the maps (n x pixels), each with mean 0 and length 1, flat
    ones left out; NaN for fewer than two.
    """
    maps = maps[maps.any(axis=1)]
    n = len(maps)
    return float(((maps.sum(0) ** 2).sum() - n) / (n * (n - 1))) if n > 1 else np.nan


def untrained_correlation(trained, untrained):
    """Correlation of the trained network's map (pixels) with the mean map of fully random networks
    (n x pixels).

    What random networks have in common is what image, mesh and architecture put into a map without
    any training. NaN if a map is flat.
    """
    common = untrained.sum(0)
    length = np.linalg.norm(common)
    return float(trained @ common / length) if length > 0 and trained.any() else np.nan


def share(correlation):
    """The share of the variance of the ranks that a correlation explains; 0 for a negative one,
    where what is common is turned round.
    """
    return max(0.0, correlation) ** 2


def verdict(unchanged, values, magnitudes, half_random=None):
    """One of fails, undecided and passes, with the reason as a sentence.

    `unchanged`: Spearman's correlation of the trained with the fully random networks' maps;
    `values`, `magnitudes`: the untrained correlation of the maps and of their magnitudes. The worse
    of the two counts: a method passes if even the upper end of its interval is below one half.
    `half_random`: Spearman's correlation with the maps of a network of which the half nearer to the
    output is random.
    """
    if unchanged.n and unchanged.mean > SAME:
        return (
            "fails",
            "the map stays the same whatever the weights are: it shows nothing of the network",
        )
    if half_random is not None and share(half_random.low) >= HALF:
        low, mean, high = (
            share(value) for value in (half_random.low, half_random.mean, half_random.high)
        )
        reason = (
            f"{100 * mean:.0f} % ({100 * low:.0f} to {100 * high:.0f}) of the map stays while the "
            "half of the layers nearer to the output is random"
        )
        return "fails", reason
    usable = [found for found in (values, magnitudes) if np.isfinite(found.high)]
    if not usable:
        return "undecided", "nearly all maps are flat"
    worst = max(usable, key=lambda found: found.high)
    low, mean, high = (share(value) for value in (worst.low, worst.mean, worst.high))
    reason = (
        f"{100 * mean:.0f} % ({100 * low:.0f} to {100 * high:.0f}) of the map is there without any "
        "training"
    )
    if high < HALF:
        return "passes", reason
    return ("fails" if low >= HALF else "undecided"), reason
