"""How the map settles while images are added."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from csm.draw.map_figure import INK

if TYPE_CHECKING:
    from csm.result import Result

# Colours of Okabe and Ito (2008), which colour-blind readers tell apart; markers do too.
CURVES = (
    ("pearson_to_final", "Pearson correlation with the final map", "#0072B2", "o"),
    ("spearman_to_final", "Spearman correlation with the final map", "#D55E00", "s"),
    ("ssim_to_final", "SSIM with the final map", "#009E73", "^"),
    ("pearson_of_halves", "Pearson correlation of two random halves", "#CC79A7", "D"),
)


def draw_convergence(result: Result) -> Figure | None:
    """Agreement and RMSE over a logarithmic number of images; None for fewer than two steps."""
    table = result.stored.convergence
    counts = table.get("image_count")
    if counts is None or len(counts) < 2:
        return None
    figure = Figure(figsize=(10.5, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    for name, label, colour, marker in CURVES:
        if name in table:
            left.plot(counts, table[name], marker=marker, markersize=5, color=colour, label=label)
    left.set_ylabel("agreement")
    left.set_ylim(top=1.02)
    left.legend(fontsize=9, frameon=False, loc="lower right")
    if "rmse_to_final" in table:
        right.plot(counts, table["rmse_to_final"], marker="o", markersize=5, color=INK)
    unit = f" [{result.unit}]" if result.unit not in ("", "1") else ""
    right.set_ylabel(f"RMSE to the final map{unit}")
    right.set_ylim(bottom=0)

    forwards = table.get("forwards")
    each = (
        f" ({forwards[-1] / max(1, counts[-1]):.0f} forwards each)" if forwards is not None else ""
    )
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xlabel(f"images{each}")
        axis.set_xticks(counts, [str(count) for count in counts], rotation=45)
        axis.minorticks_off()
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    title = "\n".join(["How the map settles", *textwrap.wrap(result.stored.chosen, 110)])
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, color=INK)
    return figure
