"""Golden numbers of baseline saliency methods, computed with NumPy from the papers alone.

    python tests/golden/make_explain_golden.py > tests/golden/explain.json

Grad-CAM: Selvaraju et al. 2017. Grad-CAM++: Chattopadhay et al. 2018. Score-CAM: Wang et al. 2020. RISE: Petsiuk et al. 2018.
"""

import json
import math

import numpy as np
from reference_sample import split_mix


def enlarge(grid, height, width):
    """Bilinear, with pixel (x, y) covering [x, x + 1) x [y, y + 1) of a picture whose borders stay in place."""
    def places(size, new_size):
        place = np.clip((np.arange(new_size) + 0.5) * size / new_size - 0.5, 0, None)
        first = np.minimum(np.floor(place).astype(int), size - 1)
        return first, np.minimum(first + 1, size - 1), place - first

    top, bottom, dy = places(grid.shape[0], height)
    left, right, dx = places(grid.shape[1], width)
    rows = grid[top] * (1 - dy)[:, None] + grid[bottom] * dy[:, None]
    return rows[:, left] * (1 - dx) + rows[:, right] * dx


def grad_cam(value, gradient):
    """Eqs. (1) and (2) of the paper; (C x h x w)."""
    return np.maximum(0, sum(g.mean() * a for a, g in zip(value, gradient)))


def grad_cam_pp(value, gradient):
    """Eqs. (8), (10) and (19) of the paper, for the score S of Y = exp(S), without the common factor exp(S)."""
    result = np.zeros(value.shape[1:])
    for a, g in zip(value, gradient):
        weight = 0
        for d in g.ravel():
            alpha = d**2 / (2 * d**2 + a.sum() * d**3) if d != 0 else 0
            weight += alpha * max(0, d)
        result += weight * a
    return np.maximum(0, result)


def score_cam(score, value, image, fill):
    """Algorithm 1 of the paper with the softmax over the channels; a channel of one value has no weight."""
    kept, scores = [], []
    for a in value:
        if a.min() == a.max():
            continue
        mask = enlarge(a, *image.shape[1:])
        mask = (mask - mask.min()) / (mask.max() - mask.min())
        scores.append(score(fill + mask * (image - fill)) - score(fill))
        kept.append(a)
    weights = np.exp(np.array(scores) - max(scores))
    return np.maximum(0, sum(w * a for w, a in zip(weights / weights.sum(), kept)))


def rise_masks(n_masks, cells, height, width, seed):
    """Sec. 3.2 of the paper: small random grids, enlarged, cut at a random place."""
    numbers = split_mix(seed)

    def uniform():
        return (next(numbers) >> 11) * 2.0**-53

    def below(bound):
        limit = (2**64 - 1) // bound * bound
        return next(n for n in numbers if n < limit) % bound

    cell_height, cell_width = math.ceil(height / cells), math.ceil(width / cells)
    for _ in range(n_masks):
        grid = np.array([[float(uniform() < 0.5) for _ in range(cells)] for _ in range(cells)])
        large = enlarge(grid, (cells + 1) * cell_height, (cells + 1) * cell_width)
        y, x = below(cell_height), below(cell_width)
        yield large[y:y + height, x:x + width]


def rise(score, image, fill, masks):
    """Eq. (6) of the paper with E[M] = 1/2, of the scores less their mean."""
    masks = list(masks)
    scores = np.array([score(fill + m * (image - fill)) for m in masks])
    return sum(s * m for s, m in zip(scores - scores.mean(), masks)) / (0.5 * len(masks))


def main():
    random = np.random.default_rng(20180212)

    def draw(*shape):
        return np.round(random.normal(size=shape), 3)

    value, gradient = np.maximum(0, draw(4, 3, 5)), draw(4, 3, 5) / 4
    gradient[1, 0, :2] = 0
    value[3] = 0.5  # a channel of one value
    image, fill, weight = draw(3, 9, 11), draw(3, 9, 11), draw(3, 9, 11) / 30

    def score(x):
        return float((weight * x).sum())

    cells, n_masks, seed = 3, 17, 5
    golden = {
        "value": value, "gradient": gradient, "image": image, "fill": fill, "weight": weight,
        "grad_cam": grad_cam(value, gradient), "grad_cam_pp": grad_cam_pp(value, gradient),
        "grad_cam_enlarged": enlarge(grad_cam(value, gradient), 9, 11),
        "score_cam": score_cam(score, value, image, fill),
        "rise": rise(score, image, fill, rise_masks(n_masks, cells, 9, 11, seed)),
        "first_rise_mask": next(rise_masks(1, cells, 9, 11, seed)),
    }
    print(json.dumps({"cells": cells, "n_masks": n_masks, "seed": seed} |
                     {name: np.asarray(numbers).ravel().tolist() for name, numbers in golden.items()}))


if __name__ == "__main__":
    main()
