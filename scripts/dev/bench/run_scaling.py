#!/usr/bin/env python3
"""Measures what ranks cost (docs/reports/scaling.md); usage: scripts/dev/bench.sh scaling [--rows a,b,c,d,e] [--pairs N] [--quick]

  a  gender job: 2 ranks x 1 thread against 1 rank x 1 thread, beside two bare loops against one (the machine's ceiling)
  b  share of the time that a network which only sleeps leaves to the program itself, at 2 to 32 ranks
  c  the same with one rank slowed 5x, against the ideal finish time, --schedule dynamic and static
  d  resident memory of a rank against the number of images, tiny network
  e  a model of 64 to 4,096 GPUs from these; no measurement
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import h5py
import synthetic_run
from machine import OtherLoad, describe_machine
from measure_csm import ROOT, BenchError, Program, run_script
from pairs import measure_in_turns, pairwise_ratio, spread
from rows import Figure, Row, Size, compare_ranks, figures_table, rows_table
from scaling_model import model_table

OVERSUBSCRIBED = (2, 4, 8, 16, 32)
SLOW_FACTOR = 5
SLEEPING = """
def forward(self, x):
    y = torch.ops.csm_bench.sleep(x, {seconds})
    return (y.unsqueeze(1) * self.weight).flatten(2).sum(2)
"""


@dataclass(frozen=True)
class Sleeper:
    """csm_mpi with a network that sleeps: what it takes beside the sleep is the program's own time."""

    program: Path
    library: Path
    data: synthetic_run.Data

    def lag(self, n_ranks, n_images, seconds, schedule="dynamic", slow_rank=None, checkpoint_interval=300):
        """(wall time from the start of the images to the whole result file [s], ideal time [s]), `seconds` for a patch."""
        output = self.data.folder / "scaling.h5"
        output.unlink(missing_ok=True)
        synthetic_run.save_model(self.data.folder / "classifier.pt", SLEEPING.format(seconds=seconds), self.data.weight("classifier"))
        arguments = [*self.data.arguments(output), "--limit", str(n_images), "--schedule", schedule,
                 "--checkpoint-interval", str(checkpoint_interval), "--canonical-size", "619", "--engine", "full"]
        more = {"LD_PRELOAD": str(self.library)}
        if slow_rank is not None:
            more |= {"CSM_BENCH_SLOW_RANK": str(slow_rank), "CSM_BENCH_SLOW_FACTOR": str(SLOW_FACTOR)}
        start, end = self._times(n_ranks, arguments, more, output)
        speeds = [1 / SLOW_FACTOR if rank == slow_rank else 1 for rank in range(n_ranks)]
        with h5py.File(output) as file:
            n_rows = int(file["entry/images/n_patches"][()].sum()) + n_images  # and each image without a patch
        return end - start, n_rows * seconds / sum(speeds)

    def _times(self, n_ranks, arguments, more, output):
        """When the ranks reported that they begin, and when the result was there; its pictures are drawn later."""
        exports = [part for name in more for part in ("-x", name)]
        run = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(n_ranks), *exports, str(self.program), *map(str, arguments)]
        log = self.data.folder / "scaling.log"
        start = end = None
        with log.open("w") as file:
            process = subprocess.Popen(run, stdout=file, stderr=file, env={**os.environ, **more})
        while process.poll() is None:
            time.sleep(0.01)
            if start is None and " ranks, " in log.read_text():
                start = time.monotonic()
            if end is None and output.exists():
                end = time.monotonic()
        if process.returncode != 0 or start is None or end is None:
            raise BenchError(f"{' '.join(run)}\nended with {process.returncode}:\n{log.read_text()[-2000:]}")
        return start, end


def make_sleeper(program, folder, n_images):
    import torch

    library = program.parent / "libcsm_bench_sleep.so"
    torch.ops.load_library(str(library))
    data = synthetic_run.write_data(folder / "data")
    # All images take the same time, so that no rank need wait at the end for another one's last image.
    for name in data.names[1:]:
        shutil.copy(data.image(data.names[0]), data.image(name))
        shutil.copy(data.meshes / f"{data.names[0]}.npy", data.meshes / f"{name}.npy")
    data.add_copies(n_images)
    return Sleeper(program, library, data)


def efficiency(pairs):
    return spread([ideal / wall for wall, ideal in pairs])


def compare_overhead(sleeper, given, log):
    """(b) efficiency at many ranks of which each has the same number of images, of about three seconds each."""
    n, seconds = given.images_of_a_rank, given.seconds
    found = measure_in_turns({ranks: lambda ranks=ranks: sleeper.lag(ranks, ranks * n, seconds) for ranks in given.ranks}, given.pairs, log)
    rows = [Row("b", f"ideal time against measured, {ranks} ranks, {n} images each", efficiency(pairs), (">=", 0.95 if ranks == 32 else 0.98))
            for ranks, pairs in found.items()]
    every = measure_in_turns({"every image": lambda: sleeper.lag(2, 2 * n, seconds, checkpoint_interval=0)}, given.pairs, log)
    rows.append(Row("b", "the same, 2 ranks, a checkpoint after every image", efficiency(every["every image"])))
    return rows, [Figure(f"beside the sleep, {ranks} ranks", [wall - ideal for wall, ideal in pairs], "s") for ranks, pairs in found.items()]


