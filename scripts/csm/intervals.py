"""Intervals of shares and means."""

import numpy as np
from scipy.stats import norm, t


def wilson(n_hits, n, level=0.95):
    """(low, high) of a share that was seen n_hits times of n (Wilson 1927); (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    z = norm.ppf((1 + level) / 2)
    share, weight = n_hits / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * np.sqrt(share * (1 - share) / n + weight / (4 * n))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def margin(statistic, n_units, level=0.95):
    """Half the width of the interval of statistic(weights), by the jackknife; NaN for one unit.
    `weights`: (n_units) shares that sum to 1.

    A correlation falls when images are drawn twice, as in a bootstrap, because fewer are left to
    average out the noise: its percentiles lie beside the value. Leaving out one image at a time
    moves it by little.
    """
    if n_units < 2:
        return float("nan")
    weights = (1 - np.eye(n_units)) / (n_units - 1)
    without = np.array([statistic(row) for row in weights])
    error = np.sqrt((n_units - 1) * without.var())
    return float(t.ppf((1 + level) / 2, n_units - 1) * error)


def p_above_zero(values):
    """One-sided p of the t test that the mean of each column (n x k) is above zero; 1 if there is
    nothing to test."""
    values = np.asarray(values, float)
    n = len(values)
    mean, spread = (
        values.mean(axis=0),
        values.std(axis=0, ddof=1) if n > 1 else np.zeros(values.shape[1]),
    )
    testable = (spread > 0) & (n > 1)
    statistic = np.divide(mean * np.sqrt(n), spread, out=np.zeros_like(mean), where=testable)
    return np.where(testable, t.sf(statistic, max(1, n - 1)), 1.0)
