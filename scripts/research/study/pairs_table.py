"""Pairs of face images as csm_mpi reads them from a CSV."""

import csv

from study.program import StudyError

SAME = {"1", "true", "yes", "same"}
DIFFERENT = {"0", "false", "no", "different"}


def read_pairs_by_kind(path):
    """(rows of pairs of one person, rows of pairs of two), each row a dictionary of its cells.

    Errors: StudyError if a column is missing, a pair is of neither kind, or a kind has no pair.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"path_a", "path_b", "same_person"} <= rows[0].keys():
        raise StudyError(f"{path} lacks a column. Give path_a, path_b and same_person.")
    kinds = ([], [])
    for number, row in enumerate(rows, 2):
        answer = (row["same_person"] or "").strip().lower()
        if answer not in SAME | DIFFERENT:
            raise StudyError(
                f"{path}, row {number}: same_person is '{row['same_person']}'. "
                "It can be 1 (same) or 0 (different)."
            )
        kinds[answer in DIFFERENT].append(row)
    if not all(kinds):
        raise StudyError(
            f"{path} has {len(kinds[0])} pairs of one person and {len(kinds[1])} of two. "
            "Give pairs of both kinds."
        )
    return kinds
