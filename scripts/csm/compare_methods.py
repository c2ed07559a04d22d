"""Draws maps of csm_mpi side by side, with their pairwise correlations over the face: of several
result files, such as one for each --method, or of one with --evaluate, which holds the map of every
method that it evaluated.

    csm methods results/gender*.h5 --output results/gender_methods.png
    csm methods results/gender_evaluated.h5 --output results/gender_methods.png

With --image the maps of one photo beside it (the paper's Fig. 2), from results made with
--save-cis:

    csm methods results/gender*.h5 --image 055f.jpg --output results/055f.png
"""

import argparse
import dataclasses
import itertools
import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageOps

from csm.compare import agreement
from csm.draw.colours import choose_scale, signed_colour_map
from csm.draw.map_figure import add_bar
from csm.draw.map_figure import draw_map as draw_over_face
from csm.result_file import ResultError, read_result
from csm.saved_maps import read_image_map

N_COLUMNS = 5


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", metavar="RESULT.h5", nargs="+")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("methods.png"),
        metavar="PICTURE.png",
        help="(default: methods.png)",
    )
    parser.add_argument(
        "--image",
        metavar="NAME",
        help=(
            "compare the maps of this image instead of the CMS: its path in the data set or the end"
            " of it"
        ),
    )
    parser.add_argument(
        "--picture",
        type=Path,
        help=(
            "photo to show with --image (default: the image in the run's data set, if that is a"
            " folder)"
        ),
    )
    arguments = parser.parse_args(argv)
    results, picture = [read_result(path) for path in arguments.results], None
    if arguments.image:
        results, picture = of_image(named(results), arguments.image, arguments.picture)
    else:
        results = named([one for result in results for one in (result, *by_method(result))])
    if len(results) < 2 and not arguments.image:
        raise ResultError(
            f"{arguments.results[0]} holds one map, so there is nothing beside it. Give a result"
            " file for each --method, or one that csm_mpi made with --evaluate."
        )
    pairs = correlations(results)
    print(describe(results, pairs))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    figure = draw(results, pairs, arguments.image, picture)
    figure.savefig(arguments.output, dpi=110)
    print(f"csm methods: {arguments.output}")
    return 0


def by_method(result):
    """A result for each method that a run with --evaluate evaluated, with the map of that
    method."""
    return [
        dataclasses.replace(
            result, cms=cms, facts=result.facts | {"method": method}, convergence={}
        )
        for method, cms in result.methods.items()
    ]


def named(results):
    """{name: result}: the method, with the file's name if two results have the same method."""
    methods = [str(result.facts.get("method", "csm")) for result in results]
    names = [
        method if methods.count(method) == 1 else f"{method} ({result.path.stem})"
        for method, result in zip(methods, results, strict=False)
    ]
    if len(set(names)) < len(names):
        raise ResultError("a result file is given twice. Give each once.")
    return dict(zip(names, results, strict=False))


def of_image(results, name, picture=None):
    """({name: result whose map is that of the image}, the photo as an array or None). Errors:
    ResultError if results mean different images by the name."""
    found = {method: read_image_map(result.path, name) for method, result in results.items()}
    images = sorted({image for image, _ in found.values()})
    if len(images) > 1:
        raise ResultError(
            f"--image {name} is {images[0]} in one result and {images[1]} in another. Give more of"
            " its path."
        )
    changed = {
        method: dataclasses.replace(results[method], cms=cis, convergence={})
        for method, (_, cis) in found.items()
    }
    path = picture or Path(str(next(iter(results.values())).inputs.get("dataset", ""))) / images[0]
    if not path.is_file():
        if picture:
            raise ResultError(f"--picture {picture} does not exist.")
        return changed, None
    return changed, np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def correlations(results):
    """{(name, name): Agreement} of every two maps on the pixels that both cover."""
    return {
        (a, b): agreement(results[a].cms, results[b].cms)
        for a, b in itertools.combinations(results, 2)
    }


