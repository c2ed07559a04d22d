"""Reads what a report shows from a result file of csm_mpi (docs/result_file.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from csm.damage import ADVICE, MISFITS, fault_of_map, fault_of_table
from csm.names import one_line
from csm.report.chosen_images import chosen_by_run
from csm.report.read_findings import ColumnFindings, read_findings
from csm.report.read_intervals import Intervals, person_warning, read_intervals
from csm.report.read_values import plain, scalars, table, texts_at
from csm.report.report_error import ReportError

SCHEMA = "1"  # major version of the result files that are read


@dataclass(frozen=True)
class FaceMap:
    """A map on the canonical face (S x S, row 0 at the top)."""

    mean: np.ndarray
    errors: np.ndarray | None  # standard errors; None if unknown
    count: np.ndarray          # images of each pixel
    n_images: int


@dataclass(frozen=True)
class Surface:
    """The canonical face: vertices (V x 3, px: x, y from the top left, z to the viewer)."""

    vertices: np.ndarray
    triangles: np.ndarray  # (T x 3), from 0
    region_names: list[str]
    pixel_regions: np.ndarray | None  # (S x S) indices into region_names


@dataclass
class PageInput:
    """One result, as far as the report shows it. Tables are {column: values}."""

    path: Path
    schema: str
    facts: dict[str, Any]
    unit: str
    value_name: str  # such as "drop of the log odds"
    cms: FaceMap
    group_by: str
    groups: dict[str, FaceMap]
    difference_names: tuple[str, str] | None
    methods: dict[str, FaceMap]
    intervals: Intervals | None  # of the map of all images
    findings: list[ColumnFindings]
    face: np.ndarray | None  # (S x S x 3) uint8
    surface: Surface | None
    face_lost: FaceMap | None  # shares of the occlusions after which no face was found
    regions: dict[str, np.ndarray]
    convergence: dict[str, np.ndarray]
    images: dict[str, np.ndarray]
    classification: dict[str, Any]
    failures: dict[str, np.ndarray]
    evaluation: dict[str, Any]
    ranks: dict[str, np.ndarray]
    ranks_summary: dict[str, Any]
    requests: dict[str, int] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # inputs, options, ...
    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def chosen(self) -> str:
        """Which images --where chose, as a sentence; empty if it chose none."""
        options = self.texts.get("options", {})
        n_images = self.cms.n_images + int(self.facts.get("n_failed", 0))
        return chosen_by_run(str(options.get("where", "")), str(options.get("limit", "")),
                             n_images)


@contextmanager
def open_entry(path: Path) -> Iterator[h5py.Group]:
    """The group /entry of a result file.

    Errors: ReportError, if it is not a result file that can be read.
    """
    advice = "Give a file that csm_mpi wrote with --output."
    if not path.is_file():
        raise ReportError(f"'{path}' is not a file", "a report is made from a result", advice)
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ReportError(f"'{path}' is not an HDF5 file or is damaged", str(error),
                          advice) from error
    with file:
        entry = file.get("entry", {})
        if "tested" in entry and "entry/cms/cms" not in file:
            raise ReportError(f"'{path}' is a file of csm_test",
                              "it has what was found, and not the map of the model",
                              f"Give the result that was tested, "
                              f"{plain(entry['tested'][()])}; csm plot draws findings.")
        if "entry/cms/cms" not in file:
            raise ReportError(f"'{path}' has no /entry/cms/cms", "there is not a map to show",
                              advice)
        version = str(plain(file.attrs.get("csm_schema", SCHEMA)))
        if version.split(".")[0] != SCHEMA:
            raise ReportError(f"'{path}' has the schema {version}",
                              f"this program reads {SCHEMA}.x",
                              "Make the report with the csm of the csm_mpi that wrote it.")
        yield file["entry"]


def read_page_input(path: Path) -> PageInput:
    """All that the report shows, but for the maps of single images and the snapshots.

    Errors: ReportError, if the file is not a result, lacks its map, or is damaged.
    """
    try:
        found = _read_page_input(path)
    except ReportError:
        raise
    except MISFITS as error:
        raise ReportError(f"'{path}' is damaged or not whole", str(error), ADVICE) from error
    maps = {"/entry/cms/cms": found.cms}
    maps |= {f"the map of '{name}'": group for name, group in found.groups.items()}
    maps |= {f"the map of {name}": method for name, method in found.methods.items()}
    faults = [fault_of_map(name, one.mean, one.errors, one.count) for name, one in maps.items()]
    faults += [fault_of_table("/entry/images", found.images),
               fault_of_table("/entry/regions", found.regions,
                              ("name", "mean", "mean_errors", "share"))]
    for fault in filter(None, faults):
        raise ReportError(f"'{path}' is damaged", fault, ADVICE)
    means = {str(name): float(mean) for name, mean in
             zip(*(found.regions.get(column, ()) for column in ("name", "mean")), strict=True)}
    if doubt := person_warning(found.intervals, means, found.cms.n_images):
        found.warnings.append(doubt)
    return found


def _read_page_input(path: Path) -> PageInput:
    with open_entry(path) as entry:
        cms, long_name = entry["cms/cms"], str(plain(entry["cms/cms"].attrs.get("long_name", "")))
        process = entry.get("process", {})
        names = [one_line(name) for name in texts_at(entry, "group_difference/names")]
        return PageInput(
            path=path, schema=str(plain(entry.file.attrs.get("csm_schema", SCHEMA))),
            facts=scalars(entry) | scalars(process),
            unit=str(plain(cms.attrs.get("units", ""))),
            value_name=long_name.partition(": ")[2] or "drop of the confidence",
            cms=_face_map(entry["cms"]), groups=_groups(entry.get("groups", {})),
            group_by=str(plain(entry["groups"].attrs.get("group_by", ""))) if "groups" in entry
            else "",
            difference_names=(names[0], names[1]) if len(names) == 2 else None,
            methods=_methods(entry), intervals=read_intervals(entry), findings=read_findings(entry),
            face=_face(entry), surface=_surface(entry.get("canonical")),
            face_lost=_face_map(entry["face_lost"], "face_lost") if "face_lost" in entry else None,
            regions=table(entry.get("regions")),
            convergence={name: column for name, column in table(entry.get("convergence")).items()
                         if column.ndim == 1},
            images=table(entry.get("images")),
            classification=table(entry.get("classification")) | scalars(
                entry.get("classification", {})),
            failures=table(entry.get("failures")), evaluation=_evaluation(entry),
            ranks=table(process.get("ranks")), ranks_summary=_summary(process.get("summary")),
            requests=scalars(process.get("requests", {})),
            texts={name: scalars(group.get(key, {})) for name, group, key in (
                ("inputs", entry, "inputs"), ("versions", entry, "versions"),
                ("options", entry, "options"), ("process_options", process, "options"),
                ("compute_settings", process, "compute_settings"))},
            warnings=[one_line(text) for text in texts_at(entry, "warnings")],
            remarks=[one_line(text) for text in texts_at(entry, "remarks")])


def _array(entry: h5py.Group, path: str) -> np.ndarray | None:
    item = entry.get(path)
    return item[()] if isinstance(item, h5py.Dataset) and item.ndim == 2 else None


def _face_map(group: h5py.Group, name: str = "cms") -> FaceMap:
    count = group["count"][()] if "count" in group else np.ones(group[name].shape, int)
    n_images = int(group["n_images"][()]) if "n_images" in group else int(count.max(initial=0))
    errors = group[f"{name}_errors"][()] if f"{name}_errors" in group else None
    return FaceMap(group[name][()], errors, count, n_images)


def _groups(groups: Any) -> dict[str, FaceMap]:
    """{value of the column: its map}; the names of HDF5 groups lack slashes."""
    return {one_line(str(plain(group["name"][()])) if "name" in group else key): _face_map(group)
            for key, group in groups.items() if "cms" in group}


def _methods(entry: h5py.Group) -> dict[str, FaceMap]:
    """The maps of the methods of --evaluate, in its order."""
    maps = entry.get("evaluation/cms", {})
    return {name: _face_map(maps[name]) for name in texts_at(entry, "evaluation/maps")
            if name in maps}


def _face(entry: h5py.Group) -> np.ndarray | None:
    """The image to paint on: that of --canonical-image, else the mean face; (S x S x 3) uint8."""
    for path in ("canonical/picture/picture", "mean_face/mean_face"):
        if path in entry and entry[path].shape[:2] == entry["cms/cms"].shape:
            image = entry[path][()]
            if image.any():
                return image
    return None


def _surface(group: h5py.Group | None) -> Surface | None:
    """The canonical face; without triangles if the file has none."""
    if group is None:
        return None
    vertices, triangles = (group[name][()] if name in group else np.zeros((0, 3))
                           for name in ("surface_vertices", "triangles"))
    return Surface(vertices, triangles.astype(np.int64), texts_at(group, "region_names"),
                   _array(group, "pixel_regions"))


def _evaluation(entry: h5py.Group) -> dict[str, Any]:
    """{maps, confidences, measures: [{name, meaning, confidence, better, unit, n_images, ...}]}.

    Of pairs also their verification: {threshold, n_same, ...}.
    """
    summary = entry.get("evaluation/summary")
    if summary is None:
        return {}
    measures = []
    for key, group in summary.items():
        about = {name: str(plain(group.attrs.get(name, ""))) for name in
                 ("meaning", "confidence", "better")}
        about["unit"] = str(plain(group["mean"].attrs.get("units", "1")))
        about["name"] = str(plain(group["mean"].attrs.get("long_name", key)))
        measures.append(about | {"key": key} | table(group) | scalars(group))
    found = {"maps": texts_at(entry, "evaluation/maps"), "measures": measures,
             "confidences": texts_at(entry, "evaluation/confidences")}
    pairs = entry.get("evaluation/verification")
    return found if pairs is None else found | {"verification": scalars(pairs)}


def _summary(group: h5py.Group | None) -> dict[str, Any]:
    return {} if group is None else table(group) | scalars(group)
