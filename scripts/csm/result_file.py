"""Reads the result files of csm_mpi (HDF5, NeXus conventions) into plain NumPy values."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from csm.damage import ADVICE, MISFITS, describe_misfit, fault_of_map, fault_of_table
from csm.errors import UserError
from csm.names import one_line
from csm.report.chosen_images import chosen_by_run
from csm.report.read_intervals import Intervals, RegionInterval, person_warning, read_intervals
from csm.result_schema import at, name_of, schema

SCHEMA = schema()["schema_version"].split(".")[0]  # major version that these scripts read
MAP, MAP_ERRORS, COUNT, N_IMAGES = map(
    name_of, ("cms/cms", "cms/cms_errors", "cms/count", "cms/n_images")
)  # in each group with a map
GROUP_NAME = name_of("groups/{group}/name")


class ResultError(UserError):
    """A file that is not a result of csm_mpi, or that lacks what is asked for."""


@dataclass
class CanonicalMap:
    """Maps (S x S): mean drop of the confidence (or value of a baseline method), its standard error
    (NaN where unknown), number of images."""

    mean: np.ndarray
    errors: np.ndarray
    count: np.ndarray
    n_images: int

    @property
    def covered(self):
        return self.count > 0

    @property
    def coloured(self):
        """The pixels that pictures colour: seen by one in ten of the images of the best seen pixel,
        as in the pictures of csm_mpi."""
        return self.count >= max(1, -(-self.count.max() // 10))

    def shown(self):
        """The mean with NaN where pictures are not coloured."""
        return np.where(self.coloured, self.mean, np.nan)


@dataclass
class Region:
    """Mean of one face region, its standard error, the ends of its 95 % interval (NaN where
    unknown), and its share of the positive saliency of the map.

    Over persons if the file has intervals, which are over persons; else over the images.
    """

    name: str
    mean: float
    error: float
    share: float
    low: float = math.nan
    high: float = math.nan


@dataclass
class StoredResult:
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
    classification: dict = field(
        default_factory=dict
    )  # how often the network is right; empty for embeddings
    inputs: dict = field(default_factory=dict)
    examples: dict = field(default_factory=dict)  # columns of /entry/examples
    group_by: str = ""  # option that made the groups
    methods: dict = field(
        default_factory=dict
    )  # {method: CanonicalMap of the same images} of a run with --evaluate
    intervals: Intervals | None = None
    chosen: str = ""  # which images --where chose, as a sentence; empty if it chose none

    @property
    def region_units(self) -> str:
        """"over 25 persons", if the regions are and the map is not; else empty."""
        return self.intervals.of_persons(self.cms.n_images) if self.intervals else ""


def read_result(path):
    """The result in a file. Errors: ResultError, whose message is what is wrong with the file."""
    path = Path(path)
    if not path.is_file():
        raise ResultError(f"{path} does not exist. Which file did --output of csm_mpi name?")
    try:
        with h5py.File(path, "r") as file:
            found = _read(path, file)
    except OSError as error:
        raise ResultError(
            f"{path} is not an HDF5 file or is damaged: {error}. Give a file that csm_mpi wrote."
        ) from error
    except ResultError:
        raise
    except MISFITS as error:
        raise ResultError(describe_misfit(path, error)) from error
    _require_sense(found)
    return found


def _require_sense(found):
    """Errors: ResultError for values that no run writes."""
    maps = {at("cms/cms"): found.cms}
    maps |= {f"the map of '{name}'": group for name, group in found.groups.items()}
    maps |= {f"the map of {name}": method for name, method in found.methods.items()}
    faults = [fault_of_map(name, one.mean, one.errors, one.count) for name, one in maps.items()]
    faults.append(fault_of_table(at("images"), found.images))
    for fault in filter(None, faults):
        raise ResultError(f"{found.path} is damaged: {fault}. {ADVICE}")


def _read(path, file):
    if at("cms/cms") not in file:
        if "tested" in file.get(at(""), {}):
            raise ResultError(
                f"{path} is a file of csm_test, which has findings and not the map of the model."
                f" Give the result that was tested, {_plain(file[at('')]['tested'][()])}."
            )
        raise ResultError(f"{path} has no /{at('cms/cms')}. Give a file that csm_mpi wrote.")
    version = str(_plain(file.attrs.get("csm_schema", SCHEMA)))
    if version.split(".")[0] != SCHEMA:
        raise ResultError(
            f"{path} has the schema {version}; this script reads {SCHEMA}.x. Use the scripts of the"
            " csm_mpi that wrote it."
        )
    cms = file[at("cms/cms")]
    intervals = read_intervals(file[at("")])
    all_images = _map(file[at("cms")])
    regions = _regions(file.get(at("regions")))
    doubt = person_warning(intervals, {one.name: one.mean for one in regions}, all_images.n_images)
    classification = file.get(at("classification"), {})
    return StoredResult(
        path=path,
        facts=_scalars(file[at("")]) | _scalars(file.get(at("process"), {})),
        cms=all_images,
        unit=_plain(cms.attrs.get("units", "")),
        value_name=_value_name(cms),
        mean_face=_picture(file.get(at("mean_face"))),
        regions=_over_persons(regions, intervals),
        groups=_group_maps(file.get(at("groups"), {})),
        convergence={
            name: item
            for name, item in _table(file.get(at("convergence"))).items()
            if item.ndim == 1
        },
        failures=_failures(file.get(at("failures"))),
        images=_table(file.get(at("images"))),
        remarks=_text_list(file, at("remarks")),
        warnings=[*_text_list(file, at("warnings")), *filter(None, [doubt])],
        classification=_table(classification) | _scalars(classification),
        inputs=_scalars(file.get(at("inputs"), {})),
        methods=_method_maps(file),
        examples=_table(file.get(at("examples"))),
        group_by=_group_by(file.get(at("groups"))),
        intervals=intervals,
        chosen=_chosen(file, all_images.n_images),
    )


def _chosen(file, n_images):
    options, entry = _scalars(file.get(at("options"), {})), file[at("")]
    n_failed = int(_plain(entry["n_failed"][()])) if "n_failed" in entry else 0
    where, limit = (str(options.get(name, "")) for name in ("where", "limit"))
    return one_line(chosen_by_run(where, limit, n_images + n_failed))


def _group_by(groups):
    return "" if groups is None else str(_plain(groups.attrs.get("group_by", "")))


def _group_maps(groups):
    """{name of a group: its map}; the names of HDF5 groups lack slashes."""
    maps = {}
    for key, group in groups.items():
        name = str(_plain(group[GROUP_NAME][()])) if GROUP_NAME in group else key
        if MAP in group:
            maps[one_line(name)] = _map(group)
    return maps


def _method_maps(file):
    """{method: its map} in the order of --evaluate, of a file that has them."""
    maps = file.get(at("evaluation/cms"))
    if maps is None:
        return {}
    return {
        method: _map(maps[method])
        for method in map(_plain, file[at("evaluation/maps")][()])
        if method in maps
    }


def _text_list(file, path):
    return [one_line(_plain(text)) for text in file[path][()]] if path in file else []


def _value_name(item):
    """What a value of the map is: the end of "canonical saliency map: drop of the probability"."""
    return (
        str(_plain(item.attrs.get("long_name", ""))).partition(": ")[2] or "drop of the confidence"
    )


def _scalars(group):
    """The single values of a group, by name."""
    return {
        name: _plain(item[()])
        for name, item in group.items()
        if isinstance(item, h5py.Dataset) and item.shape == ()
    }


def _plain(value):
    """Bytes as text, NumPy scalars as Python's."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [_plain(v) for v in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def _map(group):
    mean = group[MAP][()]
    errors = group[MAP_ERRORS][()] if MAP_ERRORS in group else np.full(mean.shape, np.nan)
    count = group[COUNT][()] if COUNT in group else np.ones(mean.shape, int)
    n_images = int(group[N_IMAGES][()]) if N_IMAGES in group else int(count.max())
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
    return {
        name: _texts(column[()])
        for name, column in item.items()
        if isinstance(column, h5py.Dataset) and column.ndim
    }


def _texts(column):
    if column.dtype.kind in "OS":
        return np.array([_plain(value) for value in column.tolist()])
    return column


def _regions(item):
    table = _table(item)
    if not table:
        return []
    columns = (
        table[name_of(f"regions/{column}")] for column in ("name", "mean", "mean_errors", "share")
    )
    return [
        Region(str(name), float(mean), float(error), float(share))
        for name, mean, error, share in zip(*columns, strict=True)
    ]


def _over_persons(regions, intervals):
    """The regions with the means that their intervals are of; those without one lose theirs."""
    if intervals is None or not intervals.regions:
        return regions
    unknown = RegionInterval(math.nan, math.nan, math.nan, math.nan)
    return [
        Region(one.name, of.mean, of.error, one.share, of.low, of.high)
        for one in regions
        for of in [intervals.regions.get(one.name, unknown)]
    ]


def _failures(group):
    """Number of images left out, by reason."""
    table = _table(group)
    reasons, numbers = (
        table.get(name_of(f"failures/{column}"), ()) for column in ("reason", "n_images")
    )
    return {str(reason): int(n) for reason, n in zip(reasons, numbers, strict=True)}
