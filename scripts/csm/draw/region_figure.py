"""The map averaged over regions of the face, as bars with 95 % intervals."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from csm.draw.colours import Z_95
from csm.draw.map_figure import INK, SOFT_INK, value_with_unit

if TYPE_CHECKING:
    from csm.result import Result
    from csm.result_file import Region

POSITIVE, NEGATIVE = "#b2402a", "#2c6a93"


def draw_regions(result: Result) -> Figure | None:
    """Strongest first; None if the result has no regions."""
    regions = [one for one in result.stored.regions if one.name != "none" and np.isfinite(one.mean)]
    if not regions:
        return None
    regions.sort(key=lambda one: one.mean)
    figure = Figure(figsize=(8.2, 0.33 * len(regions) + 1.5), layout="constrained")
    axis = figure.subplots()
    means = [one.mean for one in regions]
    errors = np.nan_to_num([_reach(one) for one in regions]).T
    names = [one.name.replace("_", " ") for one in regions]
    colours = [POSITIVE if mean >= 0 else NEGATIVE for mean in means]
    axis.barh(names, means, xerr=errors, color=colours, ecolor=INK, capsize=3, height=0.62)
    axis.axvline(0, color=INK, linewidth=1)

    share = "share of the positive saliency"
    if result.stored.region_units:
        share += f" of the map of {result.n_images} images"
    # The share of the positive saliency, as a column on the right.
    right = axis.secondary_yaxis("right")
    right.set_yticks(range(len(regions)), [f"{100 * one.share:.1f} %" for one in regions])
    right.tick_params(length=0, labelcolor=INK)
    right.spines["right"].set_visible(False)
    axis.set_title(share, loc="right", fontsize=9, color=SOFT_INK)
    axis.set_title("The map by region of the face", loc="left", fontsize=13, color=INK)
    units = f" {result.stored.region_units}" if result.stored.region_units else ""
    axis.set_xlabel(
        f"mean {value_with_unit(result)}{units}, with 95 % interval; left and right are the"
        " subject's own"
        + "".join(f"\n{line}" for line in textwrap.wrap(result.stored.chosen, 90))
    )
    axis.spines[["top", "right"]].set_visible(False)
    axis.margins(y=0.01)
    return figure


def _reach(region: Region) -> tuple[float, float]:
    """How far the interval reaches below and above the mean: as the file has it, else normal."""
    if np.isfinite(region.low):
        return max(0.0, region.mean - region.low), max(0.0, region.high - region.mean)
    return Z_95 * region.error, Z_95 * region.error
