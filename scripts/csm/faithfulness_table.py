"""Prints what csm_mpi --evaluate found as Markdown tables: a row for each map, a column for each
result file.

    csm faithfulness results/*_evaluated.h5
    csm faithfulness results/*_evaluated.h5 --measures average_drop deletion_area --confidence logit

Each cell is a mean over images with its 95 % interval. Bold: the best map of the file; a star: maps
that it cannot be told apart from (the interval of the difference holds 0).
"""

import argparse

from csm.arguments import files_first
from csm.evaluations import read_evaluation
from csm.result_file import ResultError

MEASURES = ("average_drop", "increase", "win")
MEASURES_OF_PAIRS = ("deletion_accuracy", "insertion_accuracy")


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", metavar="RESULT.h5", nargs="+")
    parser.add_argument(
        "--measures",
        nargs="+",
        metavar="NAME",
        help=(
            "average_drop, increase, win, kept_average_drop, kept_increase, deletion_area,"
            " insertion_area, face_share or clipped_share, of pairs also deletion_accuracy and"
            " insertion_accuracy (default: average_drop, increase and win, Eqs. 11 to 13, and those"
            " of pairs)"
        ),
    )
    parser.add_argument("--confidence", help="kind of confidence (default: that of each run)")
    arguments = parser.parse_args(files_first(argv, "--measures"))
    evaluations = [read_evaluation(path) for path in arguments.results]
    measures = arguments.measures or default_measures(evaluations)
    print("\n\n".join(table(evaluations, name, arguments.confidence) for name in measures))
    return 0


def default_measures(evaluations):
    """Eqs. (11) to (13), and those of pairs that a file has."""
    known = {measure.name for each in evaluations for measure in each.measures}
    return [*MEASURES, *(name for name in MEASURES_OF_PAIRS if name in known)]


def table(evaluations, name, confidence=None):
    """The Markdown table of one measure. Errors: ResultError if no file has it."""
    columns = [(each, each.find(name, confidence or each.confidences[0])) for each in evaluations]
    columns = [(each, measure) for each, measure in columns if measure is not None]
    if not columns:
        raise ResultError(
            f"no file has the measure '{name}'. Was --curve-steps 0, or is --confidence another?"
        )
    first = columns[0][1]
    maps = list(dict.fromkeys(map_name for each, _ in columns for map_name in each.maps))
    unit = {"%": " %", "1": ""}.get(first.unit, f" [{first.unit}]")
    better = {"higher": ", higher is better", "lower": ", lower is better"}.get(first.better, "")
    head = [
        f"{name.replace('_', ' ')}{unit}{better}",
        *(f"{each.path.stem} ({measure.n_images})" for each, measure in columns),
    ]
    rows = [
        [f"`{map_name}`", *(cell(each, measure, map_name) for each, measure in columns)]
        for map_name in maps
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def cell(evaluation, measure, name):
    if name not in evaluation.maps:
        return ""
    m = evaluation.maps.index(name)
    text = f"{number(measure.mean[m])} ({number(measure.low[m])} to {number(measure.high[m])})"
    if measure.better == "neither":
        return text
    best = best_map(measure)
    if m == best:
        return f"**{text}**"
    return text + (" *" if is_alike(measure, best, m) else "")


def best_map(measure):
    """Index of the map with the best mean."""
    return int(measure.mean.argmax() if measure.better == "higher" else measure.mean.argmin())


def is_alike(measure, best, other):
    """Whether the interval of the difference between the best map and another holds 0."""
    lead = (
        measure.difference_low[best, other]
        if measure.better == "higher"
        else measure.difference_low[other, best]
    )
    return bool(lead <= 0)


def number(value):
    """Three significant digits without an exponent."""
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}" if value else "0"
