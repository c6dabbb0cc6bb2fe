"""Exact nearest neighbours of many vectors, a block of them in one product of matrices."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.snapshot.types import Floats, Matrix

Vector = Sequence[float] | NDArray[np.floating]

BLOCK = 4_000_000
"""Cosines held at once: 16 MB."""

ERROR = 1e-5
"""More than float32 is wrong by in a cosine."""


def nearest(
    matrix: Matrix,
    vectors: Sequence[Vector],
    mask: NDArray[np.bool_],
    limit: int,
    block: int = BLOCK,
) -> Iterator[list[int]]:
    """For each vector [d] the `limit` rows of matrix [m, d] with mask [m] that have the highest
    cosine, in float64 rounded to 9 decimals; ties by row. Rows have unit length.

    What is near by float32 is computed again: an answer never depends on who else asks.
    """
    hidden = np.flatnonzero(~mask)
    most = min(limit, len(matrix) - len(hidden))
    step = max(block // max(len(matrix), 1), 1)
    for start in range(0, len(vectors), step):
        asked = _units(vectors[start : start + step])
        rough = asked.astype(np.float32) @ matrix.T
        rough[:, hidden] = -np.inf
        yield from (_of(matrix, *each, most) for each in zip(asked, rough, strict=True))


def _units(vectors: Sequence[Vector]) -> Floats:
    asked = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(asked, axis=1, keepdims=True)
    return np.asarray(asked / np.where(lengths > 0, lengths, 1))


def _of(matrix: Matrix, vector: Floats, rough: NDArray[np.float32], most: int) -> list[int]:
    if not most:
        return []
    least = np.partition(rough, -most)[-most]
    found = np.flatnonzero(rough >= least - ERROR)
    cosines = np.round(matrix[found].astype(np.float64) @ vector, 9)
    return [int(row) for row in found[np.argsort(-cosines, kind="stable")][:most]]
