"""Values of HDF5 groups as plain Python and NumPy."""

from typing import Any

import h5py
import numpy as np


def plain(value: Any) -> Any:
    """Bytes as text, NumPy scalars as Python's."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.item() if isinstance(value, np.generic) else value


def scalars(group: Any) -> dict[str, Any]:
    """The single values of a group, by name."""
    return {name: plain(item[()]) for name, item in group.items()
            if isinstance(item, h5py.Dataset) and item.shape == ()}


def table(group: Any) -> dict[str, np.ndarray]:
    """The data sets of a group that are not single values; texts as str."""
    if group is None:
        return {}
    return {name: _column(item) for name, item in group.items()
            if isinstance(item, h5py.Dataset) and item.ndim and name != "snapshots"}


def texts_at(entry: h5py.Group, path: str) -> list[str]:
    """The texts of a data set; none if it is missing."""
    return [str(plain(text)) for text in entry[path][()]] if path in entry else []


def _column(item: h5py.Dataset) -> np.ndarray:
    values = item[()]
    if values.dtype.kind in "OS":
        return np.array([str(plain(value)) for value in values.ravel()]).reshape(values.shape)
    return values
