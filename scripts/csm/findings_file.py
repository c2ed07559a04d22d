"""What csm_test found, as Python users want it: tested differences and kinds of explanations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from csm.damage import ADVICE, MISFITS, describe_misfit, fault_of_map
from csm.names import one_line
from csm.report.chosen_images import chosen_by_run, chosen_by_test
from csm.report.read_findings import ColumnFindings, read_findings
from csm.report.read_values import plain, scalars, table, texts_at
from csm.result_file import ResultError
from csm.result_schema import at


@dataclass(frozen=True)
class Cluster:
    """One kind of explanations; maps are (T x T) on blocks of pixels of the canonical face.

    mean      [unit]  mean of the cluster's maps
    excess    [unit]  less the mean of the other images' maps
    examples  images nearest to the cluster's mean shape, the nearest first
    excesses  {column of the file: values}: what is commoner here than elsewhere
    """

    name: str
    n_images: int
    accuracy: tuple[float, float, float]  # share decided rightly, ends of its 95 % interval
    mean: np.ndarray
    excess: np.ndarray
    stability: float
    examples: list[str]
    excesses: dict[str, np.ndarray]


@dataclass(frozen=True)
class Clusters:
    """The kinds of explanations among the maps of a result."""

    p: float  # that all maps are of one kind
    sentences: list[str]
    clusters: list[Cluster]
    cluster_of: dict[str, str]  # by image


@dataclass(frozen=True)
class Findings:
    """One file that csm_test wrote."""

    path: Path
    tested: Path  # the result with the maps that were tested
    unit: str
    columns: list[ColumnFindings]
    clusters: Clusters | None
    chosen: str = ""  # which images --where chose, of the run and of the test; empty: all


def is_findings_file(path: str | Path) -> bool:
    """Whether csm_test wrote the file, and not csm_mpi. Errors: ResultError for a damaged one."""
    if not h5py.is_hdf5(path):
        return False
    try:
        with h5py.File(path) as file:
            return "tested" in file.get(at(""), {})
    except OSError as error:
        raise ResultError(f"{path} is damaged: {error}. Write it again.") from error


def read_findings_file(path: str | Path) -> Findings:
    """Errors: ResultError for a file that csm_test did not write."""
    path = Path(path)
    if not is_findings_file(path):
        raise ResultError(f"{path} is not a file of csm_test. Give a RESULT.findings.h5.")
    try:
        found = _read(path)
    except MISFITS as error:
        raise ResultError(describe_misfit(path, error)) from error
    for pair in (pair for column in found.columns for pair in column.pairs):
        name = f"the difference of '{pair.names[0]}' and '{pair.names[1]}'"
        if fault := fault_of_map(name, pair.difference, pair.errors, None):
            raise ResultError(f"{path} is damaged: {fault}. {ADVICE}")
    return found


def _read(path: Path) -> Findings:
    with h5py.File(path) as file:
        entry = file["entry"]
        group = entry.get("clusters")
        units = [
            str(plain(item.attrs["units"]))
            for place in ("intervals/mean", "clusters/cluster 1/mean")
            if (item := entry.get(place)) is not None and "units" in item.attrs
        ]
        columns = read_findings(entry)
        tested = _find(Path(str(plain(entry["tested"][()]))), path)
        remarks = [text for column in columns for text in column.remarks]
        command = str(plain(entry["command"][()])) if "command" in entry else ""
        chosen = [_chosen_by_run(tested), chosen_by_test(one_line(command), remarks)]
        return Findings(
            path=path,
            tested=tested,
            unit=units[0] if units else "",
            columns=columns,
            chosen=" ".join(filter(None, chosen)),
            clusters=None if group is None else _clusters(group),
        )


def _find(tested: Path, findings: Path) -> Path:
    """The tested result as it was named, or beside the findings."""
    return tested if tested.is_file() else findings.parent / tested.name


def _chosen_by_run(tested: Path) -> str:
    """Which images the run was of, if its result is still there."""
    if not h5py.is_hdf5(tested):
        return ""
    with h5py.File(tested) as file:
        options = scalars(file.get(at("options"), {}))
        n_images = file[at("images/id")].size if at("images/id") in file else 0
    where, limit = (str(options.get(name, "")) for name in ("where", "limit"))
    return one_line(chosen_by_run(where, limit, n_images))


def _clusters(group: h5py.Group) -> Clusters:
    performance, images = table(group["performance"]), table(group["images"])
    return Clusters(
        p=float(scalars(group)["p"]),
        sentences=texts_at(group, "sentences"),
        clusters=[
            _cluster(group[str(name)], performance, i) for i, name in enumerate(performance["name"])
        ],
        cluster_of=dict(zip(images["id"].tolist(), images["cluster"].tolist(), strict=True)),
    )


def _cluster(group: h5py.Group, performance: dict[str, np.ndarray], row: int) -> Cluster:
    accuracy = (float(performance[name][row]) for name in
                ("accuracy", "accuracy_low", "accuracy_high"))
    share, low, high = accuracy
    return Cluster(
        name=str(performance["name"][row]),
        n_images=int(performance["n_images"][row]),
        accuracy=(share, low, high),
        mean=group["mean"][()],
        excess=group["excess"][()],
        stability=float(group["stability"][()]),
        examples=texts_at(group, "examples"),
        excesses=table(group.get("excesses")),
    )
