"""Reads the result files of csm_mpi (HDF5, NeXus conventions) into plain NumPy values."""

from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np


SCHEMA = "1"  # major version that these scripts read


class ResultError(ValueError):
    """A file that is not a result of csm_mpi, or that lacks what is asked for."""


@dataclass
class CanonicalMap:
    """Maps (S x S): mean drop of the confidence (or value of a baseline method), its standard error (NaN where unknown), number of images."""

    mean: np.ndarray
    errors: np.ndarray
    count: np.ndarray
    n_images: int

    @property
    def covered(self):
        return self.count > 0

    @property
    def coloured(self):
        """The pixels that pictures colour: seen by one in ten of the images of the best seen pixel, as in the pictures of csm_mpi."""
        return self.count >= max(1, -(-self.count.max() // 10))

    def shown(self):
        """The mean with NaN where pictures are not coloured."""
        return np.where(self.coloured, self.mean, np.nan)


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
    value_name: str  # such as "drop of the probability"
    mean_face: np.ndarray | None
    regions: list = field(default_factory=list)
    groups: dict = field(default_factory=dict)
    convergence: dict = field(default_factory=dict)
    failures: dict = field(default_factory=dict)
    images: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    warnings: list = field(default_factory=list)  # reasons not to trust the map
    classification: dict = field(default_factory=dict)  # how often the network is right; empty for embeddings
    inputs: dict = field(default_factory=dict)
    methods: dict = field(default_factory=dict)  # {method: CanonicalMap of the same images} of a run with --evaluate


def read_result(path):
    """The result in a file. Errors: ResultError, whose message is what is wrong with the file."""
    path = Path(path)
    if not path.is_file():
        raise ResultError(f"{path} does not exist. Which file did --output of csm_mpi name?")
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file)
    except OSError as error:
        raise ResultError(f"{path} is not an HDF5 file or is damaged: {error}. Give a file that csm_mpi wrote.") from error


def _read(path, file):
    if "entry/cms/cms" not in file:
        raise ResultError(f"{path} has no /entry/cms/cms. Give a file that csm_mpi wrote.")
    schema = str(_plain(file.attrs.get("csm_schema", SCHEMA)))
    if schema.split(".")[0] != SCHEMA:
        raise ResultError(f"{path} has the schema {schema}; this script reads {SCHEMA}.x. Use the scripts of the csm_mpi that wrote it.")
    entry = file["entry"]
    groups = entry.get("groups", {})
    return Result(
        path=path, facts=_scalars(entry) | _scalars(entry.get("process", {})), cms=_map(entry["cms"]),
        unit=_plain(entry["cms/cms"].attrs.get("units", "")), value_name=_value_name(entry["cms/cms"]), mean_face=_picture(entry.get("mean_face")),
        regions=_regions(entry.get("regions")),
        groups={str(_plain(groups[key]["name"][()])) if "name" in groups[key] else key: _map(groups[key])
                for key in groups if "cms" in groups[key]},
        convergence={name: item[()] for name, item in entry.get("convergence", {}).items()
                     if isinstance(item, h5py.Dataset) and item.ndim == 1},
        failures=_failures(entry.get("failures")), images=_table(entry.get("images")),
        remarks=[_plain(text) for text in entry["remarks"][()]] if "remarks" in entry else [],
        warnings=[_plain(text) for text in entry["warnings"][()]] if "warnings" in entry else [],
        classification=_table(entry.get("classification")) | _scalars(entry.get("classification", {})),
        inputs=_scalars(entry.get("inputs", {})),
        methods=_method_maps(entry.get("evaluation")))


def _method_maps(evaluation):
    """{method: its map} in the order of --evaluate, of a file that has them."""
    if evaluation is None or "cms" not in evaluation:
        return {}
    return {method: _map(evaluation["cms"][method]) for method in map(_plain, evaluation["maps"][()]) if method in evaluation["cms"]}


def _value_name(item):
    """What a value of the map is: the end of "canonical saliency map: drop of the probability"."""
    return str(_plain(item.attrs.get("long_name", ""))).partition(": ")[2] or "drop of the confidence"


def _scalars(group):
    """The single values of a group, by name."""
    return {name: _plain(item[()]) for name, item in group.items() if isinstance(item, h5py.Dataset) and item.shape == ()}


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
    n_images = int(group["n_images"][()]) if "n_images" in group else int(count.max())
    return CanonicalMap(mean.astype(float), errors.astype(float), count, n_images)


def _picture(item):
    """(S x S x 3) uint8, also if the picture is the signal of an NXdata group."""
    if isinstance(item, h5py.Group):
        signal = _plain(item.attrs.get("signal", ""))
        item = item.get(signal) if signal else next(iter(item.values()), None)
    return None if item is None else item[()]


def _table(item):
    """Columns by name, of a group of equally long data sets."""
    if item is None:
        return {}
    return {name: _texts(column[()]) for name, column in item.items() if isinstance(column, h5py.Dataset) and column.ndim}


def _texts(column):
    if column.dtype.kind in "OS":
        return np.array([_plain(value) for value in column.tolist()])
    return column


def _regions(item):
    table = _table(item)
    if not table:
        return []
    return [Region(str(n), float(m), float(e), float(s))
            for n, m, e, s in zip(table["name"], table["mean"], table["mean_errors"], table["share"])]


def _failures(group):
    """Number of images left out, by reason."""
    table = _table(group)
    return {str(reason): int(n) for reason, n in zip(table.get("reason", ()), table.get("n_images", ()))}
