"""How a CMS differs from the one that exact meshes give: likeness, height, spread and regions."""

from dataclasses import dataclass

import numpy as np
from csm.compare import pearson
from csm.intervals import margin
from scipy.stats import spearmanr

from study.map_agreement import weighted_cms
from study.region_scores import merge_regions, positive_share

EXACT = "exact meshes"  # the name of the maps that all others are compared with


@dataclass(frozen=True)
class Blur:
    """`peak`: maximum as a share of the exact map's. `spread`: share of the face that the positive
    saliency fills (effective area).
    """

    pearson: float
    margin: float      # of its 95 % interval over the images
    peak: float
    spread: float
    order: float       # Spearman of the regions' means
    share: float       # of the positive saliency in the watched regions


def effective_share(cms):
    """exp(entropy) of the positive part as a share of the pixels: 1 for an even map, 1 / P for a
    single pixel.
    """
    positive = np.clip(cms, 0, None)
    weights = positive[positive > 0] / positive.sum()
    return (
        float(np.exp(-(weights * np.log(weights)).sum()) / len(cms))
        if len(weights)
        else float("nan")
    )


def compare(maps, exact, regions):
    """The Blur of SavedMaps against those of the exact meshes, of the same images; `regions`: the
    watched ones.
    """
    if maps.images != exact.images:
        raise ValueError("the maps are of other images than the exact ones")
    values, wanted = maps.values(), exact.values()
    cms, true = weighted_cms(values), weighted_cms(wanted)
    numbers, names = merge_regions(maps, ())
    means = [[map_[numbers == i].mean() for i in range(len(names))] for map_ in (cms, true)]
    inside = np.isin(numbers, [names.index(name) for name in regions])
    width = margin(
        lambda weights: pearson(weighted_cms(values, weights), weighted_cms(wanted, weights)),
        len(values),
    )
    return Blur(
        pearson(cms, true),
        width,
        float(cms.max() / true.max()),
        effective_share(cms),
        float(spearmanr(*means)[0]),
        positive_share(cms, inside),
    )


def top_regions(exact, n):
    """The n regions with the highest means."""
    cms = weighted_cms(exact.values())
    numbers, names = merge_regions(exact, ())
    return tuple(sorted(names, key=lambda name: -cms[numbers == names.index(name)].mean())[:n])
