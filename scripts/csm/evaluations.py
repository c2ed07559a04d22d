"""Reads what csm_mpi --evaluate found, /entry/evaluation of a result file, into plain NumPy
values."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from csm.damage import MISFITS, describe_misfit
from csm.result_file import ResultError
from csm.result_schema import at, name_of


@dataclass
class Measure:
    """One measure of M maps: means over images with 95 % intervals, and of row less column on the
    same images (M x M)."""

    name: str  # such as "average_drop"
    confidence: str  # kind of confidence; empty if the measure has none
    unit: str  # "%" or "1"
    better: str  # higher | lower | neither
    n_images: int
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    difference_low: np.ndarray


@dataclass
class Evaluation:
    """How the maps of one run compare."""

    path: Path
    task: str
    maps: list
    confidences: list  # the run's own first
    measures: list

    def find(self, name, confidence):
        """The measure in this kind of confidence, or in none; None if the run has no such
        measure."""
        return next(
            (m for m in self.measures if m.name == name and m.confidence in (confidence, "")), None
        )


def read_evaluation(path):
    """Returns the Evaluation of a result file. Errors: ResultError, whose message is what is wrong
    with the file."""
    path = Path(path)
    try:
        with h5py.File(path, "r") as file:
            if at("evaluation") not in file:
                raise ResultError(
                    f"{path} has no /{at('evaluation')}: no map was evaluated. Run csm_mpi with"
                    " --evaluate."
                )
            return Evaluation(
                path=path,
                task=file[at("task")].asstr()[()],
                maps=list(file[at("evaluation/maps")].asstr()[:]),
                confidences=list(file[at("evaluation/confidences")].asstr()[:]),
                measures=[
                    _measure(name, item) for name, item in file[at("evaluation/summary")].items()
                ],
            )
    except OSError as error:
        raise ResultError(
            f"{path} cannot be read: {error}. Give a file that csm_mpi wrote."
        ) from error
    except ResultError:
        raise
    except MISFITS as error:
        raise ResultError(describe_misfit(path, error)) from error


def _measure(name, group):
    confidence = str(group.attrs["confidence"])
    n_images, mean, low, high, difference_low = (
        group[name_of(f"evaluation/summary/{{measure}}/{name}")]
        for name in ("n_images", "mean", "low", "high", "difference_low")
    )
    return Measure(
        name=name.removesuffix(f"_{confidence}") if confidence else name,
        confidence=confidence,
        unit=str(mean.attrs["units"]),
        better=str(group.attrs["better"]),
        n_images=int(n_images[()]),
        mean=mean[:],
        low=low[:],
        high=high[:],
        difference_low=difference_low[:],
    )
