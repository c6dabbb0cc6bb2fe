"""Vectors in few dimensions and whole numbers of 16 bits: a fraction of the memory to read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.snapshot.axes import Axes, principal_axes

ONE = 32_767
"""What 1 is called."""

BLOCK = 10_000
"""Vectors that are turned at once: 30 MB."""


@dataclass(frozen=True, eq=False)
class Coarse:
    """Vectors [n, d] of at most unit length along the axes [d, k] in which they differ most:
    whole [n, k], each number off by half of 1 / ONE at most, and the length of what is left out,
    rest [n]."""

    axes: Axes
    whole: NDArray[np.int16]
    rest: NDArray[np.float32]

    def like(self, vectors: NDArray[np.floating]) -> "Coarse":
        """Other vectors [m, d] along the same axes."""
        whole = np.empty((len(vectors), self.axes.shape[1]), np.int16)
        rest = np.empty(len(vectors), np.float32)
        for start in range(0, len(vectors), BLOCK):
            some = slice(start, start + BLOCK)
            given = vectors[some].astype(np.float64)
            turned = given @ self.axes
            whole[some] = np.rint(np.clip(turned, -1, 1) * ONE)
            left = (given**2).sum(axis=1) - (turned**2).sum(axis=1)
            rest[some] = np.sqrt(np.maximum(left, 0))
        return Coarse(self.axes, whole, rest)


def coarse(vectors: NDArray[np.floating]) -> Coarse:
    """Vectors [n, d] of at most unit length along their own axes."""
    axes = principal_axes(vectors)
    nothing = Coarse(axes, np.zeros((0, axes.shape[1]), np.int16), np.zeros(0, np.float32))
    return nothing.like(vectors)
