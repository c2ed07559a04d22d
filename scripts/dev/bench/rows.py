"""The five comparisons. Each measures its sides in turns and returns rows of the table and absolute figures."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measure_csm import ROOT, BenchError
from pairs import measure_in_turns, number, pairwise_ratio, spread
from baseline import strides_for
from run_baseline import CSM_MALLOC, DEFAULT_MALLOC, Baseline

MODEL = ROOT / "models/gender.pt"
SIDE, PATCH, BATCH = 112, 8, 32  # of jobs/gender.cfg and of the batches that csm_mpi chooses on a CPU
PER_EVAL = (8, 16, 32, 64)
JOB = ("--task", "gender_112", "--batch-size", str(BATCH))


@dataclass(frozen=True)
class Size:
    """How much is measured: full or a smoke test."""

    n_pairs: int
    job: tuple            # arguments that every gender job gets
    n_images_of_rate: int
    n_images_of_ranks: int
    n_images_of_memory: tuple
    n_patches: int        # of one image, about


@dataclass(frozen=True)
class Row:
    """One line of the table. `target`: (">=" or "<=" or "<", bound) or None."""

    letter: str
    what: str
    ratio: object
    target: tuple | None = None

    def met_or_missed(self):
        if self.target is None:
            return ""
        sign, bound = self.target
        value = self.ratio.median
        met = {">=": value >= bound, "<=": value <= bound, "<": value < bound}[sign]
        return f"{sign} {bound:g} {'met' if met else '**missed**'}"


@dataclass(frozen=True)
class Figure:
    """An absolute figure, median and range over the turns."""

    what: str
    values: list
    unit: str

    def __str__(self):
        return f"| {self.what} | {spread(self.values)} | {self.unit} |"


def forwards(size, malloc, layout="channels-last"):
    n_batches = max(2, size.n_patches * size.n_images_of_rate // BATCH)
    return Baseline(("forwards", MODEL, "--batch-size", BATCH, "--n-batches", n_batches, "--layout", layout), malloc)


def compare_rates(program, size, captum_site, letters, log):
    """(a) against the bare loop, (d) the share outside the forward, (e) against Captum: one series of turns for all."""
    arguments = (*JOB, *size.job, "--limit", str(size.n_images_of_rate))
    full, csm = "csm_mpi --engine full, 1 rank x 1 thread", "csm_mpi, 1 rank x 1 thread"
    sides = {csm: lambda: program.run(*arguments)}
    if "a" in letters:
        sides[full] = lambda: program.run(*arguments, "--engine", "full")
        sides["bare loop, default allocator"] = forwards(size, DEFAULT_MALLOC).rate
        sides["bare loop, csm_mpi's allocator settings"] = forwards(size, CSM_MALLOC).rate
    if "e" in letters and captum_site:
        sides |= {name: baseline.rate for name, baseline in choose_captum(size, captum_site, log).items()}
    found = measure_in_turns(sides, size.n_pairs, log)
    runs, full_runs = found.pop(csm), found.pop(full, [])
    loop = [run.loop_rate for run in runs]
    rows, figures = [], [Figure("csm_mpi, whole image", loop, "patches/s")]
    for name, rates in found.items():
        if name.startswith("Captum"):
            rows.append(Row("e", f"patches/s of the whole image against {name}", pairwise_ratio(loop, rates)))
            figures.append(Figure(name, rates, "windows/s"))
            continue
        # Like for like: the full engine runs the same forwards as the loop.
        for what, values in (("whole image", [run.loop_rate for run in full_runs]),
                             ("occlusion phase", [run.occlusion_rate for run in full_runs])):
            rows.append(Row("a", f"--engine full, patches/s of the {what} against {name}", pairwise_ratio(values, rates), (">=", 0.9)))
        rows.append(Row("a", f"--engine auto, patches/s of the whole image against {name}", pairwise_ratio(loop, rates)))
        figures.append(Figure(name, rates, "patches/s"))
    if "d" in letters:
        rows += [Row("d", "share of the images' time outside the forward", spread([run.loop_share_outside for run in runs]), ("<", 0.1)),
                 Row("d", f"the same with the program's start, {size.n_images_of_rate} images", spread([run.share_outside for run in runs]))]
        figures += [Figure(f"csm_mpi, {phase} per image", [run.phases[phase] / run.n_images for run in runs], "s")
                    for phase in ("decode", "mesh", "forward", "saliency")]
        figures += [Figure("csm_mpi, occlusion without its forward per image",
                           [(run.phases["occlusion"] - run.phases["forward"]) / run.n_images for run in runs], "s"),
                    Figure("csm_mpi, start of the program", [run.phases["prepare"] for run in runs], "s")]
    return rows, figures


def choose_captum(size, site, log):
    """Captum's Occlusion at its default, and at the best of the larger batches, each in the layout and allocator it is fastest in."""
    few = strides_for(max(16, size.n_patches // 8), SIDE, SIDE, PATCH)
    all_of_them = strides_for(size.n_patches, SIDE, SIDE, PATCH)

    def baseline(per_eval, layout, malloc, strides):
        arguments = ("captum", MODEL, "--patch-size", PATCH, "--per-eval", per_eval, "--layout", layout, "--strides", "{},{}".format(*strides))
        return Baseline(arguments, malloc, site)

    def best(candidates):
        log(f"Captum's trials: perturbations_per_eval {', '.join(map(str, candidates))}")
        trials = {(n, layout): max(baseline(n, layout, DEFAULT_MALLOC, few).rate() for _ in range(2))
                  for n in candidates for layout in ("contiguous", "channels-last")}
        n, layout = max(trials, key=trials.get)
        return n, layout

    one, layout_of_one = best((1,))
    many, layout_of_many = best(PER_EVAL)
    return {f"Captum Occlusion, default (1 per evaluation, {layout_of_one})": baseline(one, layout_of_one, DEFAULT_MALLOC, all_of_them),
            f"Captum Occlusion, best ({many} per evaluation, {layout_of_many})": baseline(many, layout_of_many, DEFAULT_MALLOC, all_of_them),
            f"Captum Occlusion, best ({many} per evaluation, {layout_of_many}), csm_mpi's allocator settings":
                baseline(many, layout_of_many, CSM_MALLOC, all_of_them)}


def compare_ranks(program, size, log, letter="b", target=1.9):
    """(b) two ranks against one, two ranks against two threads, and what the machine gives two independent processes."""
    # Without the loader's thread, which would give one rank a part of the second core.
    arguments = (*JOB, *size.job, "--limit", str(size.n_images_of_ranks), "--prefetch", "0")
    alone = forwards(size, CSM_MALLOC)
    found = measure_in_turns({
        "1 rank x 1 thread": lambda: program.run(*arguments).loop,
        "2 ranks x 1 thread": lambda: program.run(*arguments, n_ranks=2).loop,
        "1 rank x 2 threads": lambda: program.run(*arguments, n_threads=2).loop,
        "one bare loop": alone.rate,
        "two bare loops at once": lambda: alone.rate_of(2)}, size.n_pairs, log)
    one, two, threads, single, double = found.values()
    rows = [Row(letter, "speed of 2 ranks x 1 thread against 1 rank x 1 thread", pairwise_ratio(one, two), (">=", target)),
            Row(letter, "ceiling of this machine: two bare loops at once against one", pairwise_ratio(double, single)),
            Row(letter, "speed of 2 ranks x 1 thread against 1 rank x 2 threads", pairwise_ratio(threads, two))]
    figures = [Figure(f"csm_mpi, {size.n_images_of_ranks} images, {name}", found[name], "s")
               for name in ("1 rank x 1 thread", "2 ranks x 1 thread", "1 rank x 2 threads")]
    return rows, figures


def compare_memory(program, size, folder, log):
    """(c) peak memory of many images against few, with a network so small that it hides nothing."""
    few, many = size.n_images_of_memory
    model = export_tiny(folder)
    datasets = {n: copy_faces(folder / f"faces_{n}", n, min(few, many)) for n in (few, many)}

    def peak(n):
        return lambda: program.peak_memory("--task", "gender_112", "--model", str(model), "--patch-size", "5", "--dataset", str(datasets[n]))

    found = measure_in_turns({f"{n} images": peak(n) for n in (few, many)}, size.n_pairs, log)
    low, high = found.values()
    rows = [Row("c", f"peak memory of a rank at {many} images against {few}", pairwise_ratio(high, low), ("<=", 1.05))]
    return rows, [Figure(f"csm_mpi, largest rank's peak memory, {name}", values, "MB") for name, values in found.items()]


def export_tiny(folder):
    """A model file of tiny_network.py."""
    output = folder / "tiny.pt"
    arguments = [sys.executable, "-W", "ignore", "-m", "csm", "export",
             f"{ROOT}/scripts/dev/bench/tiny_network.py:TinyNetwork",
             "--output", str(output), "--name", "tiny", "--task", "gender", "--input-size", "64x64", "--normalisation", "unit",
             "--crop-rule", "face_box", "--crop-scale", "1.1", "--classes", "male,female", "--source", "random numbers",
             "--licence", "BSD-3-Clause", "--check-images", "none"]
    finished = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchError(f"the tiny network cannot be exported: {finished.stderr.strip()[-1000:]}")
    return output


def copy_faces(folder, n_images, n_distinct):
    """A folder of n_images pictures, copies of the first n_distinct sample faces: every size of image holds the same pictures."""
    faces = sorted(path for path in Path(ROOT / "samples/faces/img").iterdir() if path.suffix == ".jpg")[:n_distinct]
    folder.mkdir()
    for i in range(n_images):
        shutil.copyfile(faces[i % len(faces)], folder / f"{i:04d}.jpg")
    return folder


def figures_table(figures):
    return "\n".join(["| side | median (range) | unit |", "|---|---|---|", *map(str, figures)])


def rows_table(rows):
    lines = ["| | ratio | median (range) | pairs | target |", "|---|---|---|---|---|"]
    lines += [f"| {row.letter} | {row.what} | {row.ratio} | {row.ratio.n_pairs} | {row.met_or_missed()} |"
              for row in sorted(rows, key=lambda row: row.letter)]
    return "\n".join(lines)


__all__ = ["Figure", "Row", "Size", "compare_memory", "compare_ranks", "compare_rates", "figures_table", "number", "rows_table"]
