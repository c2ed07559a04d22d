"""Student's t distribution, as far as intervals need it."""

from functools import cache

import numpy as np

_ANGLES = np.linspace(0, np.pi / 2, 20001)


@cache
def interval_factor(n: int) -> float:
    """Standard errors on either side of a mean of n values that a 95 % interval reaches.

    It is NaN for fewer than two values.
    """
    if n < 2:
        return float("nan")
    return float(np.sqrt(n - 1) * np.tan(np.interp(0.95, _inner_share(n - 1), _ANGLES)))


def tail_shares(degrees: np.ndarray, limit: float) -> np.ndarray:
    """P(|T| > limit) for each number of degrees of freedom, from 1 on."""
    known = np.geomspace(1, 1e5, 160)
    shares = [1 - np.interp(np.arctan(limit / np.sqrt(d)), _ANGLES, _inner_share(d)) for d in known]
    return np.interp(np.log(np.clip(degrees, 1, 1e5)), np.log(known), shares)


def _inner_share(degrees: float) -> np.ndarray:
    """P(|T| <= sqrt(degrees) tan(angle)) at each of the angles: the density of the angle is
    proportional to cos(angle)^(degrees - 1)."""
    with np.errstate(divide="ignore"):
        density = np.exp((degrees - 1) * np.log(np.cos(_ANGLES))) if degrees > 1 \
            else np.ones_like(_ANGLES)
    total = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return total / total[-1]
