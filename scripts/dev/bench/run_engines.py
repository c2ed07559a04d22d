#!/usr/bin/env python3
"""Times the incremental engine against the full engine and Captum, side by side and in turns, and prints Markdown.

  scripts/dev/bench.sh engine [--models vgg16,resnet18,...] [--turns N] [--quick]
  scripts/dev/bench.sh engine --precision [--models ...] [--patches N]   # bfloat16 differences against float32, both incremental

Each network gets the patches at the 2,194 vertices of the canonical face in a face box crop. The full engine runs a spread sample of
them at its best batch and is charged for all 2,194, as the published code computes every one; the incremental engine runs the distinct
ones, with its clean pass. The shipped networks come from scripts/setup.sh, the others from scripts/models/make_zoo.py (random weights).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import OtherLoad, describe_machine
from measure_csm import ROOT, BenchError, run_script
from pairs import pairwise_ratio, spread
from baseline import strides_for
from run_baseline import CSM_MALLOC, Baseline, install_captum

BENCH = ROOT / "build/release/bin/csm_engine_bench"
CROP_SCALE = 1.3  # of the face box, as in the zoo's contracts
N_FULL = 64       # patches that the full engine runs
BATCHES = (8, 16, 32, 64)
PATCH_SIZES = {"gender": 8, "age": 15, "expression": 8, "pose": 15, "recognition": 8, "recognition_dlib": 10,
               "inception_v3": 20, "lightcnn9": 9}  # about 15 px of 224; the others have 224 px
SHIPPED = ("gender", "age", "expression", "pose", "recognition", "recognition_dlib")
ZOO = ("vgg16", "resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_large", "efficientnet_b0", "densenet121",
       "inception_v3", "lightcnn9")
TARGETS = {"vgg16": 8.5, "resnet18": 2.6, "resnet50": 2.4, "mobilenet_v2": 2, "inception_v3": 2, **dict.fromkeys(SHIPPED, 2)}
CAPTUM_MODELS = ("gender", "vgg16")
CAPTUM_TARGET = 10
N_CAPTUM = 128  # windows


def main(argv=None):
    given = _parse(argv)
    others = OtherLoad()
    captum = install_captum(ROOT / ".csm/bench") if given.captum and not given.precision else None
    with tempfile.TemporaryDirectory(prefix="csm_bench_") as folder:
        if given.precision:
            print_precision(given, given.patches or write_places(Path(folder)))
        else:
            print_engines(given, write_places(Path(folder)), captum)
    print(f"\nMachine: {describe_machine()}; {others}.")
    return 0


def _parse(argv):
    parser = argparse.ArgumentParser(prog="scripts/dev/bench.sh engine", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(SHIPPED + ZOO), type=lambda text: text.split(","), metavar="A,B,...")
    parser.add_argument("--turns", type=int, default=3, metavar="N")
    parser.add_argument("--captum", action=argparse.BooleanOptionalAction, default=True,
                        help="also against Captum's Occlusion (slow: VGG-16 takes minutes)")
    parser.add_argument("--precision", action="store_true", help="only --precision bfloat16 against float32")
    parser.add_argument("--patches", type=int, metavar="N", help="with --precision: N places over an ellipse, not the vertices")
    parser.add_argument("--quick", action="store_true", help="a smoke test: its figures mean nothing")
    given = parser.parse_args(argv)
    if given.patches and not given.precision:
        parser.error("--patches goes with --precision: the engines are compared on the vertices")
    unknown = [name for name in given.models if name not in SHIPPED + ZOO]
    if unknown:
        parser.error(f"--models {unknown[0]} is not known; valid: {', '.join(SHIPPED + ZOO)}")
    return given


def write_places(folder):
    """The positions of the vertices of the canonical face in its box crop, as shares of the sides, one line a vertex."""
    import h5py

    result = folder / "one.h5"
    command = [ROOT / "build/release/bin/csm_mpi", "--task", "gender_112", "--limit", "1", "--vertex-stride", "20", "--quiet", "--report", "none",
               "--output", result]
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchError(f"the vertices cannot be had: {finished.stderr[-1000:]}")
    with h5py.File(result) as file:
        vertices = file["entry/canonical/vertices"][:]
    lowest, highest = vertices.min(axis=0), vertices.max(axis=0)
    side = CROP_SCALE * (highest - lowest).max()
    places = (vertices - (lowest + highest) / 2) / side + 0.5
    path = folder / "places.txt"
    path.write_text("".join(f"{x:.6f} {y:.6f}\n" for x, y in places))
    return path


def model_file(name):
    path = ROOT / "models" / (f"{name}.pt" if name in SHIPPED else f"zoo/{name}.pt")
    if not path.exists():
        script = ["scripts/setup.sh"] if name in SHIPPED else [sys.executable, "scripts/models/make_zoo.py", name]
        subprocess.run(script, check=True, cwd=ROOT, stdout=sys.stderr)
    return path


def run_bench(name, engines, places, turns, batch_size=32, n_full=N_FULL):
    """The lines that csm_engine_bench prints."""
    command = [BENCH, model_file(name), "--engines", engines, "--patch-size", PATCH_SIZES.get(name, 15), "--patches", places,
               "--full-patches", n_full, "--batch-size", batch_size, "--turns", turns]
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchError(f"csm_engine_bench of {name}: {finished.stderr[-1000:]}")
    return [json.loads(line) for line in finished.stdout.splitlines()]


def best_batch(name, places):
    times = {batch: run_bench(name, "full", places, 1, batch)[0]["ms_per_patch"] for batch in BATCHES}
    return min(times, key=times.get)


def measure(name, places, n_places, given, captum):
    """The table's rows of one network."""
    print(f"bench: {name}", file=sys.stderr, flush=True)
    batch = 32 if given.quick else best_batch(name, places)
    full, incremental, captum_rates = [], [], []
    baseline = best_captum(name, captum, N_CAPTUM) if captum and name in CAPTUM_MODELS else None
    for _ in range(1 if given.quick else given.turns):
        # One process a turn and engine: each then has the batch that it is fastest with.
        lines = run_bench(name, "full", places, 1, batch, 8 if given.quick else N_FULL)
        full.append(lines[0]["ms_per_patch"])
        work, timed = run_bench(name, "incremental", places, 1)
        incremental.append(timed["seconds"])
        if baseline:
            captum_rates.append(baseline.rate())
    n_patches = timed["patches"]
    speed = pairwise_ratio([ms * n_places / 1e3 for ms in full], incremental)
    share = work["window_multiply_adds"] / work["multiply_adds"]
    pace = pairwise_ratio([n_patches * work["window_multiply_adds"] / s for s in incremental],
                          [work["multiply_adds"] / (ms / 1e3) for ms in full])
    rows = [f"| {name} | {spread(full)} at {batch} | {spread([1e3 * s / n_patches for s in incremental])}, {n_patches} patches | "
            f"{100 * share:.1f} % | {speed} | {met_or_missed(speed.median, TARGETS.get(name))} | {pace} |"]
    if captum_rates:
        against = pairwise_ratio([n_patches / s for s in incremental], captum_rates)
        rows.append(f"| {name} against Captum's Occlusion at its best | {spread([1e3 / rate for rate in captum_rates])} | "
                    f"the same | | {against} | {met_or_missed(against.median, CAPTUM_TARGET)} | |")
    return rows


