"""The tested differences of groups that a result file holds (/entry/findings)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from csm.result_schema import at

LEVEL = 0.05  # the family-wise error rate of all findings


@dataclass(frozen=True)
class Finding:
    """One comparison of two groups, on T x T blocks of pixels of the canonical face.

    difference  (T x T) [unit]  first less second; NaN where it was not tested
    p_tfce      (T x T)         corrected for all places
    p_holm                      of the whole face, corrected for all comparisons
    """

    column: str
    first: str
    second: str
    difference: np.ndarray
    p_tfce: np.ndarray
    p_holm: float

    @property
    def differs(self) -> bool:
        """Whether the maps differ at all beyond chance."""
        return self.p_holm <= LEVEL

    @property
    def is_beyond_chance(self) -> np.ndarray:
        """(T x T) the places that differ."""
        # The file holds float32; .05 itself counts.
        return (self.p_tfce <= np.float32(LEVEL)) & self.differs


def read_findings(path: str | Path) -> list[Finding]:
    """The comparisons of a result file, or of one that csm_test wrote; none if it has none."""
    with h5py.File(path) as file:
        columns = file.get(at("findings"), {})
        return [
            Finding(
                column["column"].asstr()[()],
                *pair["names"].asstr()[:],
                pair["difference"][()],
                pair["p_tfce"][()],
                float(pair["p_holm"][()]),
            )
            for column in columns.values()
            for pair in column.values()
            if isinstance(pair, h5py.Group) and "p_tfce" in pair
        ]
