#!/usr/bin/env python3
"""Asks whether networks whose maps are concentrated lose more accuracy on disturbed photos.

    scripts/research/robustness.py --dataset us_congress --label gender --limit 200 \
        --output results/robustness models/gender.pt models/gender_faceres.pt

For each network: how concentrated its map is (/entry/intervals), its accuracy on the photos as they
are, and what it loses when a square of the face is occluded at a random place, when noise is added,
and when the photo is blurred (section 5.7 of the paper). A loss is of the same photos, with the
jackknife's 95 % interval; the correlation of concentration and loss over networks has the p of all
their orders. Writes robustness.md and robustness.png. A study that was stopped goes on where it
was.
"""

import argparse
import csv
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from csm.intervals import margin
from csm.result_file import ResultError
from matplotlib.figure import Figure
from PIL import Image, ImageFilter
from scipy.stats import rankdata
from study.markdown import table
from study.program import Program, StudyError, add_program_options, keep_to, make_folder

OCCLUDED_SIDE = 0.35  # of a square, as part of the width of the face
NOISE = 25  # standard deviation on 0..255
BLUR = 0.03  # deviation of the Gaussian, as part of the width of the face
GREY = (128, 128, 128)


@dataclass(frozen=True)
class Network:
    """A network's answers: the share of the map's squares in the top 5 % of the face, and whether
    it is right on each image, by disturbance."""

    name: str
    top_share: tuple  # value, ends of its 95 % interval
    is_right: dict  # {disturbance: {image: bool}}, "clean" among them

    def loss(self, disturbance):
        """(loss of accuracy, half its 95 % interval, images): of those that were read in both.

        If no answer changed, an interval of no width would say too much: 3 of n then, the 95 %
        bound of a share that was never seen.
        """
        clean, disturbed = self.is_right["clean"], self.is_right[disturbance]
        images = sorted(clean.keys() & disturbed.keys())
        lost = np.array([float(clean[one]) - float(disturbed[one]) for one in images])
        half = margin(lambda weights: weights @ lost, len(lost)) if lost.any() else 3 / len(lost)
        return float(lost.mean()), half, len(images)


def main(argv=None):
    arguments = parse(argv)
    names = ("dataset", "label", "limit", "vertices", "seed")
    keep_to(arguments.output, **{name: getattr(arguments, name) for name in names})
    photos = read_photos(arguments)
    for disturbance, change in DISTURBANCES.items():
        write_photos(arguments.output / "photos", disturbance, change, photos, arguments.seed)
    program = Program(arguments.program, arguments.ranks)
    networks = [measure(program, model, arguments) for model in arguments.models]
    text = report(networks)
    (arguments.output / "robustness.md").write_text(text + "\n")
    print(text)
    draw(networks).savefig(arguments.output / "robustness.png", dpi=120)
    return 0


@dataclass(frozen=True)
class Photo:
    """A photo of the data set with its label and the box of its face [px]."""

    path: Path
    label: str
    box: tuple  # x, y, width, height
    name: str  # of its copies


def read_photos(arguments):
    """A random sample of the photos that show one face. Errors: StudyError for missing columns."""
    manifest = arguments.dataset / "manifest.csv"
    if not manifest.is_file():
        raise StudyError(f"{manifest} does not exist. It must have path, face_x ... and labels.")
    with manifest.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("n_faces", "1") == "1"]
    missing = {arguments.label, "face_x", "face_y", "face_w", "face_h"} - set(rows[0])
    if missing:
        raise StudyError(f"{manifest} has no column {', '.join(sorted(missing))}.")
    order = np.random.default_rng(arguments.seed).permutation(len(rows))[: arguments.limit]
    sides = ("face_x", "face_y", "face_w", "face_h")
    return [
        Photo(
            arguments.dataset / rows[i]["path"],
            rows[i][arguments.label],
            tuple(float(rows[i][side]) for side in sides),
            Path(rows[i]["path"]).with_suffix(".png").as_posix().replace("/", "_"),
        )
        for i in order
    ]


def leave(picture, _box, _random):
    return picture


def occlude(picture, box, random):
    """A grey square at a random place of the face."""
    x, y, width, height = box
    side = OCCLUDED_SIDE * width
    left, top = x + random.uniform(0, width - side), y + random.uniform(0, height - side)
    changed = picture.copy()
    changed.paste(GREY, tuple(round(end) for end in (left, top, left + side, top + side)))
    return changed


def add_noise(picture, _box, random):
    values = np.asarray(picture, float)
    noisy = values + random.normal(0, NOISE, values.shape)
    return Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype("u1"))


def blur(picture, box, _random):
    return picture.filter(ImageFilter.GaussianBlur(BLUR * box[2]))


DISTURBANCES = {"clean": leave, "occluded": occlude, "noisy": add_noise, "blurred": blur}


