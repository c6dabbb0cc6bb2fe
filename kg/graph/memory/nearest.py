"""Exact nearest neighbours of many vectors: found in whole numbers, then computed again."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.compiled import compiled
from kg.snapshot.coarse import ONE, Coarse, coarse
from kg.snapshot.types import Floats, Matrix

Vector = Sequence[float] | NDArray[np.floating]

BLOCK = 4_000_000
"""Cosines held at once: 16 MB."""


def nearest(
    matrix: Matrix,
    rounded: Coarse,
    vectors: Sequence[Vector],
    mask: NDArray[np.bool_],
    limit: int,
    block: int = BLOCK,
) -> Iterator[list[int]]:
    """For each vector [d] the `limit` rows of matrix [m, d] with mask [m] that have the highest
    cosine, in float64 rounded to 9 decimals; ties by row. Rows have unit length, `rounded` is
    `coarse` of them.

    Whatever may be among them by whole numbers is computed again: an answer never depends on who
    else asks, nor on how coarse these are.
    """
    hidden = np.flatnonzero(~mask)
    most = min(limit, len(matrix) - len(hidden))
    step = max(block // max(len(matrix), 1), 1)
    for start in range(0, len(vectors), step):
        asked = _units(vectors[start : start + step])
        rough = cosines_of(rounded, coarse(asked))
        rough[:, hidden] = -np.inf
        yield from (_of(matrix, *each, most) for each in zip(asked, rough, strict=True))


@compiled
def cosines_of(rows: Coarse, asked: Coarse) -> Matrix:
    """Cosines [n, m] of asked [n, d] with rows [m, d], wrong by less than `error` says.

    A product fits 32 bits, for rows have unit length.
    """
    found = np.empty((len(asked), len(rows)), np.float32)
    for i in range(len(asked)):
        one = asked[i]
        for j in range(len(rows)):
            row = rows[j]
            total = np.int32(0)
            for c in range(len(one)):
                total = np.int32(total + np.int32(row[c]) * np.int32(one[c]))
            found[i, j] = np.float32(total)
    return found / np.float32(ONE * ONE)


def error(dimensions: int) -> float:
    """More than a cosine of coarse vectors is wrong by: each is off by half a step in every
    dimension, and float32 by a little."""
    return float(np.sqrt(dimensions)) / ONE + 1e-5


def _units(vectors: Sequence[Vector]) -> Floats:
    asked = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(asked, axis=1, keepdims=True)
    return np.asarray(asked / np.where(lengths > 0, lengths, 1))


def _of(matrix: Matrix, vector: Floats, rough: NDArray[np.float32], most: int) -> list[int]:
    if not most:
        return []
    least = np.partition(rough, -most)[-most]
    found = np.flatnonzero(rough >= least - 2 * error(len(vector)))
    cosines = np.round(matrix[found].astype(np.float64) @ vector, 9)
    nearest_first: list[int] = found[np.argsort(-cosines, kind="stable")][:most].tolist()
    return nearest_first
