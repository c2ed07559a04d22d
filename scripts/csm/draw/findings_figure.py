"""What csm_test found as figures: tested differences, and the kinds of explanations."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path

import h5py
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image, ImageOps

from csm.draw.colours import Scale, choose_scale
from csm.draw.map_figure import (
    HATCH_NOTE,
    INK,
    LETTERS_PER_INCH,
    PALE_NOTE,
    SOFT_INK,
    add_bar,
    draw_map,
    enlarge,
    find_untested,
    outline,
    shorten,
)
from csm.draw.pair_facts import (
    LEVEL,
    PairFacts,
    advise_permutations,
    describe_lowest_p,
    describe_persons,
    describe_share,
    read_pair_facts,
)
from csm.findings_file import Cluster, Findings
from csm.report.group_confidence import mean_confidences, surer_group
from csm.report.number_text import count_text
from csm.report.read_findings import ColumnFindings, PairFinding, surest_first
from csm.result_schema import at

MOST_PAIRS = 12
MOST_CLUSTERS = 6
LETTERS_PER_TITLE_INCH = 9
LETTERS_PER_PAIR = 48  # of a line above one pair
SURER_NOTE = "That the network is surer on a group can alone scale a map."
PHOTO_ROWS, PHOTO_COLUMNS, PHOTO_SIDE = 3, 4, 160  # [px]


def draw_differences(findings: Findings) -> Figure | None:
    """The difference of each pair of groups, the surest first, outlined where it is beyond chance,
    pale elsewhere and hatched where it could not be tested; None if no groups were compared."""
    tested = surest_first(findings.columns)
    pairs = tested[:MOST_PAIRS]
    if not pairs:
        return None
    known = read_pair_facts(findings.path)
    facts = [known.get((column.column, pair.names), PairFacts()) for column, pair in pairs]
    titles = [_title(*of, one) for of, one in zip(pairs, facts, strict=True)]
    face = _mean_face(findings)
    inside = _inside(findings, pairs) if face is None else face.any(axis=2)
    untested = [find_untested(pair, inside) for _, pair in pairs]
    reading = f"The subject's left is on the right. {PALE_NOTE}"
    notes = [
        f"{reading} {HATCH_NOTE}" if any(one.any() for one in untested) else reading,
        advise_permutations(facts),
        findings.chosen,
        _left_out(tested[MOST_PAIRS:]),
        SURER_NOTE if any(surer_group(*of) for of in pairs) else "",
    ]
    n_columns = min(3, len(pairs))
    n_rows = math.ceil(len(pairs) / n_columns)
    width = 5.2 * n_columns
    n_letters = int(width * LETTERS_PER_INCH)
    note = "\n".join(line for text in notes for line in textwrap.wrap(text, n_letters))

    # Each pair has the room of the longest title, so that all faces have one size.
    row_height = 4.6 + 0.19 * max(title.count("\n") + 1 for title in titles)
    height = row_height * n_rows + 0.3 + 0.16 * (note.count("\n") + 1)
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = np.ravel(figure.subplots(n_rows, n_columns, squeeze=False))
    for axis, (_, pair), title, places in zip(axes, pairs, titles, untested, strict=False):
        scale = _draw_pair(axis, pair, face, places)
        axis.set_title(title, fontsize=10)
        add_bar(figure, axis, scale, _bar_label(findings, "difference"), shrink=0.8)
    for axis in axes[len(pairs) :]:
        axis.set_axis_off()
    figure.supxlabel(note, fontsize=9, color=SOFT_INK)
    return figure


def _draw_pair(
    axis: Axes, pair: PairFinding, face: np.ndarray | None, untested: np.ndarray
) -> Scale:
    """Draws the difference, outlined where it is beyond chance; returns its scale."""
    scale = choose_scale([pair.difference], is_signed=True)
    found = None
    if not pair.p_holm <= LEVEL:
        found = np.zeros(pair.difference.shape, bool)
    elif pair.p_tfce is not None:
        # The file holds float32; .05 itself counts.
        found = pair.p_tfce <= np.float32(LEVEL)
    size = _draw(axis, pair.difference, scale, face, pair.errors, found, untested)
    if found is not None and found.any():
        outline(axis, found, size)
    return scale


def _title(column: ColumnFindings, pair: PairFinding, facts: PairFacts) -> str:
    """Who was compared, whether they differ, and on whom the network is surer: a few lines."""
    who = f"{column.column}: " + " \N{MINUS SIGN} ".join(shorten(name, 20) for name in pair.names)
    persons = describe_persons(facts)
    if pair.p_holm <= LEVEL:
        holds = f"outlined: beyond chance, p = {pair.p_holm:.2g}"
    elif facts.few:
        holds = f"too few {facts.few} to find a difference: {describe_lowest_p(facts)}"
    else:
        holds = f"not beyond chance, p = {pair.p_holm:.2g}"
    texts = [f"{who} ({persons})" if persons else who, holds, describe_share(facts)]
    if surer := surer_group(column, pair):
        means = mean_confidences(column, pair)
        other = next(mean for name, mean in means.items() if name != surer)
        unit = f" {facts.confidence_unit}" if facts.confidence_unit else ""
        texts.append(
            f"surer on {shorten(surer, 20)}: {means[surer]} against {other}{unit} "
            "(mean \N{PLUS-MINUS SIGN} standard error)"
        )
    return "\n".join(line for text in texts for line in textwrap.wrap(text, LETTERS_PER_PAIR))


def _left_out(pairs: list[tuple[ColumnFindings, PairFinding]]) -> str:
    """How many pairs were tested and not drawn; empty if none."""
    if not pairs:
        return ""
    n_found = sum(pair.p_holm <= LEVEL for _, pair in pairs)
    return (
        f"{count_text(len(pairs), 'more pair')}, less sure, "
        f"{'is' if len(pairs) == 1 else 'are'} in the file and not drawn; "
        f"{n_found or 'none'} of them beyond chance."
    )


def draw_clusters(findings: Findings) -> Figure | None:
    """Each kind of explanations: its map, how that differs from the other images' maps, and the
    images nearest to its mean; None if kinds were not looked for, or there is one."""
    found = findings.clusters
    if found is None or len(found.clusters) < 2:
        return None
    shown = found.clusters[:MOST_CLUSTERS]
    face, root = _mean_face(findings), _photo_root(findings)
    common = choose_scale([one.mean for one in shown])
    excess = choose_scale([one.excess for one in shown], is_signed=True)
    n_columns = 3 if root else 2
    figure = Figure(figsize=(4.6 * n_columns + 1, 4.4 * len(shown) + 0.5), layout="constrained")
    rows = figure.subplots(len(shown), n_columns, squeeze=False)
    for axes, one in zip(rows, shown, strict=True):
        _draw(axes[0], one.mean, common, face)
        _draw(axes[1], one.excess, excess, face)
        axes[0].set_title(_caption(one), fontsize=10, loc="left", color=INK)
        axes[1].set_title(_about(one), fontsize=9, loc="left", color=SOFT_INK)
        if root:
            _draw_photos(axes[2], one, root)
    add_bar(figure, rows[:, 0], common, _bar_label(findings, "mean"), shrink=0.5, location="left")
    add_bar(figure, rows[:, 1], excess, _bar_label(findings, "less the other images'"), shrink=0.5)
    title = f"{len(found.clusters)} kinds of explanations (p = {found.p:.2g})"
    width = int(figure.get_figwidth() * LETTERS_PER_TITLE_INCH)
    lines = [title, *textwrap.wrap(findings.chosen, width)]
    figure.suptitle("\n".join(lines), x=0.01, ha="left", color=INK)
    return figure


def _bar_label(findings: Findings, what: str) -> str:
    """"difference [log odds]"."""
    return what + (f" [{findings.unit}]" if findings.unit not in ("", "1") else "")


def _draw(
    axis: Axes,
    values: np.ndarray,
    scale: Scale,
    face: np.ndarray | None,
    errors: np.ndarray | None = None,
    found: np.ndarray | None = None,
    untested: np.ndarray | None = None,
) -> int:
    """Draws a coarse map (T x T), each value a block of pixels of the face, which is pale outside
    of what was found, or fades where its 95 % interval by the errors holds zero, and is hatched at
    the pixels that could not be tested; returns the side."""
    shape = values.shape if face is None else face.shape[:2]
    shown = [None if one is None else enlarge(one, shape) for one in (values, errors, found)]
    draw_map(axis, shown[0], shown[1], scale, face, shown[2], untested)
    return shape[0]


def _caption(one: Cluster) -> str:
    share, low, high = one.accuracy
    right = "" if math.isnan(share) else f", right {share:.0%} ({low:.0%} to {high:.0%})"
    return f"{one.name}: {one.n_images} images{right}"


def _about(one: Cluster) -> str:
    """What is commoner in the cluster than elsewhere."""
    rows = zip(*(one.excesses.get(name, ()) for name in
                 ("column", "value", "share_inside", "share_outside")), strict=True)
    texts = [f"{column} = {value} ({inside:.0%} against {outside:.0%})"
             for column, value, inside, outside in rows]
    return "\n".join(textwrap.wrap("; ".join(texts[:3]) or "no value is commoner here", 52)[:3])


def _draw_photos(axis: Axes, one: Cluster, root: Path) -> None:
    """The nearest images as a sheet; those that cannot be read stay grey."""
    shape = (PHOTO_ROWS * PHOTO_SIDE, PHOTO_COLUMNS * PHOTO_SIDE, 3)
    sheet = np.full(shape, 225, np.uint8)
    for i, name in enumerate(one.examples[: PHOTO_ROWS * PHOTO_COLUMNS]):
        try:
            with Image.open(root / name) as photo:
                upright = ImageOps.exif_transpose(photo).convert("RGB")
                small = np.asarray(ImageOps.fit(upright, (PHOTO_SIDE, PHOTO_SIDE)))
        except OSError:
            continue
        y, x = (PHOTO_SIDE * k for k in divmod(i, PHOTO_COLUMNS))
        sheet[y : y + PHOTO_SIDE, x : x + PHOTO_SIDE] = small
    axis.imshow(sheet)
    axis.set_axis_off()
    axis.set_title("images nearest to the mean", fontsize=9, loc="left", color=SOFT_INK)


def _inside(
    findings: Findings, pairs: list[tuple[ColumnFindings, PairFinding]]
) -> np.ndarray:
    """(T x T) the places of the face that the file knows, if the face itself is gone: those with a
    mean map or with the difference of any pair."""
    inside = np.any([np.isfinite(pair.difference) for _, pair in pairs], axis=0)
    with h5py.File(findings.path) as file:
        mean = file.get("entry/intervals/mean")
        if mean is not None and mean.shape == inside.shape:
            inside |= np.isfinite(mean[()])
    return inside


def _mean_face(findings: Findings) -> np.ndarray | None:
    """The face of the tested result, if that is still there."""
    if not h5py.is_hdf5(findings.tested):
        return None
    with h5py.File(findings.tested) as file:
        face = file.get("entry/mean_face/mean_face")
        return None if face is None else face[()]


def _photo_root(findings: Findings) -> Path | None:
    """The folder that the images' paths start from, if it is still there."""
    if not h5py.is_hdf5(findings.tested):
        return None
    with h5py.File(findings.tested) as file:
        if at("inputs") not in file:
            return None
        root = Path(file[f"{at('inputs')}/dataset"].asstr()[()])
    return root if root.is_dir() else None
