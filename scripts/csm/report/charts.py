"""The places of what the page's charts draw, as numbers for SVG."""

import math
from typing import Any

import numpy as np

from csm.report.number_text import readable_number, round_ticks
from csm.report.read_result import PageInput

WIDTH, HEIGHT = 720, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 700, 16, 290
# Colours of M. Okabe and K. Ito, which colour-blind readers tell apart; markers differ too.
_CURVES = (("pearson_of_halves", "Pearson, one random half with the other", "halves"),
           ("pearson_to_final", "Pearson, with the final map", "pearson"),
           ("spearman_to_final", "Spearman, with the final map", "spearman"),
           ("ssim_to_final", "structural similarity, with the final map", "ssim"))


def region_chart(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Adds to each row the places [%] of its bar and interval; returns zero and the ticks."""
    ends = [end for row in rows for end in (row["low"], row["high"], row["mean"])
            if math.isfinite(end)] + [0.0]
    lowest, highest = min(ends), max(ends)
    if highest == lowest:
        highest = lowest + 1
    slack = 0.03 * (highest - lowest)
    lowest, highest = lowest - slack * (lowest < 0), highest + slack * (highest > 0)

    def place(value: float) -> float:
        return round(100 * (value - lowest) / (highest - lowest), 2)

    for row in rows:
        zero, mean = place(0), place(row["mean"])
        row["bar"] = {"from": min(zero, mean), "width": round(abs(mean - zero), 2),
                      "negative": row["mean"] < 0}
        row["interval"] = {"from": place(row["low"]), "to": place(row["high"])} \
            if math.isfinite(row["low"]) else None
        row["holds_zero"] = not math.isfinite(row["low"]) or row["low"] <= 0 <= row["high"]
    return {"zero": place(0), "ticks": [(place(t), readable_number(t, 3))
                                        for t in round_ticks(lowest, highest, 4)]}


def convergence_chart(result: PageInput) -> dict[str, Any] | None:
    """Curves, ticks and labels of the agreement over the number of images (logarithmic)."""
    counts = np.asarray(result.convergence.get("image_count", []), float)
    if counts.size == 0:
        return None
    first, last = counts[0], max(counts[0] + 1, counts[-1])
    known = [(np.asarray(result.convergence[key], float), name, style)
             for key, name, style in _CURVES if key in result.convergence]
    lowest = math.floor(5 * min([0.0] + [float(np.nanmin(v)) for v, _, _ in known
                                         if np.isfinite(v).any()])) / 5

    def x(count: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * math.log(count / first) / math.log(last / first), 1)

    def y(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (value - lowest) / (1 - lowest), 1)

    curves = [{"name": name, "style": style,
               "points": [(x(n), y(v)) for n, v in zip(counts, values, strict=True)
                          if math.isfinite(v)]}
              for values, name, style in known]
    return {"width": WIDTH, "height": HEIGHT, "left": _LEFT, "right": _RIGHT, "bottom": _BOTTOM,
            "curves": curves, "x_ticks": [(x(n), f"{n:,.0f}") for n in _log_ticks(first, last)],
            "y_ticks": [(y(t), readable_number(t, 2)) for t in round_ticks(lowest, 1, 5)],
            "forwards_each": _forwards_each(result)}


def _log_ticks(first: float, last: float) -> list[float]:
    """Round counts, those too near to the last left out, then the last."""
    is_long = last / first > 2000
    ticks = [f * 10.0 ** power for power in range(int(math.log10(last)) + 1) for f in (1, 2, 5)
             if first <= f * 10.0 ** power <= last / 1.35 and (f == 1 or not is_long)]
    return [*ticks, last]


def _forwards_each(result: PageInput) -> int | None:
    forwards = result.convergence.get("forwards")
    if forwards is None or len(forwards) == 0:
        return None
    return round(float(forwards[-1]) / max(1.0, float(result.convergence["image_count"][-1])))
