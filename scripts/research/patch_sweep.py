#!/usr/bin/env python3
"""How the size of the patch and the stride change the map of a network (the paper's 5.5, Fig. 18).

    scripts/research/patch_sweep.py --output results/patch_sweep -- --task gender

What follows -- goes to csm_mpi. The paper's setting, a patch of 15 of 224 pixels at every vertex,
is the reference; each other map of the same images is compared with it: Pearson's r over the face
and the share of the face that its positive values fill, with the jackknife's 95 % interval over the
images, and how many patches an image costs. Writes patch_sweep.md and patch_sweep.png. A study that
was stopped goes on where it was.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from csm.compare import pearson
from csm.intervals import margin
from csm.result_file import ResultError
from csm.saved_maps import read_saved_maps
from matplotlib.figure import Figure
from study.blur_scores import effective_share
from study.map_agreement import weighted_cms
from study.map_tile import draw_tile
from study.markdown import table
from study.program import Program, StudyError, add_program_options, keep_to

PATCHES = (0.03, 0.067, 0.1, 0.15, 0.25)  # parts of the side of the input; the paper's is 15 / 224
STRIDES = (20, 80, 320)
REFERENCE = (0.067, 20)


@dataclass(frozen=True)
class Setting:
    """One map: its patch [px of the input], stride, patches an image, and the saved maps."""

    part: float
    patch: int
    stride: int
    n_patches: float
    maps: object


def main(argv=None):
    arguments = parse(argv)
    keep_to(arguments.output, side=arguments.input_side, run=" ".join(arguments.run))
    program = Program(arguments.program, arguments.ranks)
    settings = {
        (part, stride): measure(program, part, stride, arguments)
        for part in PATCHES
        for stride in STRIDES
    }
    reference = settings[REFERENCE]
    rows = [describe(one, reference) for one in settings.values()]
    header = ["patch [px]", "stride", "patches an image", "r with the reference", "face filled"]
    text = table(header, rows)
    (arguments.output / "patch_sweep.md").write_text(text + "\n")
    print(text)
    draw(settings).savefig(arguments.output / "patch_sweep.png", dpi=100)
    return 0


def measure(program, part, stride, arguments):
    """The maps of one patch and stride. Errors: StudyError with the program's own message."""
    patch = max(1, round(part * arguments.input_side))
    result = program.run(
        arguments.output / f"patch{patch}_stride{stride}.h5",
        *arguments.run,
        *("--patch-size", patch, "--vertex-stride", stride),
        *("--canonical-size", 192, "--save-cis", "--permutations", 0),
    )
    print(f"patch_sweep: {result}", flush=True)
    with h5py.File(result) as file:
        n_patches = float(np.mean(file["entry/images/n_patches"][:]))
    maps = read_saved_maps(result)
    if not maps.regions.any():
        raise StudyError(
            f"{result} has no regions of the face, over which maps are compared. Give the picture "
            "of the canonical face with --canonical-image, or let csm_mpi fit the meshes."
        )
    return Setting(part, patch, stride, n_patches, maps)


def describe(one, reference):
    """A row of the table."""
    values, wanted = values_of_same_images(one.maps, reference.maps)
    n = len(values)
    r = pearson(weighted_cms(values), weighted_cms(wanted))
    r_margin = margin(lambda w: pearson(weighted_cms(values, w), weighted_cms(wanted, w)), n)
    filled = effective_share(weighted_cms(values))
    filled_margin = margin(lambda w: effective_share(weighted_cms(values, w)), n)
    return [
        one.patch,
        one.stride,
        f"{one.n_patches:.0f}",
        "the reference" if one is reference else f"{r:.2f} +- {r_margin:.2f}",
        f"{filled:.0%} +- {filled_margin:.0%}",
    ]


def values_of_same_images(maps, others):
    """The values (n x P) of both for the images that both have, in one order.

    An image may have a map at one setting only: the model may lose the face under a larger patch.
    Errors: StudyError if they share no image.
    """
    row_of, other_row_of = (
        {name: row for row, name in enumerate(of.images)} for of in (maps, others)
    )
    shared = [name for name in maps.images if name in other_row_of]
    if not shared:
        raise StudyError("Two settings share no image with a map. Use more images (--limit).")
    rows, other_rows = ([of[name] for name in shared] for of in (row_of, other_row_of))
    return maps.take(rows).values(), others.take(other_rows).values()


def draw(settings):
    """The maps, a row for each stride and a column for each patch."""
    figure = Figure(figsize=(2.4 * len(PATCHES), 2.6 * len(STRIDES)), layout="constrained")
    axes = figure.subplots(len(STRIDES), len(PATCHES), squeeze=False)
    for row, stride in zip(axes, STRIDES, strict=True):
        for axis, part in zip(row, PATCHES, strict=True):
            one = settings[part, stride]
            title = f"patch {one.patch} px, stride {stride}"
            draw_tile(axis, weighted_cms(one.maps.values()), one.maps.regions > 0, title)
    return figure


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--input-side", type=int, default=224, help="of the network's input [px] (default: 224)"
    )
    add_program_options(parser)
    own, run = (argv or sys.argv[1:]), []
    if "--" in own:
        place = own.index("--")
        own, run = own[:place], own[place + 1 :]
    arguments = parser.parse_args(own)
    arguments.run = run or parser.error("write -- and the options of csm_mpi, such as --task")
    return arguments


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"patch_sweep: {error}", file=sys.stderr)
        sys.exit(3)
