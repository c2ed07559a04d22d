"""Side by side measurements: what is compared runs in turn (A B C A B C ...), and ratios are taken within a turn."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """Median and range of the ratios of a series of pairs."""

    median: float
    lowest: float
    highest: float
    n_pairs: int

    def __str__(self):
        return f"{number(self.median)} ({number(self.lowest)}-{number(self.highest)})"


def measure_in_turns(sides, n_turns, log=lambda line: None):
    """What every side returned, by name, in the order of the turns. `sides`: callables by name."""
    found = {name: [] for name in sides}
    for turn in range(n_turns):
        for name, measure in sides.items():
            value = measure()
            log(f"turn {turn + 1} of {n_turns}: {name}: {value}")
            found[name].append(value)
    return found


def pairwise_ratio(numerators, denominators):
    """numerators[i] / denominators[i], as a Ratio."""
    if len(numerators) != len(denominators) or not numerators:
        raise ValueError(f"{len(numerators)} values cannot be paired with {len(denominators)}")
    return spread([a / b for a, b in zip(numerators, denominators)])


def spread(values):
    """Median and range of values that are ratios or shares already."""
    return Ratio(median(values), min(values), max(values), len(values))


def number(value):
    """About three significant digits, never in powers of ten for what is measured here."""
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
