"""Golden numbers of baseline saliency methods, computed with NumPy from the papers alone.

    python tests/golden/make_explain_golden.py > tests/golden/explain.json

Grad-CAM: Selvaraju et al. 2017. Grad-CAM++: Chattopadhay et al. 2018. Score-CAM: Wang et al. 2020. RISE: Petsiuk et al. 2018.
CorrRISE: Lu, Xu, Ebrahimi, WACV 2024. FGGB: Lu, Xu, Ebrahimi, FG 2024. xSSAB: Huber et al., WACV 2024.
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


def below(numbers, bound):
    """The next of these random numbers of 64 bits as one below a bound, unbiased."""
    limit = (2**64 - 1) // bound * bound
    return next(n for n in numbers if n < limit) % bound


def rise_masks(n_masks, cells, height, width, seed):
    """Sec. 3.2 of the paper: small random grids, enlarged, cut at a random place."""
    numbers = split_mix(seed)

    def uniform():
        return (next(numbers) >> 11) * 2.0**-53

    cell_height, cell_width = math.ceil(height / cells), math.ceil(width / cells)
    for _ in range(n_masks):
        grid = np.array([[float(uniform() < 0.5) for _ in range(cells)] for _ in range(cells)])
        large = enlarge(grid, (cells + 1) * cell_height, (cells + 1) * cell_width)
        y, x = below(numbers, cell_height), below(numbers, cell_width)
        yield large[y:y + height, x:x + width]


def rise(score, image, fill, masks):
    """Eq. (6) of the paper with E[M] = 1/2, of the scores less their mean."""
    masks = list(masks)
    scores = np.array([score(fill + m * (image - fill)) for m in masks])
    return sum(s * m for s, m in zip(scores - scores.mean(), masks)) / (0.5 * len(masks))


def corr_rise_masks(n_masks, height, width, seed):
    """The authors' settings: three squares are hidden, of 30 px where the input has 112."""
    numbers = split_mix(seed)
    side = round(min(height, width) * 30 / 112)
    for _ in range(n_masks):
        mask = np.ones((height, width))
        for _ in range(3):
            top, left = below(numbers, height - side + 1), below(numbers, width - side + 1)
            mask[top:top + side, left:left + side] = 0
        yield mask


def corr_rise(score, image, fill, masks):
    """The paper's map: Pearson's correlation of the scores with the mask at each pixel."""
    masks = np.array(list(masks))
    scores = [score(fill + m * (image - fill)) for m in masks]
    columns = masks.reshape(len(masks), -1).T
    values = [np.corrcoef(column, scores)[0, 1] if column.std() > 0 else 0 for column in columns]
    return np.array(values).reshape(masks.shape[1:])


class TanhEmbedding:
    """phi(x) = tanh(W x), and the gradient of phi / |phi|, in closed form."""

    def __init__(self, weight, image):
        value = np.tanh(weight @ image.ravel())
        jacobian = (1 - value**2)[:, None] * weight
        length = np.linalg.norm(value)
        self.unit = value / length
        self.by_image = (jacobian - np.outer(self.unit, self.unit @ jacobian)) / length  # (D x pixels)
        self.shape = image.shape

    def magnitude(self, weights):
        """Mean over the colours of the magnitude of the gradient of a weighted sum: (H x W)."""
        return np.abs((weights @ self.by_image).reshape(self.shape)).mean(axis=0)


def fggb(own, other, threshold):
    """The paper's map: gradients of each number, each of length 1, weighted by what it adds."""
    result = 0
    for k, added in enumerate(own.unit * other - threshold / len(other)):
        magnitude = own.magnitude(np.eye(len(other))[k])
        result = result + added * magnitude / np.linalg.norm(magnitude)
    return result


def xssab(own, other, threshold):
    """The paper's map: the gradient by the arguments for a match less that by those against it."""
    is_for = own.unit * other >= threshold / len(other)
    return own.magnitude(np.where(is_for, other, 0)) - own.magnitude(np.where(is_for, 0, other))


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

    # The methods for pairs: the score is bent, so that a correlation is not that of a linear one.
    embedding_weight, reference, threshold = draw(5, 3 * 9 * 11) / 20, draw(5), 0.3
    own, other = TanhEmbedding(embedding_weight, image), reference / np.linalg.norm(reference)
    golden |= {
        "corr_rise": corr_rise(lambda x: math.tanh(score(x)), image, fill, corr_rise_masks(n_masks, 9, 11, seed)),
        "first_corr_rise_mask": next(corr_rise_masks(1, 9, 11, seed)),
        "embedding_weight": embedding_weight, "embedding_reference": reference,
        "embedding_threshold": threshold,
        "fggb": fggb(own, other, threshold), "xssab": xssab(own, other, threshold),
    }
    print(json.dumps({"cells": cells, "n_masks": n_masks, "seed": seed} |
                     {name: np.asarray(numbers).ravel().tolist() if np.ndim(numbers) else numbers
                      for name, numbers in golden.items()}))


if __name__ == "__main__":
    main()
