"""Writes inference.json: permutation tests of small random maps, by the libraries of neuro-imaging.

    python make_inference_golden.py > inference.json       needs nilearn, mne, tfce (PyPI) and NumPy

t of each labelling: nilearn's permuted_ols for groups of one size, where Welch's and the pooled t
are one; MNE's ttest_ind_no_p and ttest_1samp_no_p otherwise. Enhancement: the exact transform of
PyPI tfce, and MNE's with a small step. The labellings are those of src/inference/group_design.cpp,
written here once more: SplitMix64 (Steele, Lea, Flood 2014) and Fisher-Yates.
"""
import json
import sys

import mne
import nilearn.mass_univariate
import numpy as np
import scipy.sparse
import tfce
from mne.stats import cluster_level

SIDE = 12
N_LABELLINGS = 100
SEED = 7
MASK_64 = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK_64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK_64
        return z ^ (z >> 31)

    def below(self, bound):
        limit = MASK_64 // bound * bound
        value = self.next()
        while value >= limit:
            value = self.next()
        return value % bound


def seed_of(seed, name):
    """FNV-1a over the name, then mixed."""
    value = 0xCBF29CE484222325 ^ seed
    for letter in name.encode():
        value = ((value ^ letter) * 0x100000001B3) & MASK_64
    return SplitMix64(value).next()


def permuted_labels(labels, number):
    labels = list(labels)
    random = SplitMix64(seed_of(SEED, f"labelling {number}"))
    if number > 0:
        for i in range(len(labels), 1, -1):
            j = random.below(i)
            labels[i - 1], labels[j] = labels[j], labels[i - 1]
    return np.array(labels)


def random_signs(n, number):
    random = SplitMix64(seed_of(SEED, f"labelling {number}"))
    return np.array([-1 if number > 0 and random.below(2) == 1 else 1 for _ in range(n)])


def face_mask():
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    return x**2 + (y / 1.1) ** 2 < 30


def neighbours(mask):
    """Four neighbours of the places, as an adjacency matrix."""
    place = -np.ones(mask.shape, int)
    place[mask] = np.arange(mask.sum())
    pairs = []
    for step in ((0, 1), (1, 0)):
        first, second = place[:SIDE - step[0], :SIDE - step[1]], place[step[0]:, step[1]:]
        both = (first >= 0) & (second >= 0)
        pairs.append(np.stack([first[both], second[both]], 1))
    pairs = np.concatenate(pairs)
    n = int(mask.sum())
    matrix = scipy.sparse.coo_matrix((np.ones(len(pairs)), pairs.T), (n, n))
    return (matrix + matrix.T).tocsr()


def nilearn_t(values, labels):
    result = nilearn.mass_univariate.permuted_ols(
        (labels == 0).astype(float)[:, None], values, model_intercept=True, n_perm=0,
        two_sided_test=True, output_type="dict", verbose=0)
    return result["t"][0]


def welch_t(values, labels):
    return mne.stats.ttest_ind_no_p(values[labels == 0], values[labels == 1], equal_var=False)


def paired_t(values, signs):
    return mne.stats.ttest_1samp_no_p(values * signs[:, None])


def test(values, labellings, statistic, adjacency):
    """Corrected p values of the first labelling among all, as nilearn counts them."""
    t = [statistic(values, labels) for labels in labellings]
    enhanced = [tfce.tfce(np.asarray(row), adjacency=adjacency, E=1.0, H=2.0) for row in t]
    result = {}
    for name, rows in (("t", t), ("enhanced", enhanced)):
        maxima = np.array([np.abs(row).max() for row in rows])
        result[name] = rows[0].tolist()
        result[f"{name}_maxima"] = maxima.tolist()
        result[f"p_{name}"] = [float((maxima >= abs(value) - 1e-12 * abs(value)).mean()) for value in rows[0]]
    return result


def mne_enhanced(t, adjacency):
    """MNE's enhancement of the positive and negative parts, with a step of a 4,000th."""
    step = float(np.abs(t).max()) / 4000
    _, found = cluster_level._find_clusters(
        t, {"start": 0, "step": step, "h_power": 2, "e_power": 1}, tail=0, adjacency=adjacency.tocoo())
    return np.asarray(found).tolist()


def main():
    random = np.random.default_rng(20)
    mask = face_mask()
    adjacency = neighbours(mask)
    n = 20

    # Smooth maps; group 0 has more of them at one place.
    noise = random.normal(size=(n, SIDE, SIDE))
    for axis in (1, 2):
        noise = noise + np.roll(noise, 1, axis) + np.roll(noise, -1, axis)
    maps = (0.1 + 0.05 * noise).astype(np.float32)
    balanced = np.array([0, 1] * (n // 2))
    unequal = np.array([0 if i % 3 == 0 else 1 for i in range(n)])
    maps[balanced == 0, 3:6, 3:6] += np.float32(0.35)
    maps[unequal == 0, 7:9, 4:8] -= np.float32(0.3)
    values = maps[:, mask].astype(float)

    numbers = range(N_LABELLINGS)
    golden = {
        "side": SIDE, "seed": SEED, "mask": mask.astype(int).tolist(),
        "maps": [[round(float(v), 9) for v in row.ravel()] for row in maps],
        "balanced": balanced.tolist(), "unequal": unequal.tolist(),
        "labels_5": permuted_labels(balanced, 5).tolist(), "signs_5": random_signs(n, 5).tolist(),
        "nilearn": test(values, [permuted_labels(balanced, p) for p in numbers], nilearn_t, adjacency),
        "mne": test(values, [permuted_labels(unequal, p) for p in numbers], welch_t, adjacency),
        # Pairs: map 2 i less map 2 i + 1 of person i.
        "pairs": test(values[::2] - values[1::2], [random_signs(n // 2, p) for p in numbers], paired_t, adjacency),
    }
    golden["mne_enhanced"] = mne_enhanced(np.array(golden["mne"]["t"]), adjacency)
    json.dump(golden, sys.stdout)


if __name__ == "__main__":
    main()
