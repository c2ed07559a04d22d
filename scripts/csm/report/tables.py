"""The tables of the page: a head and rows of texts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from csm.report.number_text import (
    count_text,
    enumerate_texts,
    percent,
    readable_name,
    readable_number,
)
from csm.report.read_result import PageInput
from csm.report.sentences import share_interval

_MOST_CLASSES = 16
_MOST_NAMED_FAILURES = 20


@dataclass
class Table:
    """Texts by row; columns from `numbers_from` on are numbers.

    A cell of two texts has the second below the first.
    """

    head: list[str]
    rows: Sequence[Sequence[str | tuple[str, str]]]
    numbers_from: int = 1


def convergence_table(result: PageInput) -> Table:
    """How the map settles, one row a step."""
    columns = [("images", "image_count"), ("forwards", "forwards"),
               ("root mean square difference", "rmse_to_final"), ("Pearson", "pearson_to_final"),
               ("Spearman", "spearman_to_final"), ("structural similarity", "ssim_to_final"),
               ("Pearson of two halves", "pearson_of_halves")]
    known = [(head, result.convergence[name]) for head, name in columns
             if name in result.convergence]
    n_rows = min((len(values) for _, values in known), default=0)
    return Table([head for head, _ in known],
                 [[f"{values[i]:,}" if values.dtype.kind in "iu" else readable_number(values[i])
                   for _, values in known] for i in range(n_rows)], 0)


def confusion_table(result: PageInput) -> Table | None:
    """Labels by predicted class; None without labels or with many classes."""
    counts = result.classification
    names = [str(name) for name in counts.get("class", ())]
    if not names or len(names) > _MOST_CLASSES or not np.sum(counts.get("n_labelled", 0)):
        return None
    rows = []
    for i, name in enumerate(names):
        if counts["n_labelled"][i] == 0:
            continue
        right = share_interval(counts["accuracy_of_class"][i]) \
            if "accuracy_of_class" in counts else ""
        rows.append([name, *(str(n) for n in counts["confusion"][i]), right])
    return Table(["label \\ predicted", *names, "right (95 % interval)"], rows)


def group_table(result: PageInput) -> Table | None:
    """Size and ends of the map of each group."""
    if not result.groups:
        return None
    rows = []
    for name, group in result.groups.items():
        seen = group.mean[group.count > 0]
        ends = (float(seen.max()), float(seen.min())) if seen.size else (math.nan, math.nan)
        rows.append([name, f"{group.n_images:,}", *(readable_number(end) for end in ends)])
    return Table([f"group by {result.group_by}", "images", "largest value", "smallest value"], rows)


def failure_tables(result: PageInput) -> tuple[Table, Table] | None:
    """How many images were left out for each reason, and the messages of the first."""
    reasons = result.failures.get("reason", ())
    if len(reasons) == 0:
        return None
    numbers = result.failures["n_images"]
    images = result.images
    failed = [i for i, status in enumerate(images.get("status", ())) if status != "ok"]
    named = [[str(images["id"][i]), str(images["detail"][i] if "detail" in images else "")]
             for i in failed[:_MOST_NAMED_FAILURES] if "id" in images]
    counted = [[str(r), f"{n:,}"] for r, n in zip(reasons, numbers, strict=True)]
    return Table(["reason", "images"], counted), Table(["image", "message"], named, 2)


def faithfulness_tables(result: PageInput) -> list[dict[str, Any]]:
    """One table a confidence: the maps by Average Drop, the highest first."""
    evaluation = result.evaluation
    tables = []
    for number, confidence in enumerate(evaluation.get("confidences", ())):
        columns = [m for m in evaluation["measures"] if m["confidence"] == confidence
                   or (number == 0 and not m["confidence"])]
        order = _ranking(evaluation, confidence)
        rows: list[list[str | tuple[str, str]]] = [
            [readable_name(evaluation["maps"][m]), *(_mean_interval(c, m) for c in columns)]
            for m in order]
        tables.append({"confidence": readable_name(confidence),
                       "sentence": " ".join(filter(None, [
                           best_map_sentence(evaluation, confidence),
                           verification_sentence(evaluation) if number == 0 else ""])),
                       "meanings": [(readable_name(c["name"]), c["meaning"]) for c in columns],
                       "table": Table(["map", *(_head(c) for c in columns)], rows)})
    return tables


def best_map_sentence(evaluation: dict[str, Any], confidence: str) -> str:
    """Which map has the highest Average Drop, and which cannot be told apart from it."""
    drop = _average_drop(evaluation, confidence)
    if drop is None:
        return ""
    order, maps = _ranking(evaluation, confidence), evaluation["maps"]
    best = order[0]
    alike = [readable_name(maps[m]) for m in order[1:] if drop["difference_low"][best][m] <= 0]
    return (f"Over {count_text(int(drop['n_images']), 'image')} the highest Average Drop of the "
            f"{readable_name(confidence)} is that of {readable_name(maps[best])}"
            + (f"; from {enumerate_texts(alike)} it cannot be told apart (95 % interval of the "
               "difference)." if alike else
               "; the 95 % interval of its lead over every other map is above 0."))


def verification_sentence(evaluation: dict[str, Any]) -> str:
    """At which threshold pairs are counted as answered rightly while pixels are taken away."""
    pairs = evaluation.get("verification")
    if not pairs:
        return ""
    n_pairs = int(pairs["n_same"] + pairs["n_different"])
    return (f"Pairs are verified at a cosine of {readable_number(pairs['threshold'], 3)}, where "
            f"{percent(pairs['equal_error_rate'])} of either kind are answered wrongly, and "
            f"{percent(pairs['clean_accuracy'])} of all {count_text(n_pairs, 'pair')} rightly, "
            "while nothing is taken away.")


def method_rows(result: PageInput) -> Table | None:
    """The correlation of each method's map with the run's own, over what both have seen."""
    if not result.methods:
        return None
    own = result.cms
    rows = []
    for name, method in result.methods.items():
        seen = (own.count > 0) & (method.count > 0)
        varies = seen.any() and np.ptp(own.mean[seen]) > 0 and np.ptp(method.mean[seen]) > 0
        r = float(np.corrcoef(own.mean[seen], method.mean[seen])[0, 1]) if varies else math.nan
        rows.append([readable_name(name), readable_number(r, 2)])
    return Table(["map", "correlation with the run's own map"], rows)


def ranks_table(result: PageInput) -> Table | None:
    """The time of each phase over the ranks."""
    summary = result.ranks_summary
    if "phase" not in summary:
        return None
    columns = zip(summary["phase"], summary["mean_seconds"], summary["largest_seconds"],
                  summary["slowest_rank"], strict=True)
    return Table(["phase", "mean [s]", "largest [s]", "of rank"],
                 [[readable_name(str(phase)), readable_number(mean), readable_number(largest),
                   str(rank)] for phase, mean, largest, rank in columns if largest > 0])


def text_table(result: PageInput, name: str, head: list[str]) -> Table:
    """A group of texts of the file, such as "inputs"; options as they are written."""
    return Table(head, [[key, str(value)] for key, value in result.texts[name].items()], 2)


def _ranking(evaluation: dict[str, Any], confidence: str) -> list[int]:
    maps = range(len(evaluation["maps"]))
    drop = _average_drop(evaluation, confidence)
    return list(maps) if drop is None else sorted(maps, key=lambda m: -drop["mean"][m])


def _average_drop(evaluation: dict[str, Any], confidence: str) -> dict[str, Any] | None:
    return next((m for m in evaluation["measures"]
                 if m["name"] == "average_drop" and m["confidence"] == confidence), None)


def _head(measure: dict[str, Any]) -> str:
    unit = {"%": " %", "1": "", "": ""}.get(measure["unit"], f" [{measure['unit']}]")
    better = f" ({measure['better']} is better)" if measure["better"] in ("higher", "lower") else ""
    return readable_name(measure["name"]) + unit + better


def _mean_interval(measure: dict[str, Any], m: int) -> tuple[str, str]:
    mean, low, high = (readable_number(float(measure[k][m])) for k in ("mean", "low", "high"))
    return mean, f"{low} to {high}"
