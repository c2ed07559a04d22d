"""Compares the CMS of two result files of csm_mpi: agreement, differences of regions, a difference
picture."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

from csm.report.number_text import readable_name
from csm.result import Result
from csm.result_file import ResultError, read_result

SSIM_SIGMA, SSIM_RADIUS = 1.5, 5  # the 11 x 11 window of the SSIM paper


@dataclass
class Agreement:
    """How alike two maps are on the pixels that both cover."""

    n_pixels: int
    pearson: float
    spearman: float
    rmse: float
    ssim: float


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", metavar="A.h5")
    parser.add_argument("second", metavar="B.h5")
    parser.add_argument(
        "--output", type=Path, metavar="PICTURE.png", help="draw A, B and A - B into this file"
    )
    arguments = parser.parse_args(argv)
    first, second = read_result(arguments.first), read_result(arguments.second)
    print(describe(first, second))
    if arguments.output:
        from csm.draw.comparison_figure import draw_comparison

        figure = draw_comparison(Result(first), Result(second))
        figure.savefig(arguments.output, dpi=120, facecolor="white")
        print(f"csm compare: {arguments.output}")
    return 0


def agreement(first, second):
    """Agreement of two canonical maps. Errors: ResultError for different sizes or no common
    pixel."""
    if first.mean.shape != second.mean.shape:
        raise ResultError(
            f"the maps have different sizes, {first.mean.shape} and {second.mean.shape}. "
            "Run both with the same --canonical-size and the same canonical face."
        )
    both = first.covered & second.covered
    if both.sum() < 2:
        raise ResultError(
            "the maps have no common pixels. Were both made on the same canonical face?"
        )
    a, b = first.mean[both], second.mean[both]
    return Agreement(
        int(both.sum()),
        pearson(a, b),
        np.nan if is_flat(a) or is_flat(b) else float(spearmanr(a, b)[0]),
        float(np.sqrt(np.mean((a - b) ** 2))),
        structural_similarity(first.mean, second.mean, both),
    )


def pearson(a, b):
    """The correlation of the values of two maps; NaN if one is flat."""
    return np.nan if is_flat(a) or is_flat(b) else float(np.corrcoef(a, b)[0, 1])


def is_flat(values):
    return np.ptp(values) == 0


def structural_similarity(a, b, mask):
    """Mean SSIM over the masked pixels whose window lies inside the picture (Wang et al. 2004).

    The data range is that of both maps together inside the mask (csm_mpi's convergence takes that
    of the final map).
    """
    spread = max(a[mask].max(), b[mask].max()) - min(a[mask].min(), b[mask].min())
    if spread == 0:
        return 1.0
    a, b = np.where(mask, a, 0.0), np.where(mask, b, 0.0)

    def mean(x):
        return gaussian_filter(x, SSIM_SIGMA, radius=SSIM_RADIUS)

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b, covariance = (
        mean(a * a) - mean_a**2,
        mean(b * b) - mean_b**2,
        mean(a * b) - mean_a * mean_b,
    )
    c1, c2 = (0.01 * spread) ** 2, (0.03 * spread) ** 2
    similarity = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    similarity /= (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    inside = np.zeros_like(mask)
    inside[SSIM_RADIUS:-SSIM_RADIUS, SSIM_RADIUS:-SSIM_RADIUS] = True
    return float(similarity[mask & inside].mean())


def describe(first, second):
    """The comparison as text."""
    if first.unit != second.unit:
        print(
            f"csm compare: the units differ ({first.unit!r} and {second.unit!r}): RMSE, SSIM and"
            " differences mix them.",
            file=sys.stderr,
        )
    lines = [
        f"A  {_about(first)}",
        f"B  {_about(second)}",
        "",
        f"{'map':<14}{'pixels':>9}{'Pearson':>10}{'Spearman':>10}{'SSIM':>8}{'RMSE':>11}",
    ]
    maps = [("CMS", first.cms, second.cms)]
    maps += [
        (name, group, second.groups[name])
        for name, group in first.groups.items()
        if name in second.groups
    ]
    for name, a, b in maps:
        found = agreement(a, b)
        lines.append(
            f"{name:<14}{found.n_pixels:>9}{found.pearson:>10.4f}{found.spearman:>10.4f}{found.ssim:>8.4f}"
            f"{found.rmse:>11.3g}"
        )
    return "\n".join(lines + _regions(first, second))


def _about(result):
    """The file, its title and its model."""
    model = result.inputs.get("model_name") or Path(result.inputs.get("model", "")).name
    about = f"{result.path}  {result.facts.get('title', '')}{f', {model}' if model else ''}"
    return f"{about}. {result.chosen}" if result.chosen else about


def _regions(first, second):
    others = {region.name: region for region in second.regions}
    rows = [(region, others[region.name]) for region in first.regions if region.name in others]
    if not rows:
        return []
    lines = [
        "",
        f"{'region':<14}{'A':>11}{'B':>11}{'A - B':>11} {'standard error':>15} {'in errors':>10}",
    ]
    for a, b in rows:
        # The two runs are taken as independent; on the same images the true error is smaller.
        error = np.hypot(a.error, b.error)
        ratio = (a.mean - b.mean) / error if error > 0 else np.nan
        lines.append(
            f"{readable_name(a.name):<14}{a.mean:>11.4g}{b.mean:>11.4g}"
            f"{a.mean - b.mean:>11.3g} {error:>15.2g} {ratio:>10.1f}"
        )
    lines += [
        f"({name}: regions {result.region_units})"
        for name, result in (("A", first), ("B", second))
        if result.region_units
    ]
    return lines + [
        "(standard errors as of independent runs; on the same images they are too large)"
    ]
