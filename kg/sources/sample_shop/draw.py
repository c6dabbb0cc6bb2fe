"""Chance, the same on every machine: only uniform numbers are drawn, and compared with tables.

PCG64 and SeedSequence give the same bits in every numpy; its other distributions may change.
Additions, products and square roots are exact IEEE operations; no logarithm or exponential is used.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Whole: TypeAlias = npt.NDArray[np.integer[Any]]
Real: TypeAlias = npt.NDArray[np.floating[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]


def stream(seed: int, *place: int) -> np.random.Generator:
    """A stream of numbers of its own for a place (stage, block) under a seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *place])))


def below(limit: Any, u: Real) -> Ints:
    """u [...] in 0..1 -> whole numbers [...] in 0..limit-1."""
    return np.asarray(np.floor(u * limit), np.int64)


def cumulative(weights: Any) -> Floats:
    """weights [..., m] -> running sums [..., m+1] from 0."""
    weights = np.asarray(weights, np.float64)
    start = np.zeros((*weights.shape[:-1], 1))
    return np.concatenate([start, np.cumsum(weights, axis=-1)], axis=-1)


def find(sums: Floats, u: Floats) -> Ints:
    """sums [m+1] of one distribution, u [n] -> index [n] drawn by weight."""
    return between(sums, np.zeros(len(u), np.int64), np.full(len(u), len(sums) - 1), u)


def find_in(sums: Floats, row: Ints, u: Floats) -> Ints:
    """sums [r, m+1] of r distributions, row [n], u [n] -> index [n] drawn from the row's one."""
    last = sums.shape[1] - 2
    drawn = (sums[row, 1:] <= (u * sums[row, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(drawn, last), np.int64)


def between(sums: Floats, start: Ints, end: Ints, u: Floats) -> Ints:
    """sums [m+1], parts start..end [n], u [n] -> index [n] drawn by weight in each part."""
    x = sums[start] + u * (sums[end] - sums[start])
    drawn = np.searchsorted(sums, x, side="right") - 1
    return np.asarray(np.clip(drawn, 0, np.maximum(end - 1, 0)), np.int64)


def pick(weights: Floats, u: Floats) -> Ints:
    """weights [n, m], u [n] -> column [n] drawn by weight; -1 where a row has none."""
    sums = np.cumsum(weights, axis=1)
    drawn = (sums <= (u * sums[:, -1])[:, None]).sum(axis=1)
    return np.where(sums[:, -1] > 0, np.minimum(drawn, weights.shape[1] - 1), -1)