def correlation_matrix(results, pairs):
    """(n x n): Pearson below the diagonal, Spearman above, NaN on it."""
    names = list(results)
    matrix = np.full((len(names), len(names)), np.nan)
    for (a, b), found in pairs.items():
        matrix[names.index(b), names.index(a)] = found.pearson
        matrix[names.index(a), names.index(b)] = found.spearman
    return matrix


def describe(results, pairs):
    """The maps and their correlations as text."""
    width = max(map(len, results))
    lines = [f"{'method':<{width}}  images     lowest    highest  r of halves  file"]
    for name, result in results.items():
        values = result.cms.mean[result.cms.covered]
        halves = result.convergence.get("pearson_of_halves", [np.nan])
        lines.append(
            f"{name:<{width}}  {result.cms.n_images:>6} {values.min():>10.3g} {values.max():>10.3g}"
            f" {halves[-1]:>12.2f}  {result.path}"
        )
    lines += ["", "Correlations over the face: Pearson below the diagonal, Spearman above."]
    lines.append(" " * width + "".join(f"{number:>7}" for number in range(1, len(results) + 1)))
    for number, (name, row) in enumerate(
        zip(results, correlation_matrix(results, pairs), strict=False), 1
    ):
        lines.append(
            f"{name:<{width}}"
            + "".join("      -" if np.isnan(r) else f"{r:>7.2f}" for r in row)
            + f"  {number}"
        )
    return "\n".join(lines)


def draw(results, pairs, image=None, picture=None):
    """A tile for each map, each with its own scale, after the photo if there is one, and the table
    of correlations below."""
    n_tiles = len(results) + (picture is not None)
    n_columns = min(N_COLUMNS, n_tiles)
    n_rows = math.ceil(n_tiles / n_columns)
    has_table = len(results) > 1
    table_height = 0.42 * len(results) + 1.6 if has_table else 0.01
    figure = Figure(
        figsize=(3.5 * max(n_columns, 3), 3.3 * n_rows + table_height), layout="constrained"
    )
    top, bottom = (
        figure.subfigures(2, 1, height_ratios=(3.3 * n_rows, table_height))
        if has_table
        else (figure, None)
    )
    axes = np.ravel(top.subplots(n_rows, n_columns, squeeze=False))
    for axis in axes:
        axis.set_axis_off()
    if picture is not None:
        axes[0].imshow(picture)
        axes[0].set_title(image, fontsize=11)
    for axis, (name, result) in itertools.zip_longest(
        axes[n_tiles - len(results) :], results.items(), fillvalue=(None, None)
    ):
        if name is not None:
            scale = draw_map(axis, result)
            axis.set_title(name, fontsize=11)
            add_bar(top, axis, scale, "", shrink=0.75)
    first = next(iter(results.values()))
    of = f"maps of {image} on the canonical face" if image else "canonical maps"
    top.suptitle(
        f"{first.facts.get('task', '')}: {of} by method, each on its own scale; the subject's left"
        " is on the right"
    )
    if bottom is not None:
        draw_table(bottom.subplots(), results, pairs)
    return figure


def draw_map(axis, result):
    """Draws the map over the grey face, signed ones around zero; returns its scale."""
    shown = result.cms.shown()
    scale = choose_scale([shown])
    draw_over_face(axis, shown, result.cms.errors, scale, result.mean_face)
    return scale


def draw_table(axis, results, pairs):
    """The matrix of correlations as coloured numbers."""
    matrix = correlation_matrix(results, pairs)
    axis.imshow(matrix, cmap=signed_colour_map(), vmin=-1.4, vmax=1.4, aspect="auto")
    for (row, column), value in np.ndenumerate(matrix):
        axis.text(
            column,
            row,
            "–" if np.isnan(value) else f"{value:.2f}",
            ha="center",
            va="center",
            fontsize=9,
        )
    axis.set_xticks(range(len(results)), list(results), rotation=35, ha="right", fontsize=9)
    axis.set_yticks(range(len(results)), list(results), fontsize=9)
    axis.tick_params(length=0)
    axis.set_title(
        "correlation over the face: Pearson below the diagonal, Spearman above", fontsize=11
    )
