#!/usr/bin/env python3
"""How often the 95 % intervals of csm_test hold the map of all persons, for maps of some of them.

    scripts/research/coverage_campaign.py us_congress.h5 --output results/coverage

RESULT.h5 is a result of csm_mpi --save-cis of a data set whose manifest.csv has the column
identity. Its persons, one image each, are the population. Each repetition draws --persons of them
with repetition (the file gets copies of each map, which count as persons of their own) and
estimates the intervals of their mean map.

Prints and writes coverage.md: the share of the face whose interval holds the population's mean
there, the same for regions, and in how many repetitions a band holds it at all places at once.
Repetitions that are there are not made again, so that a campaign goes on.
"""

import sys

import h5py
import numpy as np
from csm.intervals import wilson
from study.group_tests import (
    campaign_parser,
    read_images,
    run_csm_test,
    write_columns,
    write_copies,
)
from study.markdown import table
from study.program import StudyError, keep_to


def main(argv=None):
    arguments = parse(argv)
    folder = arguments.output
    keep_to(
        folder,
        **{name: getattr(arguments, name) for name in ("result", "seed")},
    )
    images = read_images(arguments.result)
    rows = [of_person[0] for of_person in images.rows_of_person().values()]
    draws = {n: draw_all(n, len(rows), arguments) for n in arguments.persons}

    # A person who is drawn again is a copy of its own.
    most = max(int(counts.max()) for of_n in draws.values() for counts in of_n)
    names = [f"copy_{k}" for k in range(1, most)]
    path = folder / f"copies_{most}.h5"
    copies = write_copies(images, rows, dict.fromkeys(names, lambda one: one), path)
    truth = estimate(copies, range(len(rows)), folder / "population", arguments)

    cells = []
    for n, of_n in draws.items():
        found = []
        for number, counts in enumerate(of_n):
            drawn = [k * len(rows) + row for row, times in enumerate(counts) for k in range(times)]
            found.append(estimate(copies, drawn, folder / f"{n}_{number:03}", arguments))
        cells.append(describe(n, found, truth))
        print(f"coverage_campaign: {n} persons", flush=True)
    text = table(
        [
            "persons",
            "repetitions",
            "places",
            "1.96 standard errors",
            "regions",
            "all places at once",
            "all regions at once",
            "half width of the band / of a place",
        ],
        cells,
    )
    (folder / "coverage.md").write_text(text + "\n")
    print(text)
    return 0


def draw_all(n, n_persons, arguments):
    """How often each person is drawn, of each repetition."""
    random = np.random.default_rng([arguments.seed, n])
    shares = np.full(n_persons, 1 / n_persons)
    return [random.multinomial(n, shares) for _ in range(arguments.repetitions)]


def estimate(images, rows, base, arguments):
    """The intervals of the images of some rows: a dictionary of arrays."""
    output = base.with_suffix(".h5")
    if not output.is_file():
        manifest = base.with_suffix(".csv")
        write_columns(manifest, images, {"drawn": dict.fromkeys(map(int, rows), "yes")})
        run_csm_test(
            images.path,
            manifest,
            output,
            arguments.ranks,
            "--where",
            "drawn=yes",
            "--exchange-by",
            "image",
        )
    with h5py.File(output) as file:
        group = file["entry/intervals"]
        found = {
            name: group[name][()]
            for name in (
                "mean",
                "mean_errors",
                "half_width",
                "band_factor",
                "n_persons",
            )
        }
        regions = group["regions"]
        found["regions"] = dict(
            zip(
                regions["name"].asstr()[:],
                zip(
                    *(regions[name][:] for name in ("mean", "low", "high", "band_low", "band_high"))
                ),
            )
        )
    return found


def describe(n, found, truth):
    """A row of the table."""
    places, normals, regions, bands, region_bands, factors = [], [], [], [], [], []
    for one in found:
        off = np.abs(one["mean"] - truth["mean"])
        known = np.isfinite(one["half_width"]) & np.isfinite(off)
        places.append(np.mean(off[known] <= one["half_width"][known]))
        normals.append(np.mean(off[known] <= 1.96 * one["mean_errors"][known]))
        if np.isfinite(one["band_factor"]):
            bands.append(np.all(off[known] <= one["band_factor"] * one["half_width"][known]))
            factors.append(float(one["band_factor"]))
        means = {name: truth["regions"][name][0] for name in one["regions"]}
        ends = one["regions"].items()
        regions.append(np.mean([low <= means[name] <= high for name, (_, low, high, *_) in ends]))
        region_bands.append(all(low <= means[name] <= high for name, (*_, low, high) in ends))
    return [
        n,
        len(found),
        with_error(places),
        with_error(normals),
        with_error(regions),
        rate(bands),
        rate(region_bands),
        f"{np.median(factors):.2g}" if factors else "none",
    ]


def with_error(shares):
    """Such as 95.1 % (± 0.4): the mean over repetitions and its standard error."""
    if len(shares) == 1:
        return f"{100 * shares[0]:.1f} %"
    return f"{100 * np.mean(shares):.1f} % (± {100 * np.std(shares) / len(shares) ** 0.5:.1f})"


def rate(hits):
    """Such as 94 % (88-97): a share of repetitions with its 95 % interval (Wilson)."""
    if not hits:
        return "no band"
    low, high = wilson(int(sum(hits)), len(hits))
    return f"{100 * np.mean(hits):.0f} % ({100 * low:.0f}-{100 * high:.0f})"


def parse(argv):
    parser = campaign_parser(__doc__, exchanges=False)
    parser.add_argument(
        "--persons",
        type=lambda text: [int(n) for n in text.split(",")],
        default=[30, 100, 500],
        help="in each draw (default: 30,100,500)",
    )
    parser.add_argument("--repetitions", type=int, default=200, help="(default: 200)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"coverage_campaign: {error}", file=sys.stderr)
        sys.exit(2)
