#!/usr/bin/env python3
"""Times what is cheaper than every vertex of every image: the adaptive engine, and a sample of each image's vertices. Prints Markdown.

  scripts/dev/bench.sh budget [--models vgg16,resnet18] [--images N] [--share S] [--quick]

adaptive   --engine adaptive against the full engine at its best batch, charged for all vertices; the CIS against those of the exact engine.
budget     --quality draft against the published protocol (every vertex, PyTorch, batches of 16, contiguous), for one standard error of the
           CMS: a sample's variance is larger, so it is charged for as many more images. The baseline's network is frozen, which favours it.

Sample faces, one thread. Pearson correlations are over the painted pixels of each image.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from machine import OtherLoad, describe_machine
from measure_csm import ROOT, Program, run_script
from pairs import number, spread
from run_engines import PATCH_SIZES, best_batch, model_file, run_bench, met_or_missed, write_places
from run_baseline import DEFAULT_MALLOC, Baseline

ADAPTIVE_TARGETS = {"vgg16": 25, "resnet18": 8}
BUDGET_TARGETS = {"vgg16": 80}
N_BATCHES = 4  # of the baseline


@dataclass(frozen=True)
class Maps:
    """What one run took and found."""

    seconds: float         # of the loop, an image
    cis: np.ndarray        # (n_images, size, size), 0 where nothing is painted
    variance: np.ndarray   # squared standard error of the CMS
    n_patches: float       # computed, an image


def main(argv=None):
    given = _parse(argv)
    others = OtherLoad()
    rows = []
    with tempfile.TemporaryDirectory(prefix="csm_bench_") as folder:
        places = write_places(Path(folder))
        program = Program(ROOT / "build/release/bin/csm_mpi", Path(folder))
        for name in given.models:
            print(f"bench: {name}", file=sys.stderr, flush=True)
            rows += measure(name, program, places, given)
    if given.quick:
        print("Smoke test (--quick): these figures mean nothing.\n")
    print("| network | what | time of an image against the baseline's | target | against the exact maps |")
    print("|---|---|---|---|---|")
    print("\n".join(rows))
    print(f"\n{given.images} images. Machine: {describe_machine()}; {others}.")
    return 0


def _parse(argv):
    parser = argparse.ArgumentParser(prog="scripts/dev/bench.sh budget", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="vgg16,resnet18", type=lambda text: text.split(","), metavar="A,B,...")
    parser.add_argument("--images", type=int, default=12, metavar="N")
    parser.add_argument("--share", type=float, default=0.3, help="of the patches that the adaptive engine computes")
    parser.add_argument("--quick", action="store_true", help="a smoke test: its figures mean nothing")
    given = parser.parse_args(argv)
    if given.quick:
        given.images = 2
    if given.images < 2:
        parser.error("--images: a standard error needs two images")
    return given


def measure(name, program, places, given):
    """The table's rows of one network."""
    n_vertices = len(places.read_text().splitlines())
    stride = 200 if given.quick else 20

    def run(*more):
        return read_maps(program, name, given.images, stride, *more)

    exact, adaptive, draft = run(), run("--engine", "adaptive", "--adaptive-share", given.share), run("--quality", "draft")
    batch = 32 if given.quick else best_batch(name, places)
    full_ms = run_bench(name, "full", places, 1, batch, 8 if given.quick else 64)[0]["ms_per_patch"]
    published = Baseline(("forwards", model_file(name), "--layout", "contiguous", "--batch-size", 16, "--n-batches", N_BATCHES),
                      DEFAULT_MALLOC).rate()

    correlations = spread([pearson(a, b) for a, b in zip(adaptive.cis, exact.cis)])
    speed = n_vertices * full_ms / 1e3 / adaptive.seconds
    more_images = np.nanmean(draft.variance) / np.nanmean(exact.variance)
    gain = n_vertices / published / (draft.seconds * more_images)
    return [
        f"| {name} | `--engine adaptive --adaptive-share {given.share:g}`: {number(adaptive.n_patches)} of {number(exact.n_patches)} patches | "
        f"{number(speed)} times faster | {met_or_missed(speed, ADAPTIVE_TARGETS.get(name))} | Pearson of the CIS {correlations} |",
        f"| {name} | `--quality draft`: {number(draft.n_patches)} patches, {number(more_images)} times the images for one standard error | "
        f"{number(gain)} times faster | {met_or_missed(gain, BUDGET_TARGETS.get(name))} | Pearson of the CMS "
        f"{number(pearson(draft.cis.mean(axis=0), exact.cis.mean(axis=0)))} |"]


def read_maps(program, name, n_images, stride, *more):
    arguments = ("--task", "gender_112", "--model", model_file(name), "--patch-size", PATCH_SIZES.get(name, 15), "--limit", n_images,
             "--vertex-stride", stride, "--save-cis", "--prefetch", 0, *more)
    run = program.run(*map(str, arguments))
    with h5py.File(program.folder / "bench.h5") as file:
        return Maps(seconds=run.loop / run.n_images, cis=np.nan_to_num(file["entry/cis/cis"][()].astype(float)),
                    variance=file["entry/cms/cms_errors"][()].astype(float) ** 2,
                    n_patches=float(file["entry/images/n_computed"][()].mean()))


def pearson(a, b):
    painted = (a != 0) & (b != 0)
    return float(np.corrcoef(a[painted], b[painted])[0, 1])


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    run_script(main)
