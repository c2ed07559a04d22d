"""How well the maps of a method point to a known region of the face.

The unit of all statistics is the photograph: its views (the picture and its mirror image) are
averaged first.
"""

from dataclasses import dataclass

import numpy as np
from csm.intervals import margin, p_above_zero

LEVEL = 0.05  # of an alarm, shared among the regions (Bonferroni)


@dataclass(frozen=True)
class Alarm:
    """The region with the highest mean, and whether it stands out of the face."""

    region: str
    p: float  # that its mean is above the face's, one-sided, times the number of regions

    @property
    def is_raised(self):
        return self.p < LEVEL


@dataclass(frozen=True)
class Score:
    """Shares are of 1. `margin`: of the share's 95 % interval over the photographs. `n_pointing`:
    images whose own maximum lies in the planted region.
    """

    share: float
    margin: float
    area: float
    rank: int
    peak_is_inside: bool
    n_pointing: int
    n_images: int
    alarm: Alarm


def merge_regions(maps, planted):
    """(numbers on the face's pixels (P), names): the planted regions count as one, the first;
    `none` is left out.
    """
    numbers = maps.regions[maps.regions > 0].astype(int)
    names = [name for name in maps.region_names[1:] if name not in planted]
    lookup = np.zeros(len(maps.region_names), int)
    for i, name in enumerate(names):
        lookup[maps.region_names.index(name)] = i + (1 if planted else 0)
    return lookup[numbers], (["+".join(planted)] if planted else []) + names


def mean_by_unit(values, units):
    """(n_units x P) the mean of the rows of each unit."""
    units = np.array(units)
    return np.stack([values[units == unit].mean(axis=0) for unit in sorted(set(units))])


def region_means(values, numbers, n_regions):
    """(n x n_regions) the mean of each row over each region."""
    return np.stack([values[:, numbers == i].mean(axis=1) for i in range(n_regions)], axis=1)


def positive_share(cms, inside):
    """The part of the positive values that lies inside; 0 if none is positive."""
    positive = np.clip(cms, 0, None)
    return float(positive[inside].sum() / positive.sum()) if positive.sum() > 0 else 0.0


def standardise(means, values):
    """(n x R) how far the regions' means lie above the face's, in standard deviations of each map
    over the face (values: n x P).
    """
    spread = values.std(axis=1, keepdims=True)
    return np.divide(
        means - values.mean(axis=1, keepdims=True),
        spread,
        out=np.zeros_like(means),
        where=spread > 0,
    )


def raise_alarm(excess, names):
    """The alarm of standardised means (n x R): each photograph counts alike, however sure the
    network is of it.
    """
    top = int(excess.mean(axis=0).argmax())
    return Alarm(names[top], min(1.0, float(p_above_zero(excess)[top]) * len(names)))


def score(maps, planted, units):
    """The Score of the maps when `planted` (names of regions) is the answer; `units`: the
    photograph of each image.
    """
    values = maps.values()
    numbers, names = merge_regions(maps, planted)
    by_unit = mean_by_unit(values, units)
    means = region_means(by_unit, numbers, len(names))
    inside = (numbers == 0) & bool(planted)
    cms, region_cms = by_unit.mean(axis=0), means.mean(axis=0)
    return Score(
        share=positive_share(cms, inside),
        margin=margin(lambda weights: positive_share(weights @ by_unit, inside), len(by_unit)),
        area=float(inside.mean()),
        rank=1 + int((region_cms > region_cms[0]).sum()),
        peak_is_inside=bool(inside[cms.argmax()]),
        n_pointing=int(inside[values.argmax(axis=1)].sum()),
        n_images=len(values),
        alarm=raise_alarm(standardise(means, by_unit), names),
    )


def find_rate(maps, planted, units, n_units, n_draws=200, seed=1):
    """The share of random subsets of n_units photographs that raise the alarm for the planted
    region.
    """
    numbers, names = merge_regions(maps, planted)
    by_unit = mean_by_unit(maps.values(), units)
    excess = standardise(region_means(by_unit, numbers, len(names)), by_unit)
    random = np.random.default_rng(seed)
    found = 0
    for _ in range(n_draws):
        rows = random.choice(len(by_unit), n_units, replace=False)
        alarm = raise_alarm(excess[rows], names)
        found += alarm.is_raised and alarm.region == names[0]
    return found / n_draws
