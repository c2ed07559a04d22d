"""What is wrong with a result file that opens as HDF5 but does not hold what it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

ADVICE = "Take another copy of the file, or make the result again."
# What readers raise if an object is missing, or of another kind, shape or length.
MISFITS = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)


def describe_misfit(path: Path, error: Exception) -> str:
    """The message of a file that a reader could not make sense of."""
    text = error.args[0] if isinstance(error, KeyError) and error.args else error
    return f"{path} is damaged or not whole: {text}. {ADVICE}"


def fault_of_map(place: str, mean: Any, errors: Any, count: Any) -> str | None:
    """What is wrong with a map (S x S), its standard errors and its counts (None: it has
    none); None if all is well. NaN is a place without a value."""
    if np.ndim(mean) != 2:
        return f"{place} has {np.ndim(mean)} axes, and a map has 2"
    for name, values in ((f"errors of {place}", errors), (f"counts of {place}", count)):
        if values is not None and np.shape(values) != np.shape(mean):
            return f"the {name} are {np.shape(values)}, and the map is {np.shape(mean)}"
    if np.isinf(mean).any():
        return f"{place} holds an infinite value"
    if count is not None and not np.all(np.asarray(count) >= 0):
        return f"the counts of {place} hold {np.asarray(count).min()}"
    return None


def fault_of_table(place: str, table: dict[str, Any], needed: tuple[str, ...] = ()) -> str | None:
    """What is wrong with the columns of a table, which have one length; None if all is well, or
    the table is not there. @param needed columns that it must have"""
    for name in needed:
        if table and name not in table:
            return f"{place} has no column {name}"
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) < 2:
        return None
    few, most = min(lengths, key=lambda name: lengths[name]), max(lengths, key=lambda n: lengths[n])
    return f"{place}/{few} has {lengths[few]} values, and {place}/{most} {lengths[most]}"
