"""The two inner loops of deriving, compiled: for each product, add up the others, keep the best.

Both go through the products of one block, one after the other, with a dense row of sums that is
cleared by what was touched: memory is one row, whatever the number of pairs.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Rows = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


@njit(cache=True)
def _keep_strongest(
    a: int,
    touched: NDArray[Any],
    sums: NDArray[Any],
    supports: NDArray[Any],
    n: NDArray[Any],
    shrink: float,
    keep: int,
    out: Rows,
    filled: int,
) -> int:
    """Weigh the touched products of `a`, append its strongest to `out`, clear the row of sums."""
    others = np.sort(touched)
    weights = np.empty(len(others), np.float64)
    for i in range(len(others)):
        b = others[i]
        # Rounded, so that another order of adding up does not make another order of products.
        weights[i] = np.rint(sums[b] / (np.sqrt(n[a] * n[b]) + shrink) * 1e9) / 1e9
    order = np.argsort(-weights, kind="mergesort")[:keep]
    for i in order:
        b = others[i]
        out[0][filled] = a
        out[1][filled] = b
        out[2][filled] = weights[i]
        out[3][filled] = supports[b]
        filled += 1
    sums[others] = 0.0
    supports[others] = 0
    return filled


@njit(cache=True)
def _empty_rows(size: int) -> Rows:
    return (
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.float64),
        np.empty(size, np.int32),
    )


@njit(cache=True)
def next_block(
    first: int,
    last: int,
    starts: NDArray[np.int64],
    entries: NDArray[np.int64],
    product: NDArray[np.int32],
    end: NDArray[np.int64],
    n: NDArray[np.float64],
    decay: NDArray[np.float64],
    shrink: float,
    keep: int,
) -> tuple[Rows, int]:
    """Edges a -> b for a in first..last-1, b among the next len(decay) of a's users' sequences.

    starts [p + 1] and entries [s]: where each product stands in the sequences; product [s];
    end [s]: where the entry's sequence ends; n [p]. Returns the rows and how many are filled.
    """
    sums = np.zeros(len(n), np.float64)
    supports = np.zeros(len(n), np.int32)
    touched = np.empty(len(n), np.int32)
    out = _empty_rows((last - first) * keep)
    filled = 0
    for a in range(first, last):
        count = 0
        for entry in entries[starts[a] : starts[a + 1]]:
            for gap in range(min(len(decay), end[entry] - entry - 1)):
                b = product[entry + gap + 1]
                if supports[b] == 0:
                    touched[count] = b
                    count += 1
                sums[b] += decay[gap]
                supports[b] += 1
        filled = _keep_strongest(a, touched[:count], sums, supports, n, shrink, keep, out, filled)
    return out, filled


@njit(cache=True)
def together_block(
    first: int,
    last: int,
    starts: NDArray[np.int64],
    units: NDArray[np.int64],
    unit_starts: NDArray[np.int64],
    unit_user: NDArray[np.int32],
    unit_weight: NDArray[np.float64],
    product: NDArray[np.int32],
    n: NDArray[np.float64],
    shrink: float,
    keep: int,
) -> tuple[Rows, int]:
    """Edges a -> b for a in first..last-1 and all b that share a unit (a user or an order) with a.

    starts [p + 1] and units [s]: the units of each product, those of one user side by side;
    unit_starts [u + 1] and product [s]: the products of each unit; unit_user [u]; unit_weight [u]:
    what each unit adds to its pairs; n [p].
    """
    sums = np.zeros(len(n), np.float64)
    supports = np.zeros(len(n), np.int32)
    counted_for = np.full(len(n), -1, np.int32)
    touched = np.empty(len(n), np.int32)
    out = _empty_rows((last - first) * keep)
    filled = 0
    for a in range(first, last):
        count = 0
        for unit in units[starts[a] : starts[a + 1]]:
            user = unit_user[unit]
            for b in product[unit_starts[unit] : unit_starts[unit + 1]]:
                if b == a:
                    continue
                if supports[b] == 0:
                    touched[count] = b
                    count += 1
                sums[b] += unit_weight[unit]
                if counted_for[b] != user or supports[b] == 0:
                    counted_for[b] = user
                    supports[b] += 1
        filled = _keep_strongest(a, touched[:count], sums, supports, n, shrink, keep, out, filled)
    return out, filled
