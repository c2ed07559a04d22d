"""Two results beside each other and their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from csm.draw.colours import choose_scale
from csm.draw.map_figure import FADE_NOTE, SOFT_INK, add_bar, draw_map, shorten

if TYPE_CHECKING:
    from csm.result import Result


def draw_comparison(first: Result, second: Result) -> Figure:
    """A, B and A less B over the face, the first two on one scale. Errors: UserError for maps of
    different sizes or units."""
    difference = first.difference(second)
    maps = [first.map, second.map, difference]
    shown = [np.where(one.is_coloured, one.values, np.nan) for one in maps]
    common = choose_scale(shown[:2])
    scales = [common, common, choose_scale(shown[2:], is_signed=True)]
    titles = [f"A: {_about(first)}", f"B: {_about(second)}", "A \N{MINUS SIGN} B"]

    figure = Figure(figsize=(15.5, 5), layout="constrained")
    for axis, one, values, scale, title in zip(
        figure.subplots(1, 3), maps, shown, scales, titles, strict=True
    ):
        draw_map(axis, values, one.stderr, scale, first.mean_face)
        axis.set_title(title)
        add_bar(figure, axis, scale, first.unit, shrink=0.85)
    figure.supxlabel(
        f"{FADE_NOTE} The images of A and B are taken as independent.", fontsize=10, color=SOFT_INK
    )
    return figure


def _about(result: Result) -> str:
    """The file and, below it, the model."""
    model = str(result.stored.inputs.get("model_name", ""))
    return shorten(result.path.name, 40) + (f"\n{shorten(model, 40)}" if model else "")
