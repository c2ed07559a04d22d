#!/usr/bin/env python3
"""Sanity checks of saliency methods: do their maps change when the network's weights are made
random? (Adebayo et al. 2018, section 4.1.3 of the paper)

Makes copies of a model whose layers are random, from the output down (cascading) and step by step
alone (independent), runs csm_mpi with each method on the same faces, and compares the maps with
those of the trained network. Everything after -- goes to csm_mpi:

    scripts/research/sanity_checks.py --model models/gender.pt --output results/sanity -- --task
    gender_112 --target label --confidence logit --limit 20

Writes similarities.csv, verdicts.csv, report.md and PNG figures into the folder. Results that are
there are not computed again.
"""

import argparse
import csv
import sys
from pathlib import Path

from csm import methods
from csm.contract import ContractError, load_model
from csm.result_file import ResultError
from study.network_plan import CHECKS, TRAINED, make_plan, model_of, result_of
from study.program import Program, StudyError, add_program_options, keep_to
from study.randomise_layers import SCHEMES, acting_layers, steps_from_output
from study.sanity_measures import measure_method

# A random network predicts another class, and its probabilities are all near 0 or 1. Small maps
# compare as well as large ones, and faster.
DEFAULT_OPTIONS = {"--canonical-size": "160", "--group-by": "none"}


def main(argv=None):
    arguments = _parse(argv)
    folder = arguments.output
    network, contract = load_model(arguments.model)
    layers = [layer.name for layer in acting_layers(network, contract)]
    plan = make_plan(
        layers,
        steps_from_output(len(layers), arguments.max_steps),
        arguments.networks,
        arguments.seed,
        arguments.checks,
    )
    keep_to(
        folder,
        **{
            name: getattr(arguments, name)
            for name in ("model", "scheme", "seed", "max_steps", "csm_arguments")
        },
    )
    program = Program(arguments.program, arguments.ranks)
    for number, one in enumerate((None, *plan.networks)):
        name = one.name if one else TRAINED
        print(f"sanity_checks: network {number} of {len(plan.networks)}: {name}", flush=True)
        model = model_of(folder, arguments.model, one, arguments.scheme)
        for method in arguments.methods:
            program.run(
                result_of(folder, name, method),
                *arguments.csm_arguments,
                "--model",
                model,
                "--method",
                method,
                "--save-cis",
            )
    noise = "random" if "random" in arguments.methods else None
    findings = [measure_method(folder, plan, method, noise=noise) for method in arguments.methods]
    _write_csv(folder / "similarities.csv", [row for one in findings for row in one.rows])
    _write_csv(
        folder / "verdicts.csv", [one.verdicts[kind] for kind in ("cis", "cms") for one in findings]
    )
    from study.sanity_report import write_figures, write_report
    write_report(folder / "report.md", findings, plan, arguments)
    for path in write_figures(folder, findings, plan):
        print(f"sanity_checks: {path}")
    for one in findings:
        print(
            f"{one.method:<22} "
            + "; ".join(
                f"{kind.upper()} {row['verdict']}: {row['reason']}"
                for kind, row in one.verdicts.items()
            )
        )
    print(f"sanity_checks: {folder / 'report.md'}")
    return 0


def _parse(argv):
    argv = list(sys.argv[1:] if argv is None else argv)
    own, csm_arguments = (
        (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    )
    parser = _make_parser()
    arguments = parser.parse_args(own)
    if not csm_arguments:
        parser.error(
            "what should csm_mpi run on? Give its options after --, such as: -- --task gender_112 "
            "--target label --confidence logit"
        )
    if not arguments.checks or set(arguments.checks) - set(CHECKS):
        parser.error(
            f"--checks is {','.join(arguments.checks)!r}; valid: {', '.join(CHECKS)}, or both"
        )
    if arguments.networks < 2 or arguments.max_steps < 1:
        parser.error("--networks must be at least 2, --max-steps at least 1")
    for option, value in DEFAULT_OPTIONS.items():
        csm_arguments += [] if option in csm_arguments else [option, value]
    arguments.csm_arguments = csm_arguments
    return arguments


def _make_parser():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model",
        type=Path,
        required=True,
        help="the trained network, a TorchScript file with its contract",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder of models, results, tables and figures",
    )
    parser.add_argument(
        "--methods",
        type=lambda text: text.split(","),
        default=list(methods.names(lacks="reference")),
        metavar="A,B,...",
        help="(default: all that explain a single image)",
    )
    parser.add_argument(
        "--max-steps",
        type=int,
        default=8,
        metavar="N",
        help="steps from the output to the input; neighbouring layers share one; "
        "1: fully random networks only, which the verdicts rest on (default: 8)",
    )
    parser.add_argument(
        "--checks",
        type=lambda text: text.split(","),
        default=list(CHECKS),
        metavar="A,B",
        help=f"(default: {','.join(CHECKS)})",
    )
    parser.add_argument(
        "--networks",
        type=int,
        default=5,
        metavar="N",
        help="fully random networks of different seeds, at least 2 (default: 5)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of the first random network (default: 1)"
    )
    parser.add_argument(
        "--scheme",
        choices=SCHEMES,
        default="permute",
        help="permute: a layer's own weights in random order; normal: Gaussian with their mean and "
        "standard deviation (default: permute)",
    )
    add_program_options(parser)
    return parser


def _write_csv(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {
                name: f"{value:.6g}" if isinstance(value, float) else value
                for name, value in row.items()
            }
            for row in rows
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ContractError, ResultError, StudyError) as error:
        print(f"sanity_checks: {error}", file=sys.stderr)
        sys.exit(2)
