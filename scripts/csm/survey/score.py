"""Scores the answers of a survey made by csm survey make: accuracy for each method and class with
Wilson intervals of 95 %.

    csm survey score survey/key.csv answers_*.csv --output survey/scores.csv

The better a method finds what people need, the more often they are wrong. The intervals take all
answers as independent; answers of one participant, or on one image, are not quite, so they are
somewhat too narrow.
"""

import argparse
import csv
from pathlib import Path

from csm.intervals import wilson
from csm.survey.pages import SurveyError

ALL = "all"


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("key", type=Path, metavar="KEY.csv")
    parser.add_argument("answers", type=Path, nargs="+", metavar="ANSWERS.csv")
    parser.add_argument(
        "--first-page",
        action="store_true",
        help=(
            "count only the page that each participant saw first: later ones show the same faces"
            " again"
        ),
    )
    parser.add_argument(
        "--output", type=Path, metavar="SCORES.csv", help="write the table into this file too"
    )
    arguments = parser.parse_args(argv)
    answers = read_answers(arguments.answers, read_key(arguments.key), arguments.first_page)
    table = scores(answers)
    print(describe(table, len({row["participant"] for row in answers})))
    if arguments.output:
        with arguments.output.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    return 0


def read_key(path):
    """{stimulus: line of key.csv}"""
    found = {row["stimulus"]: row for row in _lines(path, ("stimulus", "class", "method"))}
    if not found:
        raise SurveyError(f"{path} names no stimulus. Give the key.csv that csm survey make wrote.")
    return found


def read_answers(paths, key, first_page=False):
    """The answers with class and method. Errors: SurveyError for an unknown stimulus, an answer
    that is not a class, an answer given twice."""
    classes = {row["class"] for row in key.values()}
    found, seen = [], {}
    for path in paths:
        for row in _lines(path, ("participant", "turn", "stimulus", "answer")):
            if row["stimulus"] not in key:
                raise SurveyError(
                    f"{path} answers stimulus {row['stimulus']!r}, which the key does not have. Are"
                    " they of the same survey?"
                )
            if row["answer"] not in classes:
                raise SurveyError(
                    f"{path} has the answer {row['answer']!r}; valid: {', '.join(sorted(classes))}."
                )
            given = (row["participant"], row["stimulus"])
            if given in seen:
                raise SurveyError(
                    f"participant {given[0]} answers stimulus {given[1]} twice ({seen[given]},"
                    f" {path}). Is a file given twice, or a code used by two people?"
                )
            seen[given] = path
            if not first_page or row["turn"] == "1":
                found.append(
                    row | {name: key[row["stimulus"]][name] for name in ("class", "method")}
                )
    if not found:
        raise SurveyError("there are no answers to score.")
    return found


def _lines(path, columns):
    try:
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise SurveyError(
                    f"{path} has no column {', '.join(missing)}. Give a CSV of this survey."
                )
            return list(reader)
    except OSError as error:
        raise SurveyError(f"{path} cannot be read: {error}") from error


def scores(answers):
    """Rows of method, class, n, right, accuracy, low, high, wrong [%]: each method over all classes
    and by class."""
    table = []
    for method in sorted({row["method"] for row in answers}):
        of_method = [row for row in answers if row["method"] == method]
        for class_name in (ALL, *sorted({row["class"] for row in of_method})):
            chosen = [row for row in of_method if class_name in (ALL, row["class"])]
            n_right = sum(row["answer"] == row["class"] for row in chosen)
            low, high = wilson(n_right, len(chosen))
            table.append(
                {
                    "method": method,
                    "class": class_name,
                    "n": len(chosen),
                    "right": n_right,
                    "accuracy": round(n_right / len(chosen), 4),
                    "low": round(low, 4),
                    "high": round(high, 4),
                    "wrong_percent": round(100 * (1 - n_right / len(chosen)), 2),
                }
            )
    return table


def describe(table, n_participants):
    """The table as text."""
    lines = [
        (
            f"{n_participants} participants; accuracy with Wilson intervals of 95 %, which take the"
            " answers as independent"
        ),
        f"{'method':<22}{'class':<14}{'answers':>8}{'accuracy':>10}{'95 %':>18}{'wrong':>9}",
    ]
    for row in table:
        interval = f"{row['low']:.3f} to {row['high']:.3f}"
        lines.append(
            f"{row['method']:<22}{row['class']:<14}{row['n']:>8}{row['accuracy']:>10.3f}"
            f"{interval:>18}{row['wrong_percent']:>7.1f} %"
        )
    return "\n".join(lines)
