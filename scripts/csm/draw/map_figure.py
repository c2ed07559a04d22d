"""The main image of a result: the map over the mean face, the groups and their difference."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.ticker import MaxNLocator

from csm.draw.colours import (
    Z_95,
    Scale,
    choose_scale,
    cut_out,
    hatch,
    make_pale,
    opacity,
    paint,
)
from csm.draw.pair_facts import LEVEL, PairFacts, describe_lowest_p, read_pair_facts
from csm.draw.shown_figure import ShownFigure

if TYPE_CHECKING:
    from csm.report.read_findings import PairFinding
    from csm.result import Difference, Result, SaliencyMap

MOST_TILES = 12
LETTERS_PER_INCH = 12.5  # of the small text
LETTERS_PER_TILE = (34, 18)  # of a name and a caption side by side, on a wide and a narrow tile
LETTERS_PER_NAME = (22, 17)
INK, SOFT_INK, WARNING_INK = "#1f1f1f", "#5f5f5f", "#a01818"
PLACES = {"csm": " where a patch is occluded"}  # what the value belongs to
_UNKNOWN_ERROR = 1e30  # so large that nothing of the map shows
PALE_NOTE = "Of a tested difference, what is not beyond chance is pale; the rest is outlined."
HATCH_NOTE = "Hatched places could not be tested: the maps may differ there or not."
FADE_NOTE = "The map fades where its 95 % interval holds zero."


@dataclass(frozen=True)
class Tile:
    """A small map beside the main one."""

    name: str
    caption: str
    values: np.ndarray
    stderr: np.ndarray | None
    scale: Scale
    outlined: np.ndarray | None = None  # (T x T) the places that differ beyond chance
    untested: np.ndarray | None = None  # (S x S) the places of the face that could not be tested


def draw_map_figure(result: Result) -> ShownFigure:
    """The map of all images, then the largest groups and, of two groups, their difference."""
    tiles = make_tiles(result)
    n_rows = 0 if not tiles else 1 if len(tiles) == 1 else 2 if len(tiles) <= 4 else 3
    n_columns = math.ceil(len(tiles) / n_rows) if tiles else 0
    tile_width = 2.9 if n_rows == 2 else 2.0
    width = 7.6 + n_columns * tile_width
    header, footer = _header_lines(result, width), _footer_lines(result, width)
    n_lines = len(header) + len(_chosen_lines(result, width))
    heights = (0.75 + 0.22 * n_lines, 6.1, 0.25 + 0.19 * len(footer))
    figure = ShownFigure(figsize=(width, sum(heights)), layout="constrained")
    parts: Any = figure.subfigures(3, 1, height_ratios=heights)
    top, middle, bottom = parts
    _write_header(top, result, header, width, heights[0])

    # The main map with its colour bar, and the tiles in a grid of the same height.
    left, right = middle, None
    if tiles:
        left, right = middle.subfigures(1, 2, width_ratios=(7.6, n_columns * tile_width))
    values = np.where(result.map.is_coloured, result.cms, np.nan)
    scale = choose_scale([values])
    axis = left.subplots()
    draw_map(axis, values, fading_errors(result), scale, result.mean_face)
    add_bar(left, axis, scale, value_with_unit(result), shrink=0.9)
    if right is not None:
        axes = np.ravel(right.subplots(n_rows, n_columns, squeeze=False))
        for one, tile in zip(axes, tiles, strict=False):
            _draw_tile(right, one, tile, result.mean_face, is_narrow=n_rows != 2)
        for one in axes[len(tiles) :]:
            one.set_axis_off()

    bottom.text(0.15 / width, 0.5, "\n".join(footer), fontsize=9.5, color=SOFT_INK, va="center")
    return figure


def draw_single(found: SaliencyMap, face: np.ndarray | None = None) -> ShownFigure:
    """One map by itself, signed if it has both signs."""
    values = np.where(found.is_coloured, found.values, np.nan)
    figure = ShownFigure(figsize=(6.2, 5.4), layout="constrained")
    axis = figure.subplots()
    scale = choose_scale([values])
    draw_map(axis, values, found.stderr, scale, face)
    add_bar(figure, axis, scale, found.unit)
    axis.set_title(f"{found.name} (n = {found.n_images})")
    return figure


def make_tiles(result: Result) -> list[Tile]:
    """The largest groups in their own order on one scale; of two groups the difference too."""
    groups = result.groups
    largest = sorted(groups, key=lambda name: -groups[name].n_images)[:MOST_TILES]
    shown = {name: groups[name] for name in groups if name in largest}
    maps = {name: np.where(one.is_coloured, one.values, np.nan) for name, one in shown.items()}
    is_signed = any(choose_scale([one]).is_signed for one in maps.values())
    scale = choose_scale(list(maps.values()), is_signed)
    tiles = [
        Tile(name, f"n = {shown[name].n_images}", maps[name], shown[name].stderr, scale)
        for name in shown
    ]
    if len(groups) == 2:
        tiles += _difference_tiles(result, result.difference(*groups))
    return tiles


def _difference_tiles(result: Result, found: Difference) -> list[Tile]:
    """The difference with an outline of what is beyond chance; if it was not tested, the difference
    and the same in standard errors."""
    name = " \N{MINUS SIGN} ".join(result.groups)
    scale = choose_scale([found.values], is_signed=True)
    tested = [
        (column.column, pair)
        for column in result.findings
        for pair in column.pairs
        if set(pair.names) == set(result.groups) and pair.p_tfce is not None
    ]
    if tested:
        column_name, pair = tested[0]
        facts = read_pair_facts(result.path).get((column_name, pair.names), PairFacts())
        # The file holds float32; .05 itself counts.
        outlined = (pair.p_tfce <= np.float32(LEVEL)) & (pair.p_holm <= LEVEL)
        face = result.mean_face
        inside = np.isfinite(found.values) if face is None else face.any(axis=2)
        untested = find_untested(pair, inside)
        caption = _tested_caption(pair, facts)
        return [Tile(name, caption, found.values, found.stderr, scale, outlined, untested)]
    z_scale = choose_scale([found.z], is_signed=True)
    return [
        Tile(name, "not tested", found.values, found.stderr, scale),
        Tile("the same in standard errors", "", found.z, None, z_scale),
    ]


def _tested_caption(pair: PairFinding, facts: PairFacts) -> str:
    """Whether a tested difference is beyond chance, or why it could not be found."""
    if pair.p_holm <= LEVEL:
        return "outlined: p \N{LESS-THAN OR EQUAL TO} .05"
    if facts.few:
        return f"too few {facts.few}: {describe_lowest_p(facts)}"
    return f"not beyond chance, p = {pair.p_holm:.2g}"


def find_untested(pair: PairFinding, inside: np.ndarray) -> np.ndarray:
    """(H x W) the places inside of the face at which the pair could not be tested."""
    known = pair.difference if pair.p_tfce is None else pair.p_tfce
    return enlarge(np.isnan(known), inside.shape) & inside


def draw_map(
    axis: Axes,
    values: np.ndarray,
    stderr: np.ndarray | None,
    scale: Scale,
    face: np.ndarray | None,
    is_found: np.ndarray | None = None,
    is_untested: np.ndarray | None = None,
) -> None:
    """Draws a map over the face; NaN is left to the face. Of a tested one what was not found is
    pale, whatever its errors, and what could not be tested is hatched."""
    if is_untested is not None:
        values = np.where(is_untested, 0.0, values)
    painted = paint(values, stderr if is_found is None else None, scale, face)
    if is_found is not None:
        painted = make_pale(painted, is_found)
    if is_untested is not None:
        painted = hatch(painted, is_untested)
    axis.imshow(cut_out(painted, values, face), interpolation="lanczos")
    axis.set_axis_off()


def fading_errors(result: Result) -> np.ndarray:
    """Standard errors (S x S) of the map, by which it fades: if the intervals are over persons that
    have several images, those at which it fades just where the interval over persons holds zero."""
    if not result.stored.region_units:
        return result.stderr
    intervals = result.stored.intervals
    middle, half_width = (
        enlarge(one, result.cms.shape) for one in (intervals.mean, intervals.half_width)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.abs(result.cms) * half_width / (Z_95 * np.abs(middle))
    # A place with too few persons for an interval fades too.
    return np.where(np.isfinite(errors), errors, _UNKNOWN_ERROR)


def enlarge(coarse: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A map whose values are of blocks of pixels, on the pixels."""
    block = -(-shape[1] // coarse.shape[1])
    return np.kron(coarse, np.ones((block, block), coarse.dtype))[: shape[0], : shape[1]]


def add_bar(figure, axis, scale: Scale, label: str, **place) -> Colorbar:
    """A colour bar with the colours as they are over a face of middle grey."""
    steps = np.linspace(scale.low, scale.limit, 256)
    share = opacity(steps, None, scale)[:, None]
    colours = share * scale.colours(scale.position(steps))[:, :3] + (1 - share) * 0.62
    mappable = ScalarMappable(Normalize(scale.low, scale.limit), ListedColormap(colours))
    bar = figure.colorbar(mappable, ax=axis, **place)
    bar.outline.set_visible(False)
    bar.set_label(label, color=INK)
    bar.ax.tick_params(color=SOFT_INK, labelcolor=INK)
    return bar


def value_with_unit(result: Result) -> str:
    """What the values of the map are, such as "drop of the log odds [nats]"."""
    unit, name = result.unit, result.stored.value_name
    return name + (f" [{unit}]" if unit not in ("", "1") and not name.endswith(unit) else "")


def _draw_tile(
    figure, axis: Axes, tile: Tile, face: np.ndarray | None, *, is_narrow: bool
) -> None:
    is_found = None if tile.outlined is None else enlarge(tile.outlined, tile.values.shape)
    draw_map(axis, tile.values, tile.stderr, tile.scale, face, is_found, tile.untested)
    if tile.outlined is not None and tile.outlined.any():
        outline(axis, tile.outlined, tile.values.shape[0])
    n_letters = LETTERS_PER_TILE[is_narrow]
    name = shorten(tile.name, LETTERS_PER_NAME[is_narrow] if tile.caption else n_letters)
    # Where both do not fit side by side, the caption has the line below the name to itself.
    needs_two_lines = len(name) + len(tile.caption) > n_letters
    axis.set_title(name + "\n" * needs_two_lines, fontsize=10, loc="left", color=INK)
    axis.set_title(tile.caption, fontsize=9, loc="right", color=SOFT_INK)
    bar = add_bar(
        figure, axis, tile.scale, "", location="bottom", fraction=0.04, pad=0.02, aspect=32
    )
    bar.ax.tick_params(labelsize=8)
    bar.locator = MaxNLocator(4)


def outline(axis: Axes, places: np.ndarray, size: int) -> None:
    """Outlines places (T x T), which are blocks of pixels of a map of `size` rows."""
    block = -(-size // places.shape[0])
    y, x = ((np.arange(n) + 0.5) * block - 0.5 for n in places.shape)  # [px]
    axis.contour(x, y, places.astype(float), levels=[0.5], colors=INK, linewidths=1.1)


def shorten(text: str, n: int) -> str:
    """At most n characters, the middle left out."""
    return (
        text if len(text) <= n else f"{text[: n // 2]}\N{HORIZONTAL ELLIPSIS}{text[-n // 2 + 1 :]}"
    )


def _header_lines(result: Result, width: float) -> list[str]:
    """The first warnings, broken to the width of the figure [inch]."""
    lines = [
        line
        for text in result.warnings[:3]
        for line in textwrap.wrap(f"Warning: {text}", int(width * LETTERS_PER_INCH))
    ]
    return lines[:6]


def _chosen_lines(result: Result, width: float) -> list[str]:
    """Which images were chosen, broken to the width of the figure [inch]."""
    return textwrap.wrap(result.stored.chosen, int(width * LETTERS_PER_INCH))[:3]


def _footer_lines(result: Result, width: float) -> list[str]:
    """How to read the figure, and how far it can be trusted."""
    halves = result.stored.convergence.get("pearson_of_halves", np.empty(0))
    text = f"The subject's left is on the right. {FADE_NOTE}"
    if units := result.stored.region_units:
        text = (
            "The subject's left is on the right. Maps count each image alike; that of all images"
            f" fades where the 95 % interval {units} holds zero"
            + (", the others where that over images does." if result.groups else ".")
        )
    for tile in make_tiles(result):
        if tile.outlined is not None:
            text += f" {PALE_NOTE}"
        if tile.untested is not None and tile.untested.any():
            text += f" {HATCH_NOTE}"
    if len(halves) and np.isfinite(halves[-1]):
        text += (
            f" Two random halves of the images agree at r = {halves[-1]:.2f} (1: alike, 0: noise)."
        )
    return textwrap.wrap(text, int(width * LETTERS_PER_INCH))


def _write_header(figure, result: Result, warnings: list[str], width: float, height: float) -> None:
    """Title, what the values are, and the warnings, from the top [inch]."""
    group_by = f"; beside it the groups by {result.group_by}" if result.groups else ""
    images = "One image" if result.n_images == 1 else f"Mean of {result.n_images} images"
    place = PLACES.get(str(result.stored.facts.get("method", "csm")), "")
    about = f"{images}, {result.stored.value_name}{place}{group_by}"
    left, n_letters = 0.15 / width, int(width * LETTERS_PER_INCH)
    title = shorten(result.title, int(0.6 * n_letters))
    figure.text(left, 1 - 0.12 / height, title, fontsize=16, color=INK, va="top")
    figure.text(
        left, 1 - 0.45 / height, shorten(about, n_letters), fontsize=10, color=SOFT_INK, va="top"
    )
    chosen = _chosen_lines(result, width)
    figure.text(left, 1 - 0.68 / height, "\n".join(chosen), fontsize=10, color=INK, va="top")
    top = 1 - (0.68 + 0.22 * len(chosen)) / height
    figure.text(left, top, "\n".join(warnings), fontsize=10, color=WARNING_INK, va="top")