def print_engines(given, places, captum):
    """The table of the incremental engine against the full one."""
    n_places = len(places.read_text().splitlines())
    if given.quick:
        print("Smoke test (--quick): these figures mean nothing.\n")
    print("| network | full, ms a patch | incremental, ms a patch | work by windows | speed of an image | target | work a second |")
    print("|---|---|---|---|---|---|---|")
    for name in given.models:
        print("\n".join(measure(name, places, n_places, given, captum)), flush=True)


def print_precision(given, places):
    """Time and error of bfloat16 differences against float32 values, the engines in turns within one process."""
    print("| network | float32, ms a patch | bfloat16, ms a patch | time | Pearson of the drops | error / spread of the drops |")
    print("|---|---|---|---|---|---|")
    for name in given.models:
        _, *timed, compared = run_bench(name, "incremental,bfloat16", places, given.turns)
        exact, low = ([line["ms_per_patch"] for line in timed if line["engine"] == engine] for engine in ("incremental", "bfloat16"))
        print(f"| {name} | {spread(exact)}, {timed[0]['patches']} patches | {spread(low)} | {pairwise_ratio(low, exact)} | "
              f"{compared['pearson']:.5f} | {compared['error_share']:.4f} |", flush=True)


def best_captum(name, site, n_patches):
    """Captum's Occlusion at the best of several perturbations_per_eval and layouts."""
    contract = json.loads(read_contract(model_file(name)))
    size, patch = contract["input"], PATCH_SIZES.get(name, 15)

    def baseline(per_eval, layout, n_windows):
        strides = "{},{}".format(*strides_for(n_windows, size["height"], size["width"], patch))
        arguments = ("captum", model_file(name), "--patch-size", patch, "--per-eval", per_eval, "--layout", layout, "--strides", strides)
        return Baseline(arguments, CSM_MALLOC, site)

    trials = {(per_eval, layout): baseline(per_eval, layout, 64).rate() for per_eval in (8, 16, 64)
              for layout in ("channels-last", "contiguous")}
    return baseline(*max(trials, key=trials.get), n_patches)


def read_contract(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return archive.read(next(entry for entry in archive.namelist() if entry.endswith("extra/contract.json")))


def met_or_missed(value, target):
    return "" if target is None else f">= {target:g} {'met' if value >= target else '**missed**'}"


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    run_script(main)
