"""How alike two saliency maps are: Spearman of values and magnitudes, SSIM, and the correlation of
histograms of oriented gradients (HOG).
"""

from dataclasses import dataclass

import numpy as np
from csm.compare import pearson, structural_similarity
from scipy.stats import rankdata
from skimage.feature import hog

MEASURES = ("spearman", "spearman_absolute", "ssim", "hog")
N_CELLS = 10  # HOG cells along the longer side of the face


@dataclass
class PreparedMap:
    """A map scaled to a largest magnitude of 1, with what the measures need of it."""

    values: np.ndarray     # (S x S), 0 outside the mask
    ranks: np.ndarray      # (pixels of the mask), mean 0, length 1; zeros for a flat map
    absolute: np.ndarray   # the same of the magnitudes
    gradients: np.ndarray  # HOG features

    @property
    def is_flat(self):
        return not self.ranks.any()


def prepare(values, mask):
    """A map (S x S) made ready for comparisons on the pixels of the mask."""
    largest = np.abs(values[mask]).max()
    scaled = np.where(mask, values / largest if largest > 0 else 0.0, 0.0)
    return PreparedMap(
        scaled,
        standard_ranks(scaled[mask]),
        standard_ranks(np.abs(scaled[mask])),
        oriented_gradients(scaled, mask),
    )


def standard_ranks(values):
    """Ranks with mean 0 and length 1, so that the product of two is Spearman's correlation; zeros
    if all values are equal.
    """
    ranks = rankdata(values)
    ranks -= ranks.mean()
    length = np.linalg.norm(ranks)
    return ranks / length if length > 0 else ranks


def oriented_gradients(values, mask):
    """HOG features of the rectangle around the mask. Outside the mask is the mean, lest the outline
    of the face make any two maps alike.
    """
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    part = np.where(mask, values, values[mask].mean())[
        rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1
    ]
    side = max(2, max(part.shape) // N_CELLS)
    block = max(1, min(3, min(part.shape) // side))
    return hog(part, orientations=9, pixels_per_cell=(side, side), cells_per_block=(block, block))


def similarity(a, b, mask):
    """{measure: value} of two prepared maps; NaN if one of them is flat, since a flat map is like
    none.
    """
    if a.is_flat or b.is_flat:
        return dict.fromkeys(MEASURES, np.nan)
    return {
        "spearman": float(a.ranks @ b.ranks),
        "spearman_absolute": float(a.absolute @ b.absolute),
        "ssim": _structural_similarity(a.values, b.values, mask),
        "hog": pearson(a.gradients, b.gradients),
    }


def _structural_similarity(a, b, mask):
    """SSIM of maps on 0 to 1. It is made for brightness: if one map is signed, both go from [-1, 1]
    to [0, 1], lest two reversed signs cancel.
    """
    if min(a.min(), b.min()) < 0:
        a, b = (a + 1) / 2, (b + 1) / 2
    return structural_similarity(a, b, mask)
