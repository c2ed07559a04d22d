#!/usr/bin/env python3
"""How much of a planted difference csm_test finds, by the number of persons.

    scripts/research/power_campaign.py us_congress.h5 --output results/power

RESULT.h5 is a result of csm_mpi --save-cis, of a data set whose manifest.csv has the column
identity. Two groups of random persons, one image each; to the maps of 100, 90 or 70 % of the first
a smooth bump is added: a Gaussian in a region of the face, as high as 0.5 or 1 standard deviation
between persons there. Prints and writes power.md, with cells of three numbers: the share of the
bump's area (at least half its height) with p <= .05 after enhancement; the splits in which the maps
differ at all; and the share of the face away from the bump that is called different.
"""

import itertools
import sys

import h5py
import numpy as np
from csm.result_schema import at
from study.group_tests import (
    LEVEL,
    area_found,
    campaign_parser,
    coarsen,
    read_images,
    run_tests,
    write_copies,
)
from study.markdown import table
from study.program import StudyError, keep_to

HEIGHTS = {
    "half": 0.5,
    "one": 1.0,
}  # [standard deviations between persons], by the folder of the copies
SHARES = (1.0, 0.9, 0.7)
WIDTH = 0.05  # standard deviation of the bump, part of the side of the canonical face


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.output
    keep_to(
        folder,
        **{
            name: getattr(arguments, name)
            for name in ("result", "region", "sizes", "permutations", "seed")
        },
    )
    images = read_images(arguments.result)
    rows = [rows[0] for rows in images.rows_of_person().values()]
    if 2 * max(arguments.sizes) > len(rows):
        raise StudyError(
            f"{images.path} shows {len(rows)} persons, fewer than two groups of "
            f"{max(arguments.sizes)}. Give fewer with --sizes."
        )
    bump, spread = make_bump(images, rows, arguments.region)
    print(
        f"power_campaign: persons differ by {spread:.3g} (standard deviation) where the top of "
        f"the bump lies, on {arguments.region}"
    )
    copies = {
        name: lambda one, high=height * spread * bump: one + high
        for name, height in HEIGHTS.items()
    }
    planted = write_copies(images, rows, copies, folder / "planted.h5")

    cases = list(itertools.product(HEIGHTS, SHARES, arguments.sizes))
    random = np.random.default_rng(arguments.seed)
    splits = [plant(planted, case, random) for _ in range(arguments.splits) for case in cases]
    found = run_tests(planted, splits, folder, "identity", arguments.permutations, arguments.ranks)
    text = report(cases, found, bump, arguments)
    (folder / "power.md").write_text(text + "\n")
    print(text)
    return 0


def make_bump(images, rows, region):
    """(bump (S x S) of height 1, standard deviation between persons at its top).

    Errors: StudyError for a region that the face or the maps do not have.
    """
    with h5py.File(images.path) as file:
        regions = file[at("canonical/pixel_regions")][:]
        names = file[at("canonical/region_names")].asstr()[:].tolist()
        if region not in names[1:]:
            raise StudyError(f"--region is {region!r}; valid: {', '.join(names[1:])}")
        y, x = (round(place.mean()) for place in np.nonzero(regions == names.index(region)))
        values = np.array([file[at("cis/cis")][row, y, x] for row in rows])
    spread = float(np.nanstd(values, ddof=1)) if np.isfinite(values).sum() > 1 else np.nan
    if np.isnan(spread):
        raise StudyError(f"{images.path} has no maps in the middle of --region {region}.")
    down, right = np.indices(regions.shape)
    width = WIDTH * regions.shape[0]
    bump = np.exp(-((down - y) ** 2 + (right - x) ** 2) / (2 * width**2)).astype("f4")
    return bump, spread


def plant(images, case, random):
    """{row: group} of two groups of random persons; a share of the first has the bump."""
    height, share, n = case
    rows_of = images.rows_of_person()
    split = {}
    for place, person in enumerate(random.permutation(sorted(rows_of))[: 2 * n]):
        is_planted = place < round(share * n)
        row = next(
            row
            for row in rows_of[person]
            if images.ids[row].startswith(f"{height}/") == is_planted
            and (
                is_planted or not images.ids[row].startswith(tuple(f"{name}/" for name in HEIGHTS))
            )
        )
        split[row] = "a" if place < n else "b"
    return split


def report(cases, found, bump, arguments):
    """A row for each height and share, a column for each number of persons."""
    side = found[0].tfce.shape[0]
    coarse = coarsen(bump, side)
    rows = []
    for height, share in itertools.product(HEIGHTS, SHARES):
        cells = []
        for n in arguments.sizes:
            own = [
                one for k, one in enumerate(found) if cases[k % len(cases)] == (height, share, n)
            ]
            n_differ = sum(one.p_tfce <= LEVEL for one in own)
            inside = np.mean([area_found(one, coarse >= 0.5) for one in own])
            outside = np.mean([area_found(one, coarse < 0.01) for one in own])
            cells.append(f"{100 * inside:.0f} % / {n_differ} of {len(own)} / {100 * outside:.1f} %")
        rows.append([f"{HEIGHTS[height]:g}", f"{100 * share:.0f} %", *cells])
    return table(
        ["height [sd]", "of the images", *(f"{n} persons a group" for n in arguments.sizes)], rows
    )


def parse(argv):
    parser = campaign_parser(__doc__)
    parser.add_argument(
        "--region", default="left_cheek", help="where the bump lies (default: left_cheek)"
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(n) for n in text.split(",")],
        default=[20, 50, 100, 200],
        metavar="N,N,...",
        help="persons of each group (default: 20,50,100,200)",
    )
    parser.add_argument("--splits", type=int, default=20, help="of each case (default: 20)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"power_campaign: {error}", file=sys.stderr)
        sys.exit(2)
