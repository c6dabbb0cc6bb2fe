"""Exact nearest neighbours of many vectors: most are ruled out coarsely, the others computed."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.compiled import compiled
from kg.dots import dots
from kg.snapshot.coarse import ONE, Coarse
from kg.snapshot.types import Floats, Matrix

Vector = Sequence[float] | NDArray[np.floating]

BLOCK = 4_000_000
"""Cosines held at once: 16 MB."""

LIKELY = 2
"""How many times as many as are wanted are computed first, to know what the last of them has."""

ALIKE = 2e-9
"""Cosines that differ by less may be the same once they are rounded to 9 decimals."""


def nearest(
    matrix: Matrix,
    rough: Coarse,
    vectors: Sequence[Vector],
    mask: NDArray[np.bool_],
    limit: int,
    block: int = BLOCK,
) -> Iterator[list[int]]:
    """For each vector [d] the `limit` rows of matrix [m, d] with mask [m] that have the highest
    cosine, in float64 rounded to 9 decimals; ties by row. Rows have unit length or none, `rough` is
    `coarse` of them.

    By Cauchy and Schwarz a cosine is no further from that along the axes than what both have left
    of their lengths, multiplied. Whatever may be among the nearest by that is computed: an answer
    never depends on who else asks, nor on how coarse the vectors are.
    """
    hidden = np.flatnonzero(~mask)
    shown = len(matrix) - len(hidden)
    most, likely = min(limit, shown), min(LIKELY * limit, shown)
    step = max(block // max(len(matrix), 1), 1)
    for start in range(0, len(vectors), step):
        asked = _units(vectors[start : start + step])
        turned = rough.like(asked)
        along = cosines_of(rough.whole, turned.whole)
        along[:, hidden] = -np.inf
        for vector, cosines, rest in zip(asked, along, turned.rest, strict=True):
            yield _of(matrix, vector, cosines, rest * rough.rest, most, likely)


@compiled
def cosines_of(rows: NDArray[np.int16], asked: NDArray[np.int16]) -> NDArray[np.float32]:
    """Inner products [n, m] of whole numbers asked [n, k] and rows [m, k], ONE being 1; wrong by
    less than `error` says.

    A product fits 32 bits, for rows have unit length at most.
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
    """More than an inner product of whole numbers is wrong by: each is off by half a step in every
    dimension, and float32 by a little."""
    return float(np.sqrt(dimensions)) / ONE + 1e-5


def _units(vectors: Sequence[Vector]) -> Floats:
    asked = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(asked, axis=1, keepdims=True)
    return np.asarray(asked / np.where(lengths > 0, lengths, 1))


def _of(
    matrix: Matrix,
    vector: Floats,
    along: NDArray[np.float32],
    left: NDArray[np.float32],
    most: int,
    likely: int,
) -> list[int]:
    """The nearest `most` rows to a vector, whose cosines [m] are along [m] give or take left [m];
    what the last of them has is judged by the `likely` rows that come first."""
    if not most:
        return []
    first = np.argpartition(along, -likely)[-likely:].astype(np.int32)
    surely = np.partition(dots(matrix, first, vector[None])[:, 0], -most)[-most]
    least = surely - error(len(vector)) - ALIKE
    found = np.flatnonzero(along + left >= np.float32(least)).astype(np.int32)
    cosines = np.round(dots(matrix, found, vector[None])[:, 0], 9)
    nearest_first: list[int] = found[np.argsort(-cosines, kind="stable")][:most].tolist()
    return nearest_first
