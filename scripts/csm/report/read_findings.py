"""Reads what tests over the whole face found: /entry/findings of a result file."""

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from csm.names import one_line
from csm.report.read_values import plain, scalars, table


@dataclass(frozen=True)
class PairFinding:
    """How two groups differ, with what chance alone would give; maps are (T x T).

    Each place of a map is a block of pixels of the canonical face.
    """

    names: tuple[str, str]
    difference: np.ndarray
    errors: np.ndarray | None
    t: np.ndarray | None
    p_fwe: np.ndarray | None   # corrected for all places by the largest |z|
    p_tfce: np.ndarray | None  # corrected for all places by threshold-free cluster enhancement
    half_width: np.ndarray | None  # of a band for all places at once
    p_holm: float              # of the whole map, corrected for all comparisons of the file
    regions: dict[str, np.ndarray]
    remarks: list[str]


@dataclass(frozen=True)
class ColumnFindings:
    """What holds of the groups of a column; tables are {column: values}."""

    column: str
    sentences: list[str]
    remarks: list[str]
    performance: dict[str, np.ndarray]
    pairs: list[PairFinding]


def read_findings(entry: h5py.Group) -> list[ColumnFindings]:
    """The findings of each column that was tested; none, if the file has none."""
    found = []
    for key, group in entry.get("findings", {}).items():
        pairs = [_pair(item) for item in group.values()
                 if isinstance(item, h5py.Group) and "difference" in item]
        values = table(group)
        found.append(ColumnFindings(
            one_line(str(scalars(group).get("column", key))), _texts(values, "sentences"),
            _texts(values, "remarks"), table(group.get("performance")), pairs))
    return found


def all_remarks(column: ColumnFindings) -> list[str]:
    """The remarks of the column and those of its pairs, each once."""
    texts = [*column.remarks, *(text for pair in column.pairs for text in pair.remarks)]
    return list(dict.fromkeys(texts))


def surest_first(
        findings: list[ColumnFindings]) -> list[tuple[ColumnFindings, PairFinding]]:
    """All pairs with their columns, the lowest corrected p first."""
    pairs = [(column, pair) for column in findings for pair in column.pairs]
    return sorted(pairs, key=lambda of: np.nan_to_num(of[1].p_holm, nan=np.inf))


def tested_pairs(findings: list[ColumnFindings]) -> set[frozenset[str]]:
    """The pairs of groups, in any order, whose difference was tested."""
    return {frozenset(pair.names) for column in findings for pair in column.pairs}


def _pair(group: h5py.Group) -> PairFinding:
    known: dict[str, Any] = table(group) | scalars(group)
    names = known.get("names")
    first, second = names if names is not None and len(names) == 2 else \
        (str(plain(group.attrs.get("title", group.name.rpartition("/")[2]))), "")
    return PairFinding(
        names=(one_line(str(first)), one_line(str(second))), difference=known["difference"],
        errors=known.get("difference_errors"), t=known.get("t"), p_fwe=known.get("p_fwe"),
        p_tfce=known.get("p_tfce"), half_width=_half_width(known),
        p_holm=float(known.get("p_holm", np.nan)), regions=table(group.get("regions")),
        remarks=_texts(known, "remarks"))


def _half_width(known: dict[str, Any]) -> np.ndarray | None:
    """As the file has it; before schema 1.4 the errors times one factor."""
    if "half_width" in known or "critical_t" not in known:
        return known.get("half_width")
    return float(known["critical_t"]) * known["difference_errors"]


def _texts(values: dict[str, Any], name: str) -> list[str]:
    return [one_line(str(text)) for text in values.get(name, ())]
