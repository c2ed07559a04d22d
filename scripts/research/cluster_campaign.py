#!/usr/bin/env python3
"""How often csm_test --clusters finds a planted kind of explanations, and how often it invents one.

    scripts/research/cluster_campaign.py run.h5 --output results/clusters --repetitions 20

RESULT.h5 is a result of csm_mpi --save-cis whose maps are of one kind. To copies of its maps a
bump is added (a Gaussian on --region), of a strength that is drawn for each person: evenly spread,
with one peak, with a long tail, or not at all, which are one kind; or strong in a share of the
persons and absent in the others, which are two. With --cue the maps of a share of the persons are
those of the same photos with a planted cue. Each repetition takes a random sample of --persons, one
image each. Prints and writes clusters.md.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from csm.findings_file import read_findings_file
from csm.result_schema import at
from csm.saved_maps import names_of_maps
from power_campaign import make_bump
from study.group_tests import Images, campaign_parser, run_csm_test, write_columns
from study.markdown import percent, table
from study.program import StudyError, keep_to


def planted(share, height):
    """Strengths of a share of the persons, around a height; 0 of the others."""

    def draw(random, n):
        is_marked = np.arange(n) < round(share * n)
        return np.where(is_marked, np.abs(random.normal(height, height / 4, n)), 0)

    return draw


# Strengths in standard deviations between persons at the top of the bump.
ONE_KIND = {
    "no bump": lambda random, n: np.zeros(n),
    "even, 0 to 8": lambda random, n: random.uniform(0, 8, n),
    "one peak, 0 to 8": lambda random, n: random.beta(2, 2, n) * 8,
    "long tail (log-normal)": lambda random, n: random.lognormal(0, 1, n),
}
TWO_KINDS = {
    f"{share:.0%} of the persons, about {height}": planted(share, height)
    for share, height in ((0.05, 8), (0.15, 4), (0.15, 8), (0.5, 4), (0.5, 8))
}
CUE_SHARES = (0.05, 0.15, 0.3, 0.5)


@dataclass(frozen=True)
class Case:
    """What csm_test found: kinds, and the share of persons on the side of their kind."""

    n_kinds: int
    agreement: float


def main(argv=None):
    arguments = parse(argv)
    names = ("result", "region", "cue", "persons", "repetitions", "seed")
    keep_to(arguments.output, **{name: getattr(arguments, name) for name in names})
    images = read_images(arguments.result)
    if arguments.persons > len(images.ids):
        raise StudyError(f"{arguments.result} has {len(images.ids)} maps. Give --persons fewer.")
    rows = []
    for name, (draw, change) in cases(images, arguments).items():
        found = [
            run_case(images, change, draw, repetition, arguments)
            for repetition in range(arguments.repetitions)
        ]
        n_several = sum(one.n_kinds > 1 for one in found)
        agreements = [one.agreement for one in found if one.n_kinds == 2]
        agree = f"{np.mean(agreements):.0%}" if name not in ONE_KIND and agreements else "-"
        rows.append([name, percent(n_several, len(found)), agree])
        print(f"cluster_campaign: {rows[-1]}", flush=True)
    text = table(["planted", "several kinds found", "persons told right"], rows)
    (arguments.output / "clusters.md").write_text(text + "\n")
    print(text)
    return 0


def read_images(path):
    """The Images of a result, each a person of its own."""
    with h5py.File(path) as file:
        ids = names_of_maps(file)
    return Images(path, ids, ids)


def cases(images, arguments):
    """{name: (draws a strength for each person, function of a map's row and itself and a strength
    that gives the changed map)}: bumps by their strength [sd], or shares of persons with the cue.
    """
    if arguments.cue:
        changed = maps_by_photo(arguments.cue)

        def take(row, one, strength):
            return changed[photo_of(images.ids[row])]

        return {
            f"{share:.0%} of the persons with the cue": (planted(share, 1), take)
            for share in CUE_SHARES
        }
    bump, spread = make_bump(images, range(len(images.ids)), arguments.region)

    def add(row, one, strength):
        return one + (strength * spread * bump).astype("f4")

    return {name: (draw, add) for name, draw in (ONE_KIND | TWO_KINDS).items()}


def maps_by_photo(path):
    """{name of the photo: its map (S x S)} of a result of --save-cis."""
    with h5py.File(path) as file:
        return dict(zip(map(photo_of, names_of_maps(file)), file[at("cis/cis")][:], strict=True))


def photo_of(image_id):
    """The name of a photo, which is in one folder with the cue and in another without."""
    return image_id.rpartition("/")[2]


def run_case(images, change, draw, repetition, arguments):
    """One repetition: a sample of persons, whose maps are changed, and what is found."""
    random = np.random.default_rng((arguments.seed, repetition))
    chosen = random.permutation(len(images.ids))[: arguments.persons].tolist()
    strengths = draw(random, len(chosen))
    copy = arguments.output / "planted.h5"
    shutil.copyfile(images.path, copy)
    with h5py.File(copy, "r+") as file:
        for row, strength in zip(chosen, strengths, strict=True):
            if strength:
                file[at("cis/cis")][row] = change(row, file[at("cis/cis")][row], strength)
    manifest, output = arguments.output / "manifest.csv", arguments.output / "found.h5"
    write_columns(manifest, images, {"chosen": dict.fromkeys(chosen, "yes")})
    options = ("--where", "chosen=yes", "--clusters", "--seed", repetition)
    run_csm_test(copy, manifest, output, arguments.ranks, *options)
    clusters = read_findings_file(output).clusters
    if "were not looked for" in clusters.sentences[0]:
        raise StudyError(f"{clusters.sentences[0]} Give more --persons.")
    names = [clusters.cluster_of[images.ids[row]] for row in chosen]
    second = np.array([name != "cluster 1" for name in names])
    return Case(len(clusters.clusters), float(np.mean(second == (strengths > 0))))


def parse(argv):
    parser = campaign_parser(__doc__, exchanges=False)
    parser.add_argument(
        "--region", default="left_cheek", help="of the bump (default: left_cheek)"
    )
    parser.add_argument(
        "--cue", type=Path, metavar="OTHER.h5", help="maps of the same photos with a planted cue"
    )
    parser.add_argument("--persons", type=int, default=300, help="(default: 300)")
    parser.add_argument("--repetitions", type=int, default=20, help="(default: 20)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"cluster_campaign: {error}", file=sys.stderr)
        sys.exit(2)
