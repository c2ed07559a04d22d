#!/usr/bin/env python3
"""How much of a planted cue csm_test finds in the maps of each method, by the number of persons.

    scripts/research/planted_cues.py --dataset us_congress --cues cheek_tint --strengths 1 \
        --methods csm,grad_cam,gradient --output results/planted_cues
    scripts/research/cue_power.py results/planted_cues --output results/cue_power

A network was trained to tell faces with the cue from faces without it, and mapped on held-out
faces. Two groups of random persons, one image each: of the first 100, 90 or 70 % have the cue, of
the second nobody. Prints and writes cue_power.md, with cells of four numbers: splits in which the
maps differ; splits in which the region of the cue differs most of all that do; share of its area
with p <= .05 (TFCE); the same share of the rest of the face.
"""

import argparse
import csv
import itertools
import sys
from pathlib import Path

import h5py
import numpy as np
from csm.result_schema import at
from csm.saved_maps import names_of_maps
from study.cues import CUES
from study.group_tests import LEVEL, Images, area_found, coarsen, run_tests
from study.markdown import table
from study.program import StudyError, keep_to

SHARES = (1.0, 0.9, 0.7)
MIRRORED = "_mirrored"  # the end of the name of a mirror image, which shows the same person


def main(argv=None):
    arguments = parse(argv)
    keep_to(
        arguments.output,
        **{
            name: getattr(arguments, name)
            for name in ("study", "case", "methods", "sizes", "splits", "permutations", "seed")
        },
    )
    is_marked = read_marks(arguments.study / "pictures" / f"{arguments.case}.csv")
    cases = list(itertools.product(SHARES, arguments.sizes))
    rows = []
    for method in arguments.methods:
        result = arguments.study / "results" / arguments.case / f"{method}.h5"
        images = read_images(result)
        random = np.random.default_rng(arguments.seed)
        splits = [
            draw_groups(images, is_marked, case, random)
            for _ in range(arguments.splits)
            for case in cases
        ]
        folder = arguments.output / method
        found = run_tests(
            images, splits, folder, "identity", arguments.permutations, arguments.ranks
        )
        rows += describe(method, cases, found, region_places(result, arguments, found), arguments)
    header = ["method", "with the cue", *(f"{n} persons a group" for n in arguments.sizes)]
    text = table(header, rows)
    (arguments.output / "cue_power.md").write_text(text + "\n")
    print(text)
    return 0


def read_marks(path):
    """{image: whether it has the cue}. Errors: StudyError if the study lacks the network."""
    if not path.is_file():
        raise StudyError(f"{path} does not exist. Run planted_cues.py first, or give --case.")
    with path.open(newline="") as file:
        return {row["path"]: row["cue"] == "marked" for row in csv.DictReader(file)}


def read_images(path):
    """The Images of a result; mirror images show the same person."""
    with h5py.File(path) as file:
        ids = names_of_maps(file)
    persons = [Path(name).stem.removesuffix(MIRRORED) for name in ids]
    return Images(path, ids, persons)


def draw_groups(images, is_marked, case, random):
    """{row: group}, a person once: group a with a share of marked images, group b with none."""
    share, n = case
    rows_of = images.rows_of_person()
    persons = random.permutation(sorted(rows_of)).tolist()
    wanted = [("a", True, round(share * n)), ("a", False, n - round(share * n)), ("b", False, n)]
    split = {}
    for group, mark, count in wanted:
        chosen = []
        for person in persons:
            row = next((r for r in rows_of[person] if is_marked[images.ids[r]] == mark), None)
            if row is not None and len(chosen) < count:
                chosen.append((person, row))
        if len(chosen) < count:
            raise StudyError(f"{images.path} has too few persons for groups of {n}.")
        split |= {row: group for _, row in chosen}
        persons = [person for person in persons if person not in {name for name, _ in chosen}]
    return split


def region_places(result, arguments, found):
    """(T x T) whether most of a place lies in the region of the cue; (T x T) on the face, not."""
    side = found[0].tfce.shape[0]
    with h5py.File(result) as file:
        regions = file[at("canonical/pixel_regions")][:]
        names = file[at("canonical/region_names")].asstr()[:].tolist()
    wanted = [names.index(name) for name in CUES[arguments.case.rsplit("_", 2)[0]]]
    inside = coarsen(np.isin(regions, wanted).astype(float), side) > 0.5
    return inside, ~inside


def describe(method, cases, found, places, arguments):
    """A row for each share of the cue, a column for each number of persons."""
    inside, outside = places
    regions = CUES[arguments.case.rsplit("_", 2)[0]]
    rows = []
    for share in SHARES:
        cells = []
        for n in arguments.sizes:
            own = [one for k, one in enumerate(found) if cases[k % len(cases)] == (share, n)]
            n_differ = sum(one.p_tfce <= LEVEL for one in own)
            n_first = sum(strongest_region(one) in regions for one in own)
            shares = [np.mean([area_found(one, area) for one in own]) for area in (inside, outside)]
            cells.append(
                f"{n_differ} / {n_first} of {len(own)}, "
                f"{100 * shares[0]:.0f} % / {100 * shares[1]:.0f} %"
            )
        rows.append([method, f"{100 * share:.0f} %", *cells])
    return rows


def strongest_region(one):
    """The region with the largest difference of those that differ; none if none does."""
    differing = [name for name, p in one.p_of_region.items() if p <= LEVEL]
    return max(differing, key=lambda name: abs(one.difference_of_region[name]), default=None)


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("study", type=Path, metavar="FOLDER", help="of planted_cues.py")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--case", default="cheek_tint_1_1", help="(default: cheek_tint_1_1)")
    parser.add_argument(
        "--methods",
        type=lambda text: text.split(","),
        default=["csm", "grad_cam", "gradient"],
        help="(default: csm,grad_cam,gradient)",
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(n) for n in text.split(",")],
        default=[10, 20, 50],
        metavar="N,N,...",
        help="persons of each group (default: 10,20,50)",
    )
    parser.add_argument("--splits", type=int, default=20, help="of each case (default: 20)")
    parser.add_argument("--permutations", type=int, default=199, help="(default: 199)")
    parser.add_argument("--seed", type=int, default=1, help="of the splits (default: 1)")
    parser.add_argument("--ranks", type=int, default=1, help="of csm_test (default: 1)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"cue_power: {error}", file=sys.stderr)
        sys.exit(2)
