"""Reads how far the map would change with other persons: /entry/intervals of a result file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import h5py
import numpy as np

from csm.report.number_text import count_text, interval_text, readable_name, readable_number
from csm.report.read_values import scalars, table


@dataclass(frozen=True)
class RegionInterval:
    """The mean of a region over persons, its standard error and its 95 % interval."""

    mean: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """The 95 % intervals of a map, on blocks of pixels of the canonical face."""

    mean: np.ndarray        # (T x T) over persons
    half_width: np.ndarray  # (T x T) mean +- half_width is the interval of a place alone
    band_factor: float      # half widths that a band for all places at once reaches; NaN: none
    n_persons: int
    regions: dict[str, RegionInterval]
    sentences: list[str]

    def of_persons(self, n_images: int) -> str:
        """"over 25 persons"; empty if each image is of a person of its own."""
        return f"over {count_text(self.n_persons, 'person')}" if self.n_persons != n_images else ""


def read_intervals(entry: h5py.Group) -> Intervals | None:
    """The intervals; None if the file has none."""
    if "intervals" not in entry:
        return None
    group = entry["intervals"]
    known, values = scalars(group), table(group)
    regions = table(group.get("regions"))
    columns = [regions.get(name, ()) for name in ("name", "mean", "mean_errors", "low", "high")]
    return Intervals(
        mean=values["mean"], half_width=values["half_width"],
        band_factor=float(known["band_factor"]),
        n_persons=int(known["n_persons"]),
        regions={str(name): RegionInterval(*map(float, numbers))
                 for name, *numbers in zip(*columns, strict=True)},
        sentences=[str(text) for text in values.get("sentences", ())])


def person_warning(intervals: Intervals | None, means: Mapping[str, float], n_images: int) -> str:
    """That some persons have so many of the images that the map is mostly theirs; else empty.

    @param means of the regions over images. The file does not tell whose an image is: a mean that
    lies further from that over persons than half the interval's width does.
    """
    if intervals is None or intervals.n_persons == n_images:
        return ""
    distances = {name: abs(means[name] - one.mean) / ((one.high - one.low) / 2)
                 for name, one in intervals.regions.items()
                 if math.isfinite(means.get(name, math.nan)) and one.high > one.low}
    furthest = max(distances, key=lambda name: distances[name], default="")
    if not furthest or distances[furthest] <= 1:
        return ""
    one = intervals.regions[furthest]
    return (f"Of the {count_text(n_images, 'image')} of "
            f"{count_text(intervals.n_persons, 'person')} some persons have far more than others, "
            "and the map counts each image alike: "
            f"the {readable_name(furthest)} has {readable_number(means[furthest], 2)} over images, "
            f"but {readable_number(one.mean, 2)} over persons (95 % interval "
            f"{interval_text(one.low, one.high)}). Give each person about as many images.")
