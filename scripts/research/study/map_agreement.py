"""How well a CMS agrees with the map that is known to be true."""

from dataclasses import dataclass

import numpy as np
from csm.compare import pearson
from csm.intervals import margin

from study.region_scores import positive_share


@dataclass(frozen=True)
class Agreement:
    """Against the truth over the face. `second`: mean of the second region over the images, and its
    standard error.
    """

    pearson: float
    margin: float      # of its 95 % interval over the images; NaN for one image
    share: float       # of the positive saliency in the regions where the truth is positive
    rank: int          # of the first region among all, by their mean
    second: tuple


def weighted_cms(values, weights=None):
    """(P) the mean of maps (n x P) over the images that cover a pixel, all alike or by weights; 0
    at the others. A map is exactly 0 where it covers nothing.
    """
    weights = np.full(len(values), 1 / len(values)) if weights is None else weights
    covered = weights @ (values != 0)
    return np.divide(weights @ values, covered, out=np.zeros(values.shape[1]), where=covered > 0)


def agree(maps, truth, first, second):
    """The Agreement of SavedMaps with a true map (S x S); first and second: names of regions."""
    values, numbers, wanted = maps.values(), maps.regions[maps.regions > 0], truth[maps.regions > 0]
    cms = weighted_cms(values)
    means = {name: cms[numbers == i].mean() for i, name in enumerate(maps.region_names) if i > 0}
    per_image = [
        weighted_cms(row[None])[numbers == maps.region_names.index(second)].mean() for row in values
    ]
    error = np.std(per_image, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    width = margin(lambda weights: pearson(weighted_cms(values, weights), wanted), len(values))
    return Agreement(
        pearson(cms, wanted),
        width,
        positive_share(cms, wanted > 0),
        1 + sum(mean > means[first] for mean in means.values()),
        (float(np.mean(per_image)), float(error)),
    )
