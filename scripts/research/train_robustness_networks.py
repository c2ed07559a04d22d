#!/usr/bin/env python3
"""Trains small networks that differ in one factor of their training and in its seed, for
robustness.py.

    scripts/research/train_robustness_networks.py --held-out-of us_congress \
        --training fairface540 london_set lfw_fold1 --output results/robustness_networks

Each data set has a manifest.csv with path, identity and the label; images of one face are used.
Of the first data set, --held-out persons, as many of each class, are kept out of all training:
OUTPUT/held_out has their manifest, for robustness.py. The settings (study/training_settings.py):
`plain` varies place, size, turn and light; `fixed` does not; besides, `erased` occludes a random
square, `upper` the lower half of the input, `lower` the upper half, and `coarse` adds noise or
blurs. Writes OUTPUT/networks/SETTING_SEED.pt, with contracts, and prints how many held-out persons
each classifies right. Networks that are there already are kept.
"""

import argparse
import sys
from pathlib import Path

import torch
from csm.contract import load_model
from study.cue_network import crop, export, normalise
from study.labelled_faces import hold_out, read_images, read_portraits, write_manifest
from study.markdown import percent, table
from study.program import ROOT, StudyError, keep_to
from study.training_settings import N_STEPS, SETTINGS, train

CLASSES = ("female", "male")


def main(argv=None):
    arguments = parse(argv)
    torch.set_num_threads(arguments.threads)
    names = ("held_out_of", "training", "label", "classes", "held_out", "steps", "seed")
    keep_to(arguments.output, **{name: getattr(arguments, name) for name in names})

    images = read_images(arguments.held_out_of, arguments.label)
    training, held_out = hold_out(images, arguments.classes, arguments.held_out, arguments.seed)
    training += [
        image for folder in arguments.training for image in read_images(folder, arguments.label)
    ]
    write_manifest(arguments.output / "held_out" / "manifest.csv", held_out, arguments.label)
    faces = read_portraits(training, arguments.classes, arguments.output / "training.npz")
    unseen = read_portraits(held_out, arguments.classes, arguments.output / "held_out.npz")
    log(f"{len(faces[1])} faces for training, {len(unseen[1])} held out")

    rows = []
    for seed in range(1, arguments.seeds + 1):
        for name in arguments.settings:
            path = make_network(name, seed, faces, arguments)
            n_right = count_right(path, *unseen)
            rows.append([name, seed, percent(n_right, len(unseen[1]))])
            log(f"{path}: {rows[-1][-1]}")
    print(table(["setting", "seed", "right of the held-out persons"], sorted(rows)))
    return 0


def make_network(name, seed, faces, arguments):
    """The file of a network, trained unless it is there."""
    path = arguments.output / "networks" / f"{name}_{seed}.pt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        training = train(*faces, SETTINGS[name], seed, arguments.steps)
        export(training, path, f"{arguments.label}, {name} {seed}", task=arguments.label,
               classes=arguments.classes, source="scripts/research/train_robustness_networks.py")
    return path


def count_right(path, portraits, numbers):
    """How many portraits the network of a file classifies as they are labelled."""
    network, contract = load_model(path)
    inputs = crop(portraits, torch.zeros(len(portraits), 4))
    inputs = normalise(inputs, contract["input"]["mean"], contract["input"]["std"])
    with torch.no_grad():
        return int((network(inputs).argmax(1) == numbers).sum())


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--held-out-of", type=Path, required=True, metavar="FOLDER",
                        help="data set of the held-out persons; its other persons train")
    parser.add_argument("--training", type=Path, nargs="*", default=[], metavar="FOLDER",
                        help="data sets that only train")
    parser.add_argument("--label", default="gender", help="column (default: gender)")
    parser.add_argument("--classes", nargs=2, default=list(CLASSES), help="(default: female male)")
    parser.add_argument("--held-out", type=int, default=200, help="persons (default: 200)")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS),
                        help=f"(default: {' '.join(SETTINGS)})")
    parser.add_argument("--seeds", type=int, default=4, help="of each setting (default: 4)")
    parser.add_argument("--steps", type=int, default=N_STEPS, help=f"(default: {N_STEPS})")
    parser.add_argument("--seed", type=int, default=1, help="of the held-out persons (default: 1)")
    parser.add_argument("--threads", type=int, default=1, help="(default: 1)")
    parser.add_argument("--output", type=Path, default=ROOT / "results/robustness_networks",
                        metavar="FOLDER", help="(default: results/robustness_networks)")
    return parser.parse_args(argv)


def log(line):
    print(f"train_robustness_networks: {line}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        print(f"train_robustness_networks: {error}", file=sys.stderr)
        sys.exit(3)
