"""Two results beside each other and their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from csm.draw.colours import choose_scale
from csm.draw.map_figure import FADE_NOTE, SOFT_INK, add_bar, draw_map, fading_errors, shorten

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
    errors = [fading_errors(first), fading_errors(second), difference.stderr]
    titles = [f"A: {_about(first)}", f"B: {_about(second)}", "A \N{MINUS SIGN} B"]

    figure = Figure(figsize=(15.5, 5), layout="constrained")
    for axis, values, error, scale, title in zip(
        figure.subplots(1, 3), shown, errors, scales, titles, strict=True
    ):
        draw_map(axis, values, error, scale, first.mean_face)
        axis.set_title(title)
        add_bar(figure, axis, scale, first.unit, shrink=0.85)
    notes = [FADE_NOTE, "The images of A and B are taken as independent."]
    names = [name for name, one in (("A", first), ("B", second)) if one.stored.region_units]
    if names:
        notes.insert(1, f"That of {' and '.join(names)} is over persons, the others over images.")
    figure.supxlabel(" ".join(notes), fontsize=10, color=SOFT_INK)
    return figure


def _about(result: Result) -> str:
    """The file and, below it, the model and which images were chosen."""
    model = str(result.stored.inputs.get("model_name", ""))
    chosen = result.stored.chosen
    texts = (shorten(result.path.name, 40), shorten(model, 40), shorten(chosen, 60))
    return "\n".join(filter(None, texts))
