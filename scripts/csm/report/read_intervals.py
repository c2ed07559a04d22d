"""Reads how far the map would change with other persons: /entry/intervals of a result file."""

from __future__ import annotations

from dataclasses import dataclass

import h5py
import numpy as np

from csm.report.read_values import scalars, table


@dataclass(frozen=True)
class Intervals:
    """The 95 % intervals of a map, on blocks of pixels of the canonical face."""

    mean: np.ndarray        # (T x T) over persons
    half_width: np.ndarray  # (T x T) mean +- half_width is the interval of a place alone
    band_factor: float      # half widths that a band for all places at once reaches; NaN: none
    n_persons: int
    regions: dict[str, tuple[float, float]]  # name of a region -> its interval
    sentences: list[str]


def read_intervals(entry: h5py.Group) -> Intervals | None:
    """The intervals; None if the file has none."""
    if "intervals" not in entry:
        return None
    group = entry["intervals"]
    known, values = scalars(group), table(group)
    regions = table(group.get("regions"))
    ends = zip(regions.get("low", ()), regions.get("high", ()), strict=True)
    return Intervals(
        mean=values["mean"], half_width=values["half_width"],
        band_factor=float(known["band_factor"]),
        n_persons=int(known["n_persons"]),
        regions={str(name): (float(low), float(high))
                 for name, (low, high) in zip(regions.get("name", ()), ends, strict=True)},
        sentences=[str(text) for text in values.get("sentences", ())])
