#!/usr/bin/env python3
"""How often csm_test finds a difference between random groups, which differ by chance alone.

    scripts/research/null_campaign.py us_congress.h5 --two-photos london_set.h5 --output
    results/null

Both files are results of csm_mpi --save-cis, of data sets whose manifest.csv has the column
identity. From RESULT.h5 each split draws --persons persons: two halves, or a fifth against the
rest; also with the deviations from the mean map doubled in one of the groups (of the same mean, but
not of the same spread). With --two-photos all persons with two images are split into halves, and
tested twice: persons exchanged, and images exchanged as if each were a person, which must fail.

Prints and writes rates.md: the share of the splits that are called different at .05, which should
be 5 %. Findings that are there are not made again, so that a campaign goes on.
"""

import sys
import time
from pathlib import Path

import h5py
import numpy as np
from csm.intervals import wilson
from csm.result_schema import at
from study.group_tests import campaign_parser, read_images, run_tests, write_copies
from study.markdown import table
from study.program import StudyError, keep_to

LEVEL = 0.05
DOUBLED = "doubled"  # folder of the ids of the copies with twice the deviations
ONE_FILE = {
    "balanced": (0.5, None),
    "a fifth": (0.2, None),
    "a fifth more variable": (0.2, 0),
    "a fifth less variable": (0.2, 1),
    "half more variable": (0.5, 0),
}  # share of the first group, group that is doubled
TWO_PHOTOS = {"two photos by person": "identity", "two photos by image": "image"}


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.output
    keep_to(
        folder,
        **{
            name: getattr(arguments, name)
            for name in ("result", "two_photos", "persons", "permutations", "seed")
        },
    )
    rows = []
    for number, (name, run) in enumerate(designs(arguments).items()):
        if arguments.designs and name not in arguments.designs:
            continue
        started = time.monotonic()
        found = run(np.random.default_rng([arguments.seed, number]))
        print(f"null_campaign: {name}: {time.monotonic() - started:.0f} s", flush=True)
        rows.append(
            [
                name,
                " / ".join(map(str, found[0].n_persons)),
                len(found),
                *(rate([measure(one) for one in found]) for measure in MEASURES.values()),
            ]
        )
    text = table(["groups", "persons", "splits", *MEASURES], rows)
    (folder / "rates.md").write_text(text + "\n")
    print(text)
    return 0


MEASURES = {
    "TFCE": lambda found: found.p_tfce <= LEVEL,
    "largest \\|t\\|": lambda found: found.p_fwe <= LEVEL,
    "regions": lambda found: found.p_region <= LEVEL,
    "uncorrected: \\|t\\| > 3 somewhere": lambda found: found.largest_t > 3,
}


def rate(hits):
    """Such as 4.8 % (3.1-7.3): a share with its 95 % interval (Wilson)."""
    low, high = wilson(sum(hits), len(hits))
    return f"{100 * np.mean(hits):.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def designs(arguments):
    """{name of a design: function of a random generator that gives the Found of each split}."""
    images = read_images(arguments.result)

    def run_one_file(name, share, doubled, random):
        used = (
            images
            if doubled is None
            else double_deviations(images, arguments.output / "doubled.h5")
        )
        splits = [
            split_persons(used, arguments.persons, share, doubled, random)
            for _ in range(arguments.splits)
        ]
        return run(used, splits, name, "identity")

    def run_two_photos(exchange_by, _):
        pairs = read_images(arguments.two_photos)
        random = np.random.default_rng(arguments.seed)  # the same splits, however they are tested
        splits = [halve_pairs(pairs, random) for _ in range(arguments.splits)]
        return run(pairs, splits, "two photos", exchange_by)

    def run(used, splits, name, exchange_by):
        return run_tests(
            used,
            splits,
            arguments.output / name.replace(" ", "_"),
            exchange_by,
            arguments.permutations,
            arguments.ranks,
        )

    runs = {
        name: lambda random, name=name, plan=plan: run_one_file(name, *plan, random)
        for name, plan in ONE_FILE.items()
    }
    if arguments.two_photos:
        runs |= {
            name: lambda random, by=by: run_two_photos(by, random)
            for name, by in TWO_PHOTOS.items()
        }
    return runs


def split_persons(images, n_persons, share, doubled, random):
    """{row: group} of n_persons random persons with all their images, or with the copies of them if
    the group (0 or 1) is doubled.
    """
    rows_of = images.rows_of_person()
    if n_persons > len(rows_of):
        raise StudyError(
            f"{images.path} shows {len(rows_of)} persons, and --persons is {n_persons}. Give fewer."
        )
    chosen = random.permutation(sorted(rows_of))[:n_persons]
    split = {}
    for place, person in enumerate(chosen):
        group = int(place >= round(share * n_persons))
        for row in rows_of[person]:
            if images.ids[row].startswith(f"{DOUBLED}/") == (group == doubled):
                split[row] = "ab"[group]
    return split


def halve_pairs(images, random):
    """{row: group} of a random half of the persons with two images, and of the other half."""
    rows_of = {person: rows for person, rows in images.rows_of_person().items() if len(rows) == 2}
    if len(rows_of) < 10:
        raise StudyError(
            f"{images.path} shows {len(rows_of)} persons with two images; 10 or more are needed."
        )
    persons = random.permutation(sorted(rows_of))
    return {
        row: "ab"[int(place >= len(persons) // 2)]
        for place, person in enumerate(persons)
        for row in rows_of[person]
    }


def double_deviations(images, path):
    """The first image of each person, and copies that lie twice as far from the mean map of all: of
    the same mean, with four times the variance.
    """
    rows = [rows[0] for rows in images.rows_of_person().values()]
    total, count = 0.0, 0
    with h5py.File(images.path) as file:
        for row in rows:
            one = file[at("cis/cis")][row]
            total, count = total + np.nan_to_num(one), count + ~np.isnan(one)
    mean = (total / np.maximum(count, 1)).astype("f4")
    return write_copies(images, rows, {DOUBLED: lambda one: mean + 2 * (one - mean)}, path)


def parse(argv):
    parser = campaign_parser(__doc__)
    parser.add_argument(
        "--two-photos", type=Path, metavar="FILE.h5", help="maps of persons with two images each"
    )
    parser.add_argument(
        "--splits",
        type=int,
        default=400,
        help="of each design (default: 400, which tells 5 %% to 2.2 %%)",
    )
    parser.add_argument(
        "--persons", type=int, default=200, help="of both groups together (default: 200)"
    )
    parser.add_argument(
        "--designs",
        type=lambda text: text.split(","),
        help=f"(default: all: {', '.join([*ONE_FILE, *TWO_PHOTOS])})",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"null_campaign: {error}", file=sys.stderr)
        sys.exit(2)
