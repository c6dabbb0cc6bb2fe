"""Inner products of some rows of a large table, without a copy of these rows."""

import numpy as np
from numpy.typing import NDArray

from kg.compiled import summing

Floats = NDArray[np.float64]


@summing
def dots(table: NDArray[np.float32], rows: NDArray[np.int32], sides: Floats) -> Floats:
    """Inner products [n, m], in float64, of rows [n] of table [r, d] with sides [m, d]."""
    found = np.empty((len(rows), len(sides)))
    for i in range(len(rows)):
        row = table[rows[i]]
        for j in range(len(sides)):
            side = sides[j]
            total = 0.0
            for c in range(len(side)):
                total += row[c] * side[c]
            found[i, j] = total
    return found
