"""Golden numbers of the C++ tests, computed with NumPy and SciPy from the equations of docs/method.md alone.

    python tests/golden/make_golden.py > tests/golden/golden.json
"""

import json
import math

import numpy as np
from scipy import ndimage, stats


def patch_on_input(v, side, height, width):
    """Eqs. (2) and (3), authors' rule: shifted at the near side, cropped at the far side."""
    x1 = max(0, math.floor(v[0] - side / 2))
    y1 = max(0, math.floor(v[1] - side / 2))
    return [x1, y1, min(x1 + side, width), min(y1 + side, height)]


def canonical_image_saliency(points, drops, side, size):
    """Eqs. (4) and (5)."""
    total = np.zeros((size, size))
    count = np.zeros((size, size), dtype=int)
    for (x, y), drop in zip(points, drops):
        if math.isnan(drop):
            continue
        x1 = max(0, math.floor(x - side / 2))
        y1 = max(0, math.floor(y - side / 2))
        x2 = min(math.floor(x1 + side), size)
        y2 = min(math.floor(y1 + side), size)
        total[y1:y2, x1:x2] += drop
        count[y1:y2, x1:x2] += 1
    return np.where(count > 0, total / np.maximum(count, 1), 0), count


def structural_similarity(a, b, mask):
    """Wang et al. 2004 with a Gaussian window of sigma 1.5 cut at 11 x 11."""
    value_range = b[mask].max() - b[mask].min()
    c1, c2 = (0.01 * value_range) ** 2, (0.03 * value_range) ** 2

    def blur(x):
        return ndimage.gaussian_filter(x, 1.5, truncate=3.5)

    mean_a, mean_b = blur(a), blur(b)
    variance_a = blur(a * a) - mean_a**2
    variance_b = blur(b * b) - mean_b**2
    covariance = blur(a * b) - mean_a * mean_b
    ssim = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    ssim /= (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    inner = np.zeros_like(mask)
    inner[5:-5, 5:-5] = mask[5:-5, 5:-5]
    return ssim[inner].mean()


def main():
    random = np.random.default_rng(20211116)
    golden = {}

    height, width, side = 50, 70, 15
    vertices = [[0, 0], [7.4, 7.5], [7.6, 8.0], [69.9, 49.9], [62.5, 42.5], [35.2, 25.9], [3.0, 47.0], [69.0, 2.0]]
    golden["input_patches"] = {"height": height, "width": width, "side": side, "vertices": vertices,
                               "patches": [patch_on_input(v, side, height, width) for v in vertices]}

    size, canonical_side = 41, 7.3
    points = np.concatenate([random.uniform(0, size, (37, 2)), [[0.2, 0.2], [40.9, 40.9], [0.0, 40.9]]])
    images = []
    for _ in range(4):
        drops = random.normal(0, 0.1, len(points))
        drops[random.integers(0, len(points), 5)] = np.nan
        cis, count = canonical_image_saliency(points, drops, canonical_side, size)
        images.append((drops, cis.astype(np.float32).astype(float), count))
    golden["cis"] = {"size": size, "side": canonical_side, "points": points.tolist(),
                     "drops": [[None if math.isnan(d) else d for d in drops] for drops, _, _ in images],
                     "cis": [cis.ravel().tolist() for _, cis, _ in images],
                     "count": [count.ravel().tolist() for _, _, count in images]}

    stack = np.stack([cis for _, cis, _ in images])
    covered = np.stack([count > 0 for _, _, count in images])
    n = covered.sum(0)
    masked = np.ma.array(stack, mask=~covered)
    with np.errstate(all="ignore"):
        standard_error = np.ma.std(masked, axis=0, ddof=1) / np.sqrt(n)
    golden["cms"] = {"mean": np.ma.mean(masked, axis=0).filled(0).ravel().tolist(), "n": n.ravel().tolist(),
                     "standard_error": [None if k < 2 else float(e) for k, e in zip(n.ravel(), standard_error.filled(0).ravel())]}

    rows, columns = 23, 31
    a = ndimage.gaussian_filter(random.normal(size=(rows, columns)), 1).astype(np.float32).astype(float)
    b = (0.7 * a + 0.3 * ndimage.gaussian_filter(random.normal(size=(rows, columns)), 1)).astype(np.float32).astype(float)
    b[3:6, 4:9] = b[3, 4]  # ties
    mask = random.uniform(size=(rows, columns)) > 0.2
    golden["similarity"] = {"rows": rows, "columns": columns, "a": a.ravel().tolist(), "b": b.ravel().tolist(),
                            "mask": mask.astype(int).ravel().tolist(),
                            "rmse": float(np.sqrt(np.mean((a - b)[mask] ** 2))),
                            "pearson": float(stats.pearsonr(a[mask], b[mask])[0]),
                            "spearman": float(stats.spearmanr(a[mask], b[mask])[0]),
                            "ssim": float(structural_similarity(a, b, mask))}
    print(json.dumps(golden))


if __name__ == "__main__":
    main()
