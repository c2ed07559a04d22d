"""The images that were decided best and worst, with their maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from csm.draw.colours import choose_scale, paint
from csm.draw.map_figure import INK, SOFT_INK, add_bar, draw_map, shorten, value_with_unit

if TYPE_CHECKING:
    from csm.result import Example, Result


def draw_examples(result: Result) -> Figure | None:
    """Each image as the network gets it, its map on its face, and the map of all images on it;
    None if the result has no examples."""
    examples = result.examples
    if not examples:
        return None
    own = choose_scale([one.cis for one in examples])
    common = choose_scale([one.reprojected for one in examples])
    figure = Figure(figsize=(2.3 * len(examples) + 1.2, 7.6), layout="constrained")
    rows = figure.subplots(3, len(examples), squeeze=False)
    for one, (photo, face, input_axis) in zip(examples, rows.T, strict=True):
        photo.imshow(one.input)
        photo.set_axis_off()
        photo.set_title(_caption(one), fontsize=8, color=INK)
        draw_map(face, _unknown_is_nan(one.cis), None, own, one.face)
        input_axis.imshow(paint(_unknown_is_nan(one.reprojected), None, common, one.input))
        input_axis.set_axis_off()
    add_bar(figure, rows[1], own, f"the image's {value_with_unit(result)}", shrink=0.9)
    add_bar(figure, rows[2], common, f"mean {value_with_unit(result)}", shrink=0.9)
    figure.suptitle("Images decided best (left) and worst (right)", x=0.01, ha="left", color=INK)
    figure.supxlabel(
        "Input; map of the image on its face; map of all images on the input.",
        fontsize=9,
        color=SOFT_INK,
    )
    return figure


def _caption(example: Example) -> str:
    label = f"{example.label} \N{RIGHTWARDS ARROW} " if example.label else ""
    decided = f"{label}{example.predicted}" if example.predicted else example.target
    return f"{shorten(example.image, 26)}\n{decided}, {example.confidence:.3g}"


def _unknown_is_nan(values: np.ndarray) -> np.ndarray:
    """Exact zeros are pixels that no patch reaches."""
    return np.where(values == 0, np.nan, values)
