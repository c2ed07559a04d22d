"""The tables of what tests over the whole face found."""

from typing import Any

import numpy as np

from csm.report.group_confidence import confidence_sentence
from csm.report.number_text import (
    interval_text,
    number_with_error,
    percent,
    readable_name,
    readable_number,
)
from csm.report.read_findings import PairFinding, all_remarks, surest_first
from csm.report.read_result import PageInput
from csm.report.tables import Table

_PAIR_RATES = {"false_match_rate": "false matches", "false_non_match_rate": "false non-matches"}


def finding_tables(result: PageInput) -> list[dict[str, Any]]:
    """{column, sentences, remarks, performance, pairs: [{name, confidence, table}]} of each tested
    column; the table of a pair is None if the file has no regions of it."""
    confidence = readable_name(str(result.facts.get("confidence", "confidence")))
    return [{"column": readable_name(found.column), "sentences": found.sentences,
             "remarks": all_remarks(found),
             "performance": _performance_table(found.performance, result),
             "pairs": [{"name": " − ".join(pair.names), "table": _region_table(pair),
                        "confidence": confidence_sentence(found, pair, confidence)}
                       for _, pair in surest_first([found])]}
            for found in result.findings]


def _region_table(pair: PairFinding) -> Table | None:
    """The regions of a pair, the most certain first; None if there are none."""
    of = pair.regions
    if not len(of.get("name", ())):
        return None
    rows = [[readable_name(str(of["name"][i])),
             number_with_error(float(of["difference"][i]), float(of["difference_errors"][i])),
             interval_text(float(of["low"][i]), float(of["high"][i])),
             readable_number(float(of["p_fwe"][i]), 2)]
            for i in np.argsort(-np.abs(np.nan_to_num(of["t"])), kind="stable")
            if np.isfinite(of["difference"][i])]
    return Table(["region", "difference ± standard error", "95 % band, all regions at once",
                  "p, corrected for all regions"], rows)


def _performance_table(of: dict[str, np.ndarray], result: PageInput) -> Table | None:
    """How well the model does on each group."""
    if not len(of.get("name", ())):
        return None
    rates = {name: label for name, label in _PAIR_RATES.items()
             if np.isfinite(of.get(name, np.nan)).any()}
    left_out = of.get("n_left_out", np.zeros(len(of["name"]), int))
    n_left_out = [[f"{n:,}"] if left_out.any() else [] for n in left_out]
    rows = []
    for i, name in enumerate(of["name"]):
        right = "no labels" if of["n_labelled"][i] == 0 else _share(of, "accuracy", i)
        errors = [_share(of, rate, i) for rate in rates]
        rows.append([str(name), f"{of['n_images'][i]:,}", *n_left_out[i], f"{of['n_persons'][i]:,}",
                     number_with_error(float(of["mean_confidence"][i]),
                                       float(of["confidence_error"][i])), right, *errors])
    confidence = readable_name(str(result.facts.get("confidence", "confidence")))
    head = ["left out"] if left_out.any() else []
    return Table(["group", "images", *head, "persons", f"mean {confidence} ± standard error",
                  "right (95 % interval)", *rates.values()], rows)


def _share(of: dict[str, np.ndarray], name: str, i: int) -> str:
    """"98 % (95 % to 99 %)"."""
    low, high = float(of[f"{name}_low"][i]), float(of[f"{name}_high"][i])
    return f"{percent(float(of[name][i]))} ({percent(low)} to {percent(high)})"
