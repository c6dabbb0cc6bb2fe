"""How sure a mean over users is, and whether two models really differ."""

from collections.abc import Iterator

import numpy as np

from kg.snapshot.types import Floats

AT_ONCE = 100
"""Resamples in memory at a time."""


def bootstrap(
    values: Floats, seed: int = 0, n: int = 1_000, level: float = 0.95
) -> tuple[float, float]:
    """The interval (low, high) that holds the mean of values [users] with probability `level`.

    By the percentiles of the means of n samples of users, drawn with replacement. nan for none.
    """
    low, high = bootstraps(values[:, None], seed, n, level)
    return float(low[0]), float(high[0])


def bootstraps(
    values: Floats, seed: int = 0, n: int = 1_000, level: float = 0.95
) -> tuple[Floats, Floats]:
    """The same for several measures of the same users: values [users, m] -> low, high [m]."""
    users = len(values)
    if not users:
        return np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    means = np.concatenate([drawn @ values / users for drawn in _draws(users, seed, n)])
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high


def paired(a: Floats, b: Floats, seed: int = 0, n: int = 10_000) -> float:
    """The p-value of the means of a and b [users], one value a user, being the same.

    By permutation: the sign of each user's difference is drawn n times; two-sided, at least
    1 / (n + 1). (Smucker, Allan, Carterette, 2007)
    """
    if a.shape != b.shape:
        raise ValueError(f"one value a user and model: got {len(a)} and {len(b)}")
    differences = (a - b)[a != b]
    generator = np.random.default_rng(seed)
    beyond = 0
    for start in range(0, n, AT_ONCE):
        size = (min(AT_ONCE, n - start), len(differences))
        sums = generator.choice([-1.0, 1.0], size) @ differences
        beyond += int((np.abs(sums) >= abs(differences.sum()) - 1e-9).sum())
    return (1 + beyond) / (1 + n)


def _draws(users: int, seed: int, n: int) -> Iterator[Floats]:
    """How often each sample holds each user [some, users], n samples in all."""
    generator = np.random.default_rng(seed)
    for start in range(0, n, AT_ONCE):
        some = min(AT_ONCE, n - start)
        drawn = generator.integers(0, users, (some, users))
        yield np.stack([np.bincount(each, minlength=users) for each in drawn]).astype(np.float64)
