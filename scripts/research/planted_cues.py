#!/usr/bin/env python3
"""Plants cues on faces that go with a random label, trains small networks on them, and asks which
methods find the cues again.

    scripts/research/planted_cues.py                                      # the sample faces
    scripts/research/planted_cues.py --dataset photos/ --seeds 5 --methods csm,grad_cam

Each cue (a tint on the left cheek, a spot on the chin, a blurred left brow, bars over the eyes) is
planted by the mesh of each face, with the probability --strengths if the label is 1, else with the
rest of it. Networks without a cue are the control. csm_mpi maps every network on held-out faces by
every method. A study that was stopped goes on where it was. Writes tables (Markdown, CSV) and
pictures.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from csm import methods
from csm.result_file import ResultError
from study.canonical_face import make_canonical_face
from study.cue_figures import draw
from study.cue_network import N_STEPS, export, train
from study.cue_tables import read_finding, report
from study.cues import CUES
from study.faces import read_faces
from study.held_out import portraits, split, write_manifest, write_pictures
from study.program import ROOT, Program, StudyError, add_program_options, keep_to

METHODS = tuple(
    name for name in methods.names(lacks="reference") if name != "guided_grad_cam_pp"
)  # a product of two of the others
CANONICAL_SIZE, PATCH_SIZE, N_MASKS = (
    192,
    5,
    1000,
)  # [px] of the maps, [px] of the input (15 px of 224 in the paper), masks of RISE
CONTROL_SEED = 100  # first seed of the networks without a cue


@dataclass(frozen=True)
class Case:
    """A network: the cue (None in the control), its strength, and the seed of its training."""

    cue: str | None
    strength: float
    seed: int

    @property
    def name(self):
        return f"{self.cue or 'none'}_{self.strength:g}_{self.seed}"


def main(argv=None):
    arguments = parse(argv)
    torch.set_num_threads(1)
    study = Study(arguments)
    cases = list_cases(arguments)
    for case in cases:
        study.work_on(case)
    findings = [
        read_finding(case, method, study.result(case, method), study.manifest(case))
        for case in cases
        for method in study.methods_of(case)
    ]
    tables = arguments.output / "tables.md"
    tables.write_text(report(findings))
    print(tables.read_text())
    log(str(tables))
    for path in draw(study, findings):
        log(str(path))
    return 0


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dataset",
        type=Path,
        default=ROOT / "samples/faces/img",
        help="folder of photographs (default: samples/faces/img)",
    )
    parser.add_argument("--limit", type=int, help="photographs used (default: all)")
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "results/planted_cues",
        help="folder (default: results/planted_cues)",
    )
    parser.add_argument(
        "--cues", type=names_of(CUES), default=tuple(CUES), help=f"(default: {','.join(CUES)})"
    )
    parser.add_argument(
        "--strengths",
        type=lambda text: [float(part) for part in text.split(",")],
        default=[1.0, 0.9, 0.7],
        help="(default: 1,0.9,0.7)",
    )
    parser.add_argument(
        "--methods", type=names_of(METHODS), default=METHODS, help=f"(default: {','.join(METHODS)})"
    )
    parser.add_argument(
        "--seeds", type=int, default=1, help="networks for each cue and strength (default: 1)"
    )
    # terms: allow, an option that users know
    parser.add_argument(
        "--baseline-seeds",
        type=int,
        default=1,
        help="of these, networks that the methods besides csm are run on too (default: 1)",
    )
    parser.add_argument(
        "--controls", type=int, default=4, help="networks without a cue (default: 4)"
    )
    parser.add_argument(
        "--train-share", type=float, default=0.6, help="of the photographs (default: 0.6)"
    )
    parser.add_argument(
        "--steps", type=int, default=N_STEPS, help=f"of each training (default: {N_STEPS})"
    )
    parser.add_argument("--vertex-stride", type=int, default=20, help="of csm_mpi (default: 20)")
    add_program_options(parser)
    return parser.parse_args(argv)


def names_of(valid):
    """A parser of comma-separated names."""
    def parse_names(text):
        names = tuple(text.split(","))
        unknown = [name for name in names if name not in valid]
        if unknown:
            raise argparse.ArgumentTypeError(
                f"{unknown[0]!r} is not valid; valid: {', '.join(valid)}"
            )
        return names
    return parse_names


def list_cases(arguments):
    """Every network of the study; the strongest cues come first."""
    cued = [
        Case(cue, strength, seed)
        for seed in range(1, arguments.seeds + 1)
        for strength in arguments.strengths
        for cue in arguments.cues
    ]
    return cued + [Case(None, 1.0, CONTROL_SEED + i) for i in range(arguments.controls)]


class Study:
    """The faces, split into training and held-out ones, and the folder of the networks and results.
    """

    def __init__(self, arguments):
        self.arguments, self.folder = arguments, arguments.output
        self.program = Program(arguments.program, arguments.ranks)
        keep_to(
            self.folder,
            dataset=arguments.dataset,
            limit=arguments.limit,
            train_share=arguments.train_share,
            steps=arguments.steps,
            vertex_stride=arguments.vertex_stride,
        )
        faces = read_faces(arguments.dataset, arguments.limit)
        self.training, self.held_out = split(faces, arguments.train_share)
        log(
            f"{len(faces)} faces; with their mirror images {len(self.training)} for training, "
            f"{len(self.held_out)} held out"
        )
        write_pictures(self.folder / "pictures", self.held_out, None, None)
        self.canonical = make_canonical_face(
            self.program,
            self.folder,
            "--task",
            "gender_112",
            "--dataset",
            self.folder / "pictures/plain",
            size=CANONICAL_SIZE,
        )

    def work_on(self, case):
        """Trains the network of a case and maps it by all methods, as far as it is not done."""
        write_pictures(self.folder / "pictures", self.held_out, case.cue, self.canonical)
        write_manifest(self.manifest(case), self.held_out, case.cue, case.strength, case.seed)
        network = self.folder / "networks" / f"{case.name}.pt"
        if not network.is_file():
            network.parent.mkdir(parents=True, exist_ok=True)
            plain = portraits(self.training, None, self.canonical)
            marked = portraits(self.training, case.cue, self.canonical) if case.cue else plain
            export(
                train(plain, marked, case.strength, case.seed, self.arguments.steps),
                network,
                f"planted cue {case.name}",
            )
            log(f"trained {case.name}")
        job = self.write_job(case, network)
        for method in self.methods_of(case):
            self.program.run(self.result(case, method), "--job", job, "--method", method)
            log(f"mapped {case.name} by {method}")

    def write_job(self, case, network):
        """The job file of a case, for csm_mpi and for who wants to run it again; its paths are
        relative to it.
        """
        path = self.folder / f"{case.name}.cfg"
        path.write_text(f"""# Planted cue {case.name}: written by scripts/research/planted_cues.py.
task = planted_cue
model = {network.relative_to(self.folder)}
dataset = {self.manifest(case).relative_to(self.folder)}
label = label
patch-size = {PATCH_SIZE}
vertex-stride = {self.arguments.vertex_stride}
canonical-size = {CANONICAL_SIZE}
masks = {N_MASKS}
group-by = predicted
save-cis = on
""")
        return path

    def methods_of(self, case):
        """All methods for the first seeds and the control, csm alone for the others."""
        has_baselines = case.cue is None or case.seed <= self.arguments.baseline_seeds
        return [method for method in self.arguments.methods if has_baselines or method == "csm"]

    def manifest(self, case):
        return self.folder / "pictures" / f"{case.name}.csv"

    def result(self, case, method):
        return self.folder / "results" / case.name / f"{method}.h5"


def log(line):
    print(f"planted_cues: {line}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"planted_cues: {error}", file=sys.stderr)
        sys.exit(3)
