"""Canonical saliency maps in plain NumPy: an independent reading of Eqs. (1)-(8) of docs/method.md and the authors' pixel rules.

Nothing here is shared with the program. Positions: (0, 0) is the outer corner of the top left pixel, x to the right, y down.
Pictures are (H x W x 3), uint8, RGB; network inputs (3 x H x W), float64.
"""

import math

import numpy as np


def square_on_input(x, y, side, height, width):
    """Returns (x1, y1, x2, y2) of Eqs. (2), (3): shifted at the near border, cropped at the far one."""
    x1 = max(0, math.floor(x - side / 2))
    y1 = max(0, math.floor(y - side / 2))
    return x1, y1, min(x1 + side, width), min(y1 + side, height)


def square_on_canonical(x, y, side, size):
    """Returns (x1, y1, x2, y2) on F; `side` is S, not a whole number."""
    x1 = max(0, math.floor(x - side / 2))
    y1 = max(0, math.floor(y - side / 2))
    return x1, y1, min(math.floor(x1 + side), size), min(math.floor(y1 + side), size)


def is_on_input(x, y, height, width):
    return 0 <= x < width and 0 <= y < height


def normalise(picture, mean, std, colour="rgb"):
    """Returns (3 x H x W): (value - mean) / std, channels in the network's order."""
    values = picture.astype(np.float64)
    if colour == "bgr":
        values = values[:, :, ::-1]
    return np.moveaxis((values - np.asarray(mean, float)) / np.asarray(std, float), 2, 0)


def occluded_inputs(clean, fill, vertices, side):
    """Yields (vertex, occluded copy of `clean`) for each vertex on the input; `fill` has the shape of `clean`."""
    _, height, width = clean.shape
    for i, (x, y) in enumerate(vertices):
        if not is_on_input(x, y, height, width):
            continue
        x1, y1, x2, y2 = square_on_input(x, y, side, height, width)
        occluded = clean.copy()
        occluded[:, y1:y2, x1:x2] = fill[:, y1:y2, x1:x2]
        yield i, occluded


def canonical_image_map(canonical_vertices, drops, side, size, density_normalisation=True):
    """Returns (CIS, C), Eqs. (4), (5). `drops` is NaN if a vertex is not used."""
    total = np.zeros((size, size))
    count = np.zeros((size, size), np.int64)
    for (x, y), drop in zip(canonical_vertices, drops, strict=True):
        if np.isnan(drop):
            continue
        x1, y1, x2, y2 = square_on_canonical(x, y, side, size)
        total[y1:y2, x1:x2] += drop
        count[y1:y2, x1:x2] += 1
    if density_normalisation:
        total = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return total, count


def canonical_model_map(maps, counts):
    """Returns (CMS, standard error, n), Eq. (6); the standard error is NaN where n < 2."""
    maps = np.asarray(maps)
    covered = np.asarray(counts) > 0
    n = covered.sum(axis=0)
    mean = np.divide((maps * covered).sum(axis=0), n, out=np.zeros(n.shape), where=n > 0)
    squares = (((maps - mean) * covered) ** 2).sum(axis=0)
    error = np.full(n.shape, np.nan)
    many = n >= 2
    error[many] = np.sqrt(squares[many] / (n[many] - 1) / n[many])
    return mean, error, n


def reproject(values, canonical_vertices, vertices, side, height, width):
    """Returns the canonical map on the input (paper's Fig. 6d): vertices on the input paint their value, overlaps are averaged."""
    total, count = np.zeros((height, width)), np.zeros((height, width), np.int64)
    for (fx, fy), (x, y) in zip(canonical_vertices, vertices):
        if not is_on_input(x, y, height, width):
            continue
        x1, y1, x2, y2 = square_on_input(x, y, side, height, width)
        row, column = (min(max(math.floor(f), 0), n - 1) for f, n in ((fy, values.shape[0]), (fx, values.shape[1])))
        total[y1:y2, x1:x2] += values[row, column]
        count[y1:y2, x1:x2] += 1
    return np.divide(total, count, out=np.zeros((height, width)), where=count > 0)


def stretched(values):
    """Returns Hn of Eq. (10) of the positive part."""
    positive = np.maximum(values, 0)
    extent = positive.max() - positive.min()
    return (positive - positive.min()) / extent if extent > 0 else np.zeros_like(positive)


def darkening(values, alpha):
    """Returns H of Eq. (10), clipped at 1."""
    normalised = stretched(values)
    return np.minimum(alpha * normalised / normalised.sum(), 1) if normalised.sum() > 0 else normalised


def softmax(logits):
    shifted = np.exp(np.asarray(logits, float) - np.max(logits, axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def cosine(a, b):
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))


def nearest_of_label(clean, label, gallery, own):
    """The gallery entry of Eq. (7), gallery: [(path, label, embedding)]; never the image itself; None if there is none."""
    candidates = [entry for entry in gallery if entry[1] == label and entry[0] != own]
    return max(candidates, key=lambda entry: cosine(clean, entry[2]), default=None)


def accuracy(scored, threshold):
    """Share of [(cosine, same_person)] that the threshold of Eq. (8) decides rightly."""
    return sum((value > threshold) == same for value, same in scored) / len(scored)