def compare_imbalance(sleeper, given, log):
    """(c) four ranks of which one is five times slower. The share of the slow rank is what counts in static shares: fewer images do."""
    n, seconds = given.images_of_a_rank, given.seconds / 4
    found = measure_in_turns({"dynamic": lambda: sleeper.lag(4, 16 * n, seconds, "dynamic", slow_rank=3),
                              "static": lambda: sleeper.lag(4, 4 * n, seconds, "static", slow_rank=3)}, given.pairs, log)
    return [Row("c", f"finish time against the ideal, 4 ranks, one {SLOW_FACTOR}x slower, --schedule {schedule}",
                spread([wall / ideal for wall, ideal in pairs]), ("<=", 1.1) if schedule == "dynamic" else None)
            for schedule, pairs in found.items()], []


def compare_resident(program, folder, given, log):
    """(d) peak resident memory of the largest of two ranks."""
    data = synthetic_run.write_data(folder / "many").add_copies(max(given.many))
    arguments = ["--job", str(data.job), "--engine", "full"]
    found = measure_in_turns({n: lambda n=n: program.peak_memory(*arguments, "--limit", str(n)) for n in given.many}, given.pairs, log)
    few = found[given.many[0]]
    rows = [Row("d", f"peak memory of a rank at {n:,} images against {given.many[0]:,}", pairwise_ratio(found[n], few)) for n in given.many[1:]]
    return rows, [Figure(f"largest rank's peak memory, {n:,} images", values, "MB") for n, values in found.items()]


def main(argv=None):
    given = _parse(argv)
    begin, others, load = time.monotonic(), OtherLoad(), os.getloadavg()[0]

    def log(text):
        print(f"bench: {time.monotonic() - begin:5.0f} s  {text}", file=sys.stderr, flush=True)

    rows, figures = [], []
    with tempfile.TemporaryDirectory(prefix="csm_scaling_") as place:
        folder = Path(place)
        program = Program(given.program, folder)
        comparisons = {"a": lambda: compare_ranks(program, _gender_size(given), log, letter="a", target=1.95),
                       "d": lambda: compare_resident(program, folder, given, log)}
        if set("bc") & set(given.rows):
            sleeper = make_sleeper(given.program, folder, max(max(given.ranks), 16) * given.images_of_a_rank)
            comparisons |= {"b": lambda: compare_overhead(sleeper, given, log), "c": lambda: compare_imbalance(sleeper, given, log)}
        for letter in (letter for letter in given.rows if letter in comparisons):
            more_rows, more_figures = comparisons[letter]()
            rows += more_rows
            figures += more_figures
    if given.quick:
        print("Smoke test (--quick): these figures mean nothing.\n")
    if rows:
        print(rows_table(rows), figures_table(figures), sep="\n\n")
        print(f"\nMachine: {describe_machine()}. Load average before the start {load:.1f}; in the meantime {others}.")
    if "e" in given.rows:
        print(f"\nEfficiency (seconds to the result) that scaling_model.py foretells:\n\n{model_table()}")
    return 0


def _gender_size(given):
    n = 2 if given.quick else 16
    job = ("--vertex-stride", "200") if given.quick else ()
    return Size(n_pairs=given.pairs, job=job, n_images_of_rate=1, n_images_of_ranks=n, n_images_of_memory=(1, 2), n_patches=200 if given.quick else 1850)


def _parse(argv):
    parser = argparse.ArgumentParser(prog="scripts/dev/bench.sh scaling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: its figures mean nothing")
    parser.add_argument("--pairs", type=int, help="turns of every comparison (default: 3, quick: 1)")
    parser.add_argument("--rows", default="a,b,c,d,e", type=lambda text: text.split(","), help="comparisons (default: a,b,c,d,e)")
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/csm_mpi", help="csm_mpi to measure")
    given = parser.parse_args(argv)
    if not set(given.rows) <= set("abcde"):
        parser.error(f"--rows {','.join(given.rows)} names a row that is not there; valid: a, b, c, d, e, with commas")
    given.pairs = given.pairs or (1 if given.quick else 3)
    given.ranks = (2, 4) if given.quick else OVERSUBSCRIBED
    given.images_of_a_rank, given.seconds = (4, 0.002) if given.quick else (20, 0.2)
    given.many = (20, 40) if given.quick else (200, 2_000, 20_000)
    given.program = given.program.resolve()
    return given


if __name__ == "__main__":
    run_script(main)
