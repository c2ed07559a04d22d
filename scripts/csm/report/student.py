"""Student's t distribution, as far as intervals need it."""

import numpy as np
from scipy.special import stdtr, stdtrit


def interval_factor(n: int) -> float:
    """Standard errors on either side of a mean of n values that a 95 % interval reaches.

    It is NaN for fewer than two values.
    """
    return float(stdtrit(n - 1, 0.975)) if n > 1 else float("nan")


def tail_shares(degrees: np.ndarray, limit: float) -> np.ndarray:
    """P(|T| > limit) for each number of degrees of freedom."""
    return 2 * stdtr(degrees, -limit)
