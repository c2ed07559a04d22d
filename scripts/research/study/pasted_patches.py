"""Faces with pasted patches of another face, as in Patch-LFW (Huber et al. 2024), and how
well a map of values at points of the face finds the patches."""

import numpy as np


def paste(picture, other, n_patches, side, random):
    """(picture with patches, mask of them): squares of `other` stand at random places of `picture`.

    Both are (H x W x 3) and aligned alike; the mask is (H x W), bool.
    """
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), bool)
    for _ in range(n_patches):
        top, left = random.integers(height - side + 1), random.integers(width - side + 1)
        mask[top : top + side, left : left + side] = True
    return np.where(mask[..., None], other, picture), mask


def at_points(image, points):
    """The values of an image at the pixels of these points (V x 2); the nearest inside it."""
    height, width = image.shape[:2]
    columns = np.clip(np.floor(points[:, 0]).astype(int), 0, width - 1)
    rows = np.clip(np.floor(points[:, 1]).astype(int), 0, height - 1)
    return image[rows, columns]


def share_ranked_lower(values, is_inside):
    """The share of pairs of a point inside and one outside of which that inside has the lower
    value; ties count half: 1 if all patches are found, 1/2 by chance. NaN without points of both
    kinds.
    """
    inside, outside = values[is_inside], np.sort(values[~is_inside])
    if not len(inside) or not len(outside):
        return np.nan
    lower = len(outside) - np.searchsorted(outside, inside, side="right")
    equal = np.searchsorted(outside, inside, side="right") - np.searchsorted(outside, inside)
    return float((lower + equal / 2).mean() / len(outside))


def order_of_pixels(points, values, shape, side):
    """The pixels (row-major) from the lowest to the highest mean value of the squares of this side
    around points; those that no square reaches come last, in a random order of their own."""
    sums, counts = np.zeros(shape), np.zeros(shape)
    for (x, y), value in zip(points, values):
        top, left = max(0, int(np.floor(y - side / 2))), max(0, int(np.floor(x - side / 2)))
        sums[top : top + side, left : left + side] += value
        counts[top : top + side, left : left + side] += 1
    means = np.divide(sums, counts, out=np.full(shape, np.inf), where=counts > 0)
    shuffled = np.random.default_rng(1).permutation(means.size)
    return shuffled[np.argsort(means.ravel()[shuffled], kind="stable")]


def restored(patched, clean, order, share):
    """The patched picture, whose first pixels of the order are those of the clean one again."""
    result = patched.copy().reshape(-1, 3)
    first = order[: round(share * len(order))]
    result[first] = clean.reshape(-1, 3)[first]
    return result.reshape(patched.shape)
