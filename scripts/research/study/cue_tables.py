"""The tables of the planted cues: how well each network learnt its cue, and how well each method
found it.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from csm.intervals import wilson
from csm.saved_maps import read_saved_maps

from study.cue_network import CLASSES
from study.cues import CUES
from study.markdown import percent, table
from study.region_scores import Score, find_rate, score

MIRRORED = "_mirrored"
MIN_UNITS = 3  # photographs that a test needs
SUBSETS = (3, 5, 10, 20, 30, 50, 100)  # photographs


@dataclass(frozen=True)
class Learnt:
    """Held-out images whose random label, and whose cue, the network predicts."""

    n_labels: int
    n_cues: int
    n: int

    @property
    def is_learnt(self):
        """Whether the network predicts the cue better than by chance: the lower end of the interval
        is above a half.
        """
        return wilson(self.n_cues, self.n)[0] > 0.5


@dataclass(frozen=True)
class Finding:
    """A method on a network."""

    case: object
    method: str
    learnt: Learnt
    score: Score
    # Of the images that the network calls marked; None if of fewer than MIN_UNITS photographs.
    of_marked: Score | None
    rates: dict  # share of the random subsets of n photographs that find the cue, by n


def read_finding(case, method, result, manifest):
    """The finding in a result file. For a network without a cue the score is of no region, only its
    alarm counts.
    """
    maps = read_saved_maps(result)
    units = [unit_of(path) for path in maps.images]
    planted = CUES[case.cue] if case.cue else ()
    with manifest.open(newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    predictions = [
        (predicted == rows[path]["label"], predicted == rows[path]["cue"])
        for path, predicted in zip(maps.images, maps.predicted)
    ]
    rates = {
        n: find_rate(maps, planted, units, n) for n in SUBSETS if planted and n <= len(set(units))
    }
    marked = maps.called(CLASSES[1])
    marked_units = [unit_of(path) for path in marked.images]
    of_marked = (
        score(marked, planted, marked_units) if len(set(marked_units)) >= MIN_UNITS else None
    )
    return Finding(
        case,
        method,
        Learnt(*map(sum, zip(*predictions)), len(predictions)),
        score(maps, planted, units),
        of_marked,
        rates,
    )


def unit_of(path):
    """The photograph that a picture is a view of."""
    return Path(path).stem.removesuffix(MIRRORED)


def by_case(findings):
    """The cases with a cue, by cue, falling strength and seed."""
    order = {cue: i for i, cue in enumerate(CUES)}
    return sorted(
        {f.case for f in findings if f.case.cue},
        key=lambda case: (order[case.cue], -case.strength, case.seed),
    )


def table_of_networks(findings):
    """A row for each network: what it learnt, what CSM shows of it."""
    csm = {f.case: f for f in findings if f.method == "csm"}
    rows = []
    for case in (case for case in by_case(findings) if case in csm):
        f = csm[case]
        rows.append(
            [
                case.cue,
                f"{100 * case.strength:.0f} %",
                case.seed,
                percent(f.learnt.n_labels, f.learnt.n),
                percent(f.learnt.n_cues, f.learnt.n),
                f"{f.score.share:.2f} ± {f.score.margin:.2f}",
                f"{f.score.share / f.score.area:.1f}",
                f.score.rank,
                percent(f.score.n_pointing, f.score.n_images),
                format_alarm(f.score),
                *format_marked(f.of_marked),
            ]
        )
    return table(
        [
            "cue",
            "strength",
            "seed",
            "label right",
            "cue told",
            "share ± 95 %",
            "times its area",
            "rank",
            "pointing",
            "alarm",
            "called marked: share",
            "alarm",
        ],
        rows,
    )


def format_alarm(found):
    return found.alarm.region if found.alarm.is_raised else "none"


def format_marked(found):
    return [f"{found.share:.2f} ± {found.margin:.2f}", format_alarm(found)] if found else ["-", "-"]


def table_of_methods(findings, format_finding):
    """Methods (rows) by cue and strength (columns); a cell joins format_finding(finding) of the
    seeds, in brackets if the network did not learn the cue.
    """
    cases = list(dict.fromkeys((case.cue, case.strength) for case in by_case(findings)))
    methods = list(dict.fromkeys(f.method for f in findings))
    rows = []
    for method in methods:
        cells = []
        for cue, strength in cases:
            cell = [
                format_finding(f) if f.learnt.is_learnt else f"({format_finding(f)})"
                for f in findings
                if f.method == method and (f.case.cue, f.case.strength) == (cue, strength)
            ]
            cells.append(", ".join(cell) or "-")
        rows.append([method, *cells])
    return table(["method", *(f"{cue} {100 * strength:.0f} %" for cue, strength in cases)], rows)


def table_of_alarms(findings):
    """A row for each method: of the cues that were learnt those found, and wrong regions; alarms if
    there was no cue. Also of the images called marked.
    """
    rows = []
    for method in dict.fromkeys(f.method for f in findings):
        own = [f for f in findings if f.method == method]
        rows.append(
            [
                method,
                *alarm_counts(
                    [(f.case, f.score) for f in own if f.learnt.is_learnt or not f.case.cue]
                ),
                *alarm_counts(
                    [
                        (f.case, f.of_marked)
                        for f in own
                        if f.of_marked and (f.learnt.is_learnt or not f.case.cue)
                    ]
                ),
            ]
        )
    names = ("cues found", "another region", "alarms without a cue")
    return table(["method", *names, *(f"called marked: {name}" for name in names)], rows)


def alarm_counts(scores):
    """Cells: cues found, other regions named, alarms of networks without a cue and what they name.
    `scores`: (case, Score).
    """
    cued, controls = (
        [pair for pair in scores if pair[0].cue],
        [found for case, found in scores if not case.cue],
    )
    named = [
        (found.alarm.region, "+".join(CUES[case.cue]))
        for case, found in cued
        if found.alarm.is_raised
    ]
    right = sum(region == planted for region, planted in named)
    false = [found.alarm.region for found in controls if found.alarm.is_raised]
    alarms = f"{len(false)} of {len(controls)}" + (
        f" ({', '.join(sorted(set(false)))})" if false else ""
    )
    return [f"{right} of {len(cued)}", len(named) - right, alarms]


def table_of_subsets(findings):
    """A row for each learnt network: how often CSM finds the cue from a few photographs."""
    counts = sorted({n for f in findings for n in f.rates})
    rows = [
        [
            f.case.cue,
            f"{100 * f.case.strength:.0f} %",
            f.case.seed,
            *(f"{100 * f.rates[n]:.0f} %" if n in f.rates else "-" for n in counts),
        ]
        for case in by_case(findings)
        for f in findings
        if f.case == case and f.method == "csm" and f.learnt.is_learnt
    ]
    return table(["cue", "strength", "seed", *(f"{n} photographs" for n in counts)], rows)


def report(findings):
    """All tables as one Markdown text."""
    parts = [
        ("Networks, and what CSM shows of them", table_of_networks(findings)),
        (
            "Share of the positive saliency in the planted region",
            table_of_methods(findings, lambda f: f"{f.score.share:.2f}"),
        ),
        ("Rank of the planted region", table_of_methods(findings, lambda f: str(f.score.rank))),
        (
            "Images whose own maximum lies in the planted region [%]",
            table_of_methods(
                findings, lambda f: f"{100 * f.score.n_pointing / f.score.n_images:.0f}"
            ),
        ),
        ("Alarms", table_of_alarms(findings)),
        (
            "Photographs that CSM needs: how often a random choice of them finds the cue",
            table_of_subsets(findings),
        ),
    ]
    return "\n\n".join(f"## {title}\n\n{rows}" for title, rows in parts) + "\n"
