#!/usr/bin/env python3
"""Asks whether networks whose maps are concentrated lose more accuracy on disturbed photos.

    scripts/research/robustness.py --dataset us_congress --label gender --limit 200 \
        --output results/robustness models/gender.pt models/gender_faceres.pt

For each network: how concentrated its map is (/entry/intervals), its accuracy on the photos as they
are, and what it loses when a square of the face is occluded at a random place, when noise is added,
and when the photo is blurred (section 5.7 of the paper). The faces are found before, so that a loss
is the network's and not the face detector's; it is of the same photos, with the jackknife's 95 %
interval. The rank correlation of concentration and loss over networks has a 95 % interval and the p
of permutations. Networks whose files are NAME_1.pt, NAME_2.pt ... differ in the seed only and make
one setting; of several settings the correlation within and between them is given, too
(train_robustness_networks.py trains such networks). Writes robustness.md, robustness.csv and
robustness.png. A study that was stopped goes on where it was.
"""

import argparse
import csv
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
from csm.intervals import margin
from csm.result_file import ResultError
from scipy.stats import norm
from study.answers import DisturbedPhotos
from study.disturbances import DISTURBANCES, Strengths
from study.markdown import table
from study.program import Program, StudyError, add_program_options, keep_to
from study.rank_correlation import (
    between,
    reliability,
    reliability_by_errors,
    together,
    within,
)
from study.robustness_figure import draw

MEASURES = ("top_share", "gini")
LEAST_AGREEMENT = 0.97  # of the answers here and in csm_mpi, whose face fits differ by rounding


@dataclass(frozen=True)
class Network:
    """A network's answers: the concentration of its map, and how often it is right on each image,
    by disturbance."""

    name: str
    concentration: dict  # {measure: (value, ends of its 95 % interval)}
    is_right: dict  # {disturbance: {image: share of its copies}}, "clean" among them

    @property
    def setting(self):
        """The name without the number of the seed."""
        return re.sub(r"_\d+$", "", self.name)

    @property
    def accuracy(self):
        return float(np.mean(list(self.is_right["clean"].values())))

    def lost(self, disturbance):
        """(images) what was right before less what is right disturbed."""
        clean, disturbed = self.is_right["clean"], self.is_right[disturbance]
        return np.array([clean[image] - disturbed[image] for image in clean])

    def loss(self, disturbance):
        """(loss of accuracy, half its 95 % interval).

        If no answer changed, an interval of no width would say too much: 3 of n then, the 95 %
        bound of a share that was never seen.
        """
        lost = self.lost(disturbance)
        half = margin(lambda weights: weights @ lost, len(lost)) if lost.any() else 3 / len(lost)
        return float(lost.mean()), half


def main(argv=None):
    arguments = parse(argv)
    torch.set_num_threads(1)
    strengths = Strengths(arguments.square, arguments.noise, arguments.grain, arguments.blur)
    names = ("dataset", "label", "limit", "vertices", "copies", "seed")
    keep_to(arguments.output, **{name: getattr(arguments, name) for name in names},
            strengths=strengths)
    sample = read_sample(arguments)
    write_sample(arguments.output / "photos.csv", sample)
    program, photos = Program(arguments.program, arguments.ranks), None
    networks = []
    for model in arguments.models:
        folder = arguments.output / model.stem
        result = map_network(program, model, folder / "clean.h5", arguments)
        answers = folder / "answers.json"
        if not answers.is_file():
            photos = photos or DisturbedPhotos(sample, strengths, arguments.copies, arguments.seed)
            part = answers.with_suffix(".part")
            part.write_text(json.dumps(photos.answers(model)))
            part.rename(answers)
        networks.append(
            Network(model.stem, read_concentration(result), json.loads(answers.read_text()))
        )
        check_agreement(networks[-1], result)
        print(f"robustness: {folder}", flush=True)
    write_answers(arguments.output, networks)
    return 0


def write_answers(folder, networks):
    """The tables, printed too, the numbers of the correlations, and the figure."""
    text = report(networks)
    (folder / "robustness.md").write_text(text + "\n")
    print(text)
    with (folder / "robustness.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["network", "setting", *MEASURES, "accuracy", *DISTURBANCES])
        for one in networks:
            values = [one.concentration[name][0] for name in MEASURES]
            losses = [one.loss(name)[0] for name in DISTURBANCES]
            writer.writerow([one.name, one.setting, *values, one.accuracy, *losses])
    draw(networks, DISTURBANCES).savefig(folder / "robustness.png", dpi=90)


def read_sample(arguments):
    """[(path, label)] of a random sample of the photos that show one face. Errors: StudyError for a
    missing manifest or column."""
    manifest = arguments.dataset / "manifest.csv"
    if not manifest.is_file():
        raise StudyError(f"{manifest} does not exist. It must have path and {arguments.label}.")
    with manifest.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("n_faces", "1") == "1"]
    missing = {"path", arguments.label} - set(rows[0] if rows else ())
    if missing:
        raise StudyError(f"{manifest} has no column {', '.join(sorted(missing))}, or no photo.")
    order = np.random.default_rng(arguments.seed).permutation(len(rows))[: arguments.limit]
    folder = arguments.dataset.resolve()
    return [(folder / rows[i]["path"], rows[i][arguments.label]) for i in order]


