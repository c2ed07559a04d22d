"""Spearman's correlation over networks, some of which share their training: together, within and
between the settings of the training, each with its interval and its p of permutations."""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

N_ORDERS = 40320  # of eight values; more values get as many random orders


@dataclass(frozen=True)
class Correlation:
    """rho, its 95 % interval, the two-sided p, and what it is of."""

    rho: float
    low: float
    high: float
    p: float
    what: str

    def __str__(self):
        return f"{self.rho:.2f} ({self.low:.2f} to {self.high:.2f}), p = {self.p:.3f}"


def together(first, second):
    """Of all values, as if they were independent."""
    return centred_correlation([first], [second], f"{len(first)} networks")


def within(first, second, settings):
    """Of the ranks within each setting, whose orders alone are exchanged: what the settings have in
    common cannot make it."""
    split = [split_by(values, settings) for values in (first, second)]
    return centred_correlation(*split, f"within {len(split[0])} settings")


def between(first, second, settings):
    """Of the means of the settings, whose orders are exchanged."""
    means = [[np.mean(part) for part in split_by(values, settings)] for values in (first, second)]
    return centred_correlation([means[0]], [means[1]], f"between {len(means[0])} settings")


def split_by(values, settings):
    """The values of each setting, in the order of the settings' names."""
    values, settings = np.asarray(values, float), np.asarray(settings)
    return [values[settings == name] for name in sorted(set(settings.tolist()))]


def centred_correlation(first, second, what):
    """The Correlation of the ranks within each part; `first`, `second`: lists of parts of values.

    Its interval is Fisher's with the variance (1 + rho^2 / 2) / (m - 3) of Bonett and Wright (2000)
    for m values, less one for each part beyond the first. NaN and p = 1 if a side has no ranks.
    """
    ranks = [[rankdata(part) - (len(part) + 1) / 2 for part in parts] for parts in (first, second)]
    left, right = map(np.concatenate, ranks)
    length = np.linalg.norm(left) * np.linalg.norm(right)
    if len(left) < 3 or length == 0:
        return Correlation(np.nan, np.nan, np.nan, 1.0, what)
    rho = float(left @ right / length)

    others = orders(ranks[1]) @ left / length
    p = float(np.mean(np.abs(others) >= abs(rho) - 1e-12))

    low, high = fisher_interval(rho, len(left) - (len(ranks[0]) - 1))
    return Correlation(rho, low, high, p, what)


def fisher_interval(rho, n):
    """(low, high) of 95 %; -1 and 1 for fewer than four values, which tell nothing."""
    if n < 4:
        return -1.0, 1.0
    half = norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    centre = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def orders(parts):
    """(orders x values) the values of all parts: in every order of one part of up to eight values,
    else in N_ORDERS random orders within each part, the first of which is the one that is there."""
    if len(parts) == 1 and len(parts[0]) <= 8:
        return np.array(list(itertools.permutations(parts[0])))
    random = np.random.default_rng(1)
    columns = [random.permuted(np.tile(part, (N_ORDERS, 1)), axis=1) for part in parts]
    found = np.concatenate(columns, axis=1)
    found[0] = np.concatenate(parts)
    return found


def reliability(lost, settings):
    """Cronbach's alpha of losses (networks x images), of which the mean over the setting is taken:
    1 - M_e / M_n of the mean squares of the residuals and of the networks.

    It is what the losses of two sets of as many images would correlate over the networks: 1 if the
    choice of the images does not matter, 0 if the networks differ by no more than that. A measure
    that goes with the true losses perfectly correlates with the seen ones by its square root. NaN
    if the networks do not differ.
    """
    lost, settings = np.array(lost, float), np.asarray(settings)
    names = sorted(set(settings.tolist()))
    for name in names:
        lost[settings == name] -= lost[settings == name].mean(axis=0)
    n_images, n_free = lost.shape[1], len(lost) - len(names)
    level = lost.mean(axis=1, keepdims=True)
    if n_free == 0 or np.abs(level).max() < 1e-12:
        return np.nan
    of_networks = n_images * (level**2).sum() / n_free
    of_residuals = ((lost - level) ** 2).sum() / (n_free * (n_images - 1))
    return float(1 - of_residuals / of_networks)


def reliability_by_errors(values, errors, settings):
    """The same of values with known standard errors: 1 - mean squared error / variance, 0 if the
    errors are as large as the differences.

    All networks were measured on the same images; what that makes their errors share does not blur
    their differences, so that this is a lower bound.
    """
    values, settings = np.array(values, float), np.asarray(settings)
    names = sorted(set(settings.tolist()))
    for name in names:
        values[settings == name] -= values[settings == name].mean()
    n_free = len(values) - len(names)
    if n_free == 0 or np.abs(values).max() < 1e-12:
        return np.nan
    return float(max(0, 1 - np.mean(np.square(errors)) / ((values**2).sum() / n_free)))