def write_photos(folder, disturbance, change, photos, seed):
    """Writes changed photos and their manifest, unless they are there."""

    def write(place):
        with (place / "manifest.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "label"])
            for i, photo in enumerate(photos):
                random = np.random.default_rng((seed, i))
                with Image.open(photo.path) as picture:
                    changed = change(picture.convert("RGB"), photo.box, random)
                changed.save(place / photo.name)
                writer.writerow([photo.name, photo.label])

    make_folder(folder / disturbance, write)


def measure(program, model, arguments):
    """The map of a network on the photos as they are, and its answers on all. Errors: StudyError."""
    is_right = {}
    for disturbance in DISTURBANCES:
        result = arguments.output / model.stem / f"{disturbance}.h5"
        is_clean = disturbance == "clean"
        vertices = arguments.vertices if is_clean else 1
        program.run(
            result,
            *("--model", model, "--task", arguments.label, "--label", "label"),
            *("--dataset", arguments.output / "photos" / disturbance),
            *("--vertices-per-image", vertices, "--confidence", "log_odds", "--max-failures", 1),
            *(() if is_clean else ("--permutations", 0)),
        )
        is_right[disturbance] = read_answers(result)
        print(f"robustness: {result}", flush=True)
    return Network(model.stem, read_top_share(arguments.output / model.stem / "clean.h5"), is_right)


def read_answers(result):
    """{image: whether the network is right} of the images with a map."""
    with h5py.File(result) as file:
        images = file["entry/images"]
        names, labels, predicted, status = (
            images[column].asstr()[:] for column in ("id", "label", "predicted", "status")
        )
    rows = zip(names, labels, predicted, status, strict=True)
    return {name: label == said for name, label, said, how in rows if how == "ok"}


def read_top_share(result):
    with h5py.File(result) as file:
        names = ("top_share", "top_share_low", "top_share_high")
        return tuple(float(file[f"entry/intervals/{name}"][()]) for name in names)


def report(networks):
    """A row a network, and what the networks say together."""
    disturbances = [name for name in DISTURBANCES if name != "clean"]
    rows = []
    for one in networks:
        value, low, high = one.top_share
        clean = list(one.is_right["clean"].values())
        losses = [one.loss(name) for name in disturbances]
        rows.append(
            [
                one.name,
                f"{value:.0%} ({low:.0%} to {high:.0%})",
                f"{np.mean(clean):.1%} of {len(clean)}",
                *(f"{100 * loss:+.1f} +- {100 * half:.1f} of {n}" for loss, half, n in losses),
            ]
        )
    header = ["network", "squares in the top 5 %", "accuracy", *disturbances]
    lines = [table(header, rows), ""]
    for name in disturbances:
        rho, p = rank_correlation(
            [one.top_share[0] for one in networks], [one.loss(name)[0] for one in networks]
        )
        lines.append(f"{name}: rank correlation of concentration and loss {rho:.2f}, p = {p:.2f}")
    return "\n".join(lines)


def rank_correlation(first, second):
    """(Spearman's rho, its two-sided p over all orders); NaN and 1 for fewer than three values.

    Up to eight values; the p of more are of as many random orders as eight have.
    """
    n = len(first)
    if n < 3:
        return float("nan"), 1.0
    ranks = [rankdata(values) for values in (first, second)]
    rho = np.corrcoef(*ranks)[0, 1]
    orders = (
        itertools.permutations(range(n))
        if n <= 8
        else (np.random.default_rng(k).permutation(n) for k in range(40320))
    )
    others = [np.corrcoef(ranks[0], ranks[1][list(order)])[0, 1] for order in orders]
    return float(rho), float(np.mean(np.abs(others) >= abs(rho) - 1e-12))


def draw(networks):
    """Loss against concentration, a panel for each disturbance."""
    disturbances = [name for name in DISTURBANCES if name != "clean"]
    figure = Figure(figsize=(4.2 * len(disturbances), 4), layout="constrained")
    for axis, name in zip(figure.subplots(1, len(disturbances)), disturbances, strict=True):
        for one in networks:
            value, low, high = one.top_share
            loss, half, _ = one.loss(name)
            ends = [[value - low], [high - value]]
            axis.errorbar([value], [loss], xerr=ends, yerr=[half], fmt="o", capsize=3)
            axis.annotate(one.name, (value, loss), xytext=(4, 5), textcoords="offset points",
                          fontsize=8)
        axis.axhline(0, color="0.7", linewidth=0.8)
        axis.set_title(name)
        axis.set_xlabel("squares in the top 5 % of the face")
        axis.set_ylabel("loss of accuracy")
    return figure


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
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    add_program_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"robustness: {error}", file=sys.stderr)
        sys.exit(3)
