"""How the pairs of groups of a file were tested, and whether any difference could be found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import h5py

from csm.damage import MISFITS, describe_misfit
from csm.names import one_line
from csm.report.number_text import count_text, percent
from csm.report.read_values import plain, scalars, table
from csm.result_file import ResultError

LEVEL = 0.05  # the family-wise error rate of findings
WHOLE_FACE = 0.995  # the share of the face that reads as all of it
PairKey = tuple[str, tuple[str, str]]  # a column, and the names of its two groups


@dataclass(frozen=True)
class PairFacts:
    """What the finding of a pair rests on. Defaults are what files of earlier versions lack.

    n_persons        of the first and of the second group
    units            who was exchanged: persons, or each image or pair of faces as one
    is_within        whether two values of the column were compared within each person
    share_tested     of the face
    n_permutations   random exchanges
    smallest_p       that so few persons can give, however they are exchanged
    n_comparisons    of the file, for which each p is corrected
    confidence_unit  such as "log odds"; empty if there is none
    """

    n_persons: tuple[int, int] | None = None
    units: str = "persons"
    is_within: bool = False
    share_tested: float = math.nan
    n_permutations: int = 0
    smallest_p: float = 0.0
    n_comparisons: int = 1
    confidence_unit: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of the face could be tested, or it is not known how much."""
        return not self.share_tested < WHOLE_FACE

    @property
    def few(self) -> str:
        """Of what there is too little for any difference to be found; empty if one could be. More
        exchanges do not help where persons are lacking."""
        if self.n_comparisons * self.smallest_p > LEVEL:
            return self.units
        return "exchanges" if self.lowest_p > LEVEL else ""

    @property
    def lowest_p(self) -> float:
        """The corrected p that a difference can have at least, however large it is."""
        n = self.n_comparisons
        of_exchanges = n / (self.n_permutations + 1) if self.n_permutations else 0.0
        return min(1.0, max(n * self.smallest_p, of_exchanges))


def read_pair_facts(path: Path) -> dict[PairKey, PairFacts]:
    """The facts of each pair of a file of csm_test, or of a result with findings. Errors:
    ResultError for a damaged file."""
    try:
        with h5py.File(path) as file:
            return _read(file.get("entry/findings", {}))
    except MISFITS as error:
        raise ResultError(describe_misfit(path, error)) from error


def describe_persons(facts: PairFacts) -> str:
    """ "151 and 437 persons"; empty if unknown."""
    if facts.n_persons is None:
        return ""
    first, second = facts.n_persons
    if facts.is_within:
        return f"within {count_text(first, 'person')}"
    return f"{first:,} and {second:,} {facts.units}"


def describe_lowest_p(facts: PairFacts) -> str:
    """ "p >= 0.5", what p is at least."""
    return f"p \N{GREATER-THAN OR EQUAL TO} {facts.lowest_p:.2g}"


def describe_share(facts: PairFacts) -> str:
    """ "tested on 57 % of the face"; empty if that is all of it."""
    return "" if facts.is_whole else f"tested on {percent(facts.share_tested, 2)} of the face"


def advise_permutations(facts: list[PairFacts]) -> str:
    """What more random exchanges there must be, if they were too few; empty if they were not."""
    one = next((one for one in facts if one.few == "exchanges"), None)
    if one is None:
        return ""
    n = one.n_comparisons
    n_needed = math.ceil(n / LEVEL - 1e-9) - 1
    corrected = "" if n == 1 else f", corrected for {n:,} comparisons,"
    return (
        f"From {count_text(one.n_permutations, 'random exchange')} p{corrected} is at least "
        f"{one.lowest_p:.2g}, so that no difference can be found. Give --permutations {n_needed} "
        "or more."
    )


def _read(columns: h5py.Group) -> dict[PairKey, PairFacts]:
    found = {}
    n_comparisons = sum(_count_comparisons(group) for group in columns.values())
    for key, column in columns.items():
        name = one_line(str(scalars(column).get("column", key)))
        for pair in _pairs(column):
            names = [one_line(str(text)) for text in table(pair).get("names", ())]
            if len(names) == 2:
                found[name, (names[0], names[1])] = _read_pair(column, pair, n_comparisons)
    return found


def _read_pair(column: h5py.Group, pair: h5py.Group, n_comparisons: int) -> PairFacts:
    known = scalars(pair)
    n_persons = table(pair).get("n_persons", ())
    first_and_second = (int(n_persons[0]), int(n_persons[1])) if len(n_persons) == 2 else None
    return PairFacts(
        n_persons=first_and_second,
        units=_units(column),
        is_within=known.get("exchange") == "signs",
        share_tested=float(known.get("share_tested", math.nan)),
        n_permutations=int(known.get("n_permutations", 0)),
        smallest_p=float(known.get("smallest_p", 0.0)),
        n_comparisons=n_comparisons,
        confidence_unit=_confidence_unit(column),
    )


def _pairs(column: h5py.Group) -> list[h5py.Group]:
    return [
        item
        for item in column.values()
        if isinstance(item, h5py.Group) and "difference" in item
    ]


def _count_comparisons(column: h5py.Group) -> int:
    """The pairs, and the test of three groups or more together."""
    pairs = _pairs(column)
    groups = {str(name) for pair in pairs for name in table(pair).get("names", ())}
    is_within = any(scalars(pair).get("exchange") == "signs" for pair in pairs)
    omnibus_p = float(scalars(column).get("omnibus_p", 1.0))
    return len(pairs) + (omnibus_p < 1 or (len(groups) > 2 and not is_within))


def _units(column: h5py.Group) -> str:
    if scalars(column).get("exchange_by") != "image":
        return "persons"
    performance = table(column.get("performance"))
    are_pairs = any(sum(performance.get(name, ())) for name in ("n_same", "n_different"))
    return "pairs" if are_pairs else "images"


def _confidence_unit(column: h5py.Group) -> str:
    item = column.get("performance/mean_confidence")
    unit = "" if item is None else str(plain(item.attrs.get("units", "")))
    return "" if unit == "1" else unit
