#!/usr/bin/env python3
"""Measures csm_mpi against its baselines, side by side and in turns, and prints the ratios as Markdown (docs/reports/performance.md).

  a  patches per second against a bare loop of batched forwards of the same frozen network
  b  2 ranks against 1 rank, and against 2 threads
  c  peak memory at many images against few
  d  share of time outside the network's forward
  e  patches per second against Captum's Occlusion
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from machine import OtherLoad, describe_machine, describe_software
from measure_csm import ROOT, Program, run_script
from rows import Size, compare_memory, compare_ranks, compare_rates, figures_table, rows_table
from run_baseline import install_captum

QUICK_JOB = ("--vertex-stride", "200")


def main(argv=None):
    given = _parse(argv)
    load = os.getloadavg()[0]
    captum_site = install_captum(ROOT / ".csm/bench") if "e" in given.rows else None
    others = OtherLoad()
    with tempfile.TemporaryDirectory(prefix="csm_bench_") as folder:
        rows, figures = _measure(given, captum_site, Path(folder))
    if given.quick:
        print("Smoke test (--quick): these figures mean nothing.\n")
    print(rows_table(rows), figures_table(figures), sep="\n\n")
    print(f"\nMachine: {describe_machine()}.\nSoftware: {describe_software(given.program, captum_site)}.\n"
          f"Load average before the start {load:.1f}; in the meantime {others}.")
    return 0


def _parse(argv):
    parser = argparse.ArgumentParser(prog="scripts/dev/bench.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: its figures mean nothing")
    parser.add_argument("--pairs", type=_positive, metavar="N", help="turns of every comparison (default: 5, quick: 1)")
    parser.add_argument("--rows", default="a,b,c,d,e", type=_letters, metavar="A,B,...", help="comparisons (default: a,b,c,d,e)")
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/csm_mpi", help="csm_mpi to measure")
    given = parser.parse_args(argv)
    if not os.access(given.program, os.X_OK):
        parser.error(f"--program {given.program} is not a program. Build it with scripts/build.sh release csm_mpi.")
    given.program = given.program.resolve()
    return given


def _positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pairs; valid: 1, 2, ...")
    return int(text)


def _letters(text):
    letters = text.split(",")
    if not letters or not set(letters) <= set("abcde"):
        raise argparse.ArgumentTypeError(f"{text!r} names a row that is not there; valid: a, b, c, d, e, with commas")
    return letters


def _size(given):
    if given.quick:
        return Size(n_pairs=given.pairs or 1, job=QUICK_JOB, n_images_of_rate=1, n_images_of_ranks=2, n_images_of_memory=(2, 4), n_patches=200)
    return Size(n_pairs=given.pairs or 5, job=(), n_images_of_rate=2, n_images_of_ranks=16, n_images_of_memory=(20, 200), n_patches=1850)


def _measure(given, captum_site, folder):
    start = time.monotonic()

    def log(line):
        print(f"bench: {time.monotonic() - start:5.0f} s  {line}", file=sys.stderr, flush=True)

    program, size = Program(given.program, folder), _size(given)
    rows, figures = [], []
    comparisons = [
        (set("ade"), lambda: compare_rates(program, size, captum_site, given.rows, log)),
        (set("b"), lambda: compare_ranks(program, size, log)),
        (set("c"), lambda: compare_memory(program, size, folder, log))]
    for letters, compare in comparisons:
        if letters & set(given.rows):
            more_rows, more_figures = compare()
            rows += more_rows
            figures += more_figures
    return rows, figures


if __name__ == "__main__":
    run_script(main)
