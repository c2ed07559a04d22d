#!/usr/bin/env python3
"""Writes well-known convolutional networks with random weights as CSM model files.

They know nothing about faces: they are there to test and time the engine on the layers that real networks are made of.

Example (all of them, then a small one for a quick test):
  scripts/models/make_zoo.py
  scripts/models/make_zoo.py resnet18 --width 0.25 --input-size 64 --output /tmp/zoo
"""

import argparse
import multiprocessing
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
from csm.contract import ContractError, save_model, trace
from csm.normalisations import NORMALISATIONS
from zoo.catalogue import ARCHITECTURES, build, measure_cost
from zoo.random_weights import draw_weights

CROP = {"rule": "face_box", "scale": 1.3}
WIDEST = 4


def main(argv=None):
    arguments = _parse(argv)
    arguments.output.mkdir(parents=True, exist_ok=True)
    tasks = [(name, arguments) for name in arguments.names]
    # A process per network: torch numbers the classes of a file by what the process has traced before, and a file should
    # have the same bytes whichever networks are written with it.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for line in pool.imap(_write, tasks, chunksize=1):
            print(line, flush=True)
    return 0


def _write(task):
    """Writes one model file; the line to print."""
    name, arguments = task
    torch.set_num_threads(1)  # the fitted statistics are sums, and the number of threads decides their order
    contract = build_contract(name, arguments.n_classes, arguments.width, arguments.input_size, arguments.seed)
    side = contract["input"]["height"]
    network = build(name, arguments.n_classes, arguments.width, side)
    draw_weights(network, side, arguments.seed)
    worst = save_model(trace(network, contract), contract, arguments.output / f"{name}.pt")
    parameters, multiply_adds = measure_cost(name, arguments.n_classes, arguments.width, side)
    return (f"zoo: {name}.pt: {side} px, {parameters / 1e6:.2f} M parameters, {multiply_adds / 1e9:.3f} G multiply-adds, "
            f"batch against single {worst:.1e}")


def build_contract(name, n_classes, width, input_size, seed):
    """The contract of a network; `input_size` [px] None is the paper's."""
    side = input_size or ARCHITECTURES[name].input_size
    mean, std = NORMALISATIONS["imagenet"]
    binary = n_classes == 2
    return {"csm_contract": 1, "name": f"{ARCHITECTURES[name].title} with random weights", "role": "classifier",
            "task": "gender" if binary else "random",
            "input": {"height": side, "width": side, "colour": "rgb", "mean": mean, "std": std}, "crop": CROP,
            "outputs": [{"name": "logits", "kind": "logit", "size": n_classes}],
            "classes": ["male", "female"] if binary else [f"class_{i}" for i in range(n_classes)],
            "source": f"random weights of scripts/models/make_zoo.py, width {width:g}, seed {seed}", "licence": "BSD-3-Clause"}


def _parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(ARCHITECTURES), metavar="NAME",
                        help=f"any of {', '.join(ARCHITECTURES)}; default: all")
    parser.add_argument("--input-size", type=int, metavar="PX", help="side of the input [px]; default: the paper's")
    parser.add_argument("--width", type=float, default=1.0, metavar="SHARE",
                        help="share of the paper's channel counts, in multiples of 8 (default 1)")
    parser.add_argument("--n-classes", type=int, default=2, help="default 2: male, female")
    parser.add_argument("--seed", type=int, default=1, help="of all weights (default 1)")
    parser.add_argument("--output", type=Path, default=ROOT / "models/zoo", metavar="DIR", help="folder to write to")
    arguments = parser.parse_args(argv)
    unknown = sorted(set(arguments.names) - set(ARCHITECTURES))
    if unknown:
        parser.error(f"no network is called {', '.join(unknown)}; valid: {', '.join(ARCHITECTURES)}")
    if not 0 < arguments.width <= WIDEST:
        parser.error(f"--width {arguments.width:g} is not a share; valid: above 0, at most {WIDEST}")
    if arguments.n_classes < 2:
        parser.error(f"--n-classes {arguments.n_classes} leaves nothing to tell apart; valid: 2 or more")
    for name in arguments.names:
        smallest = ARCHITECTURES[name].smallest
        if arguments.input_size is not None and arguments.input_size < smallest:
            parser.error(f"--input-size {arguments.input_size} is too small for {name} (its last map would be empty); "
                         f"valid: {smallest} or more")
    return arguments


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ContractError) as error:
        print(f"make_zoo: {error}", file=sys.stderr)
        sys.exit(2)