def write_sample(path, sample):
    """The manifest of the sample for csm_mpi."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("path", "label"), *sample])


def map_network(program, model, result, arguments):
    """The result file of a network's map on the photos as they are. Errors: StudyError."""
    return program.run(
        result,
        *("--model", model, "--task", arguments.label, "--label", "label"),
        *("--dataset", arguments.output / "photos.csv"),
        *("--vertices-per-image", arguments.vertices, "--confidence", "log_odds"),
        *("--max-failures", 1),
    )


def read_concentration(result):
    """{measure: (value, ends of its 95 % interval)} of a result. Errors: StudyError if its map has
    none."""
    with h5py.File(result) as file:
        found = {
            name: tuple(
                float(file[f"entry/intervals/{name}{end}"][()]) for end in ("", "_low", "_high")
            )
            for name in MEASURES
        }
    if not np.isfinite(list(found.values())).all():
        raise StudyError(
            f"{result}: how concentrated the map is cannot be told from so few photos and "
            "vertices. "
            "Give more with --limit or --vertices, and another --output."
        )
    return found


def check_agreement(network, result):
    """Errors: StudyError if the answers here are not those of csm_mpi, whose map they go with."""
    with h5py.File(result) as file:
        images = file["entry/images"]
        columns = (images[name].asstr()[:] for name in ("id", "label", "predicted", "status"))
        rows = [row for row in zip(*columns, strict=True) if row[3] == "ok"]
    clean = network.is_right["clean"]
    alike = [clean[name] == (label == said) for name, label, said, _ in rows if name in clean]
    if not alike or np.mean(alike) < LEAST_AGREEMENT:
        raise StudyError(
            f"{network.name}: {sum(alike)} of {len(alike)} answers are those of {result} (its map "
            "would be another network's). Remove the folder of the network, and run again."
        )


def report(networks):
    """A row a network, and what the networks say together."""
    rows = []
    for one in networks:
        value, low, high = one.concentration["top_share"]
        losses = [one.loss(name) for name in DISTURBANCES]
        rows.append(
            [
                f"`{one.name}`",
                f"{value:.0%} ({low:.0%} to {high:.0%})",
                "{:.2f} ({:.2f} to {:.2f})".format(*one.concentration["gini"]),
                f"{one.accuracy:.1%}",
                *(f"{100 * loss:+.1f} ± {100 * half:.1f}" for loss, half in losses),
            ]
        )
    header = ["network", "squares in the top 5 %", "Gini", "accuracy", *DISTURBANCES]
    n_photos = len(networks[0].is_right["clean"])
    lines = [f"{n_photos} photos; losses in points.", "", table(header, rows)]
    if len(networks) >= 3:
        lines += ["", correlations(networks), "", reliabilities(networks)]
    return "\n".join(lines)


def correlations(networks):
    """A table: for each loss and measure, Spearman's correlation over the networks, and within and
    between their settings if some have several networks."""
    settings = [one.setting for one in networks]
    has_settings, rows = 1 < len(set(settings)) < len(networks), []
    for name in DISTURBANCES:
        losses = [one.loss(name)[0] for one in networks]
        for measure in MEASURES:
            values = [one.concentration[measure][0] for one in networks]
            found = [together(values, losses)]
            if has_settings:
                found += [part(values, losses, settings) for part in (within, between)]
            rows.append([name, measure, *found])
    return table(["loss", "concentration", *(one.what for one in rows[0][2:])], rows)


def reliabilities(networks):
    """A table: how far the networks differ by more than the choice of the photos makes them."""
    columns, rows = ([""] * len(networks), [one.setting for one in networks]), []
    for name in DISTURBANCES:
        lost = np.array([one.lost(name) for one in networks])
        rows.append([f"loss, {name}", *(reliability(lost, settings) for settings in columns)])
    for name in MEASURES:
        values, low, high = np.transpose([one.concentration[name] for one in networks])
        errors = (high - low) / (2 * norm.ppf(0.975))
        found = (reliability_by_errors(values, errors, settings) for settings in columns)
        rows.append([f"{name}, at least", *found])
    rows = [[name, *(f"{value:.2f}" for value in found)] for name, *found in rows]
    return table(["reliability", "over networks", "within settings"], rows)


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL")
    parser.add_argument("--dataset", type=Path, required=True, help="with manifest.csv")
    parser.add_argument("--label", default="gender", help="column and task (default: gender)")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=200, help="photos (default: 200)")
    parser.add_argument("--vertices", type=int, default=200, help="of an image (default: 200)")
    parser.add_argument("--copies", type=int, default=5,
                        help="squares and draws of noise of a photo (default: 5)")
    parser.add_argument("--square", type=float, default=0.6, metavar="PART",
                        help="side, of the face's width (default: 0.6)")
    parser.add_argument("--noise", type=float, default=100,
                        help="standard deviation on 0..255 (default: 100)")
    parser.add_argument("--grain", type=float, default=0.02, metavar="PART",
                        help="of the noise, of the face's width (default: 0.02)")
    parser.add_argument("--blur", type=float, default=0.08, metavar="PART",
                        help="deviation, of the face's width (default: 0.08)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    add_program_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"robustness: {error}", file=sys.stderr)
        sys.exit(3)
