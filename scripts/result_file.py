"""Reads the result files of csm_mpi (HDF5, NeXus conventions) into plain NumPy values."""

from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np


class ResultError(ValueError):
    """A file that is no result of csm_mpi, or that lacks what is asked for."""


@dataclass
class CanonicalMap:
    """Maps (S x S): mean drop of the confidence, its standard error (NaN where unknown), number of images."""

    mean: np.ndarray
    errors: np.ndarray
    count: np.ndarray

    @property
    def covered(self):
        return self.count > 0

    def shown(self):
        """The mean with NaN where no image covers the pixel."""
        return np.where(self.covered, self.mean, np.nan)


@dataclass
class Region:
    """Mean of one face region over the images, its standard error, and its share of the positive saliency."""

    name: str
    mean: float
    error: float
    share: float


@dataclass
class Result:
    """One result file."""

    path: Path
    facts: dict
    cms: CanonicalMap
    unit: str
    mean_face: np.ndarray | None
    regions: list = field(default_factory=list)
    groups: dict = field(default_factory=dict)
    convergence: dict = field(default_factory=dict)
    failures: dict = field(default_factory=dict)
    images: dict = field(default_factory=dict)


def read_result(path):
    """The result in a file. Errors: ResultError that says what is wrong with the file."""
    path = Path(path)
    if not path.is_file():
        raise ResultError(f"{path} does not exist. Which file did --output of csm_mpi name?")
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file)
    except OSError as error:
        raise ResultError(f"{path} is no HDF5 file or is damaged: {error}. Give a file that csm_mpi wrote.") from error


def _read(path, file):
    if "entry/cms/cms" not in file:
        raise ResultError(f"{path} has no /entry/cms/cms. Give a file that csm_mpi wrote.")
    entry = file["entry"]
    facts = {name: _plain(value) for source in (file.attrs, entry.attrs) for name, value in source.items()}
    facts |= {name: _plain(item[()]) for name, item in entry.items() if isinstance(item, h5py.Dataset) and item.shape == ()}
    groups = entry.get("groups", {})
    return Result(
        path=path, facts=facts, cms=_map(entry["cms"]), unit=_plain(entry["cms/cms"].attrs.get("units", "")),
        mean_face=_picture(entry.get("mean_face")), regions=_regions(entry.get("regions")),
        groups={name: _map(groups[name]) for name in groups if isinstance(groups[name], h5py.Group) and "cms" in groups[name]},
        convergence={name: item[()] for name, item in entry.get("convergence", {}).items()
                     if isinstance(item, h5py.Dataset) and item.ndim == 1},
        failures=_failures(entry.get("process")), images=_table(entry.get("images")))


def _plain(value):
    """Bytes as text, NumPy scalars as Python's."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [_plain(v) for v in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def _map(group):
    mean = group["cms"][()]
    errors = group["cms_errors"][()] if "cms_errors" in group else np.full(mean.shape, np.nan)
    count = group["count"][()] if "count" in group else np.ones(mean.shape, int)
    return CanonicalMap(mean.astype(float), errors.astype(float), count)


def _picture(item):
    """(S x S x 3) uint8, also where the picture is the signal of an NXdata group."""
    if isinstance(item, h5py.Group):
        signal = _plain(item.attrs.get("signal", ""))
        item = item.get(signal) if signal else next(iter(item.values()), None)
    return None if item is None else item[()]


def _table(item):
    """Columns by name, of a group of equally long data sets or of a compound data set."""
    if item is None:
        return {}
    if isinstance(item, h5py.Dataset):
        rows = item[()]
        return {name: _texts(rows[name]) for name in rows.dtype.names or ()}
    return {name: _texts(column[()]) for name, column in item.items() if isinstance(column, h5py.Dataset) and column.ndim}


def _texts(column):
    if column.dtype.kind in "OS":
        return np.array([_plain(value) for value in column.tolist()])
    return column


def _regions(item):
    table = _table(item)
    names = table.get("name", table.get("region"))
    if names is None:
        return []
    empty = np.full(len(names), np.nan)
    errors = table.get("mean_errors", table.get("standard_error", empty))
    return [Region(str(n), float(m), float(e), float(s))
            for n, m, e, s in zip(names, table["mean"], errors, table.get("share", empty))]


def _failures(process):
    """Number of images left out, by reason."""
    if process is None or "failures" not in process:
        return {}
    table = _table(process["failures"])
    counts = table.get("count", table.get("n_images"))
    if "reason" in table and counts is not None:
        return {str(reason): int(n) for reason, n in zip(table["reason"], counts)}
    return {name: int(n) for name, n in process["failures"].attrs.items() if isinstance(n, (int, np.integer))}
