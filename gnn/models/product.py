"""Sparse times dense on a CPU: one pass over memory, the rows shared out among threads.

For graphs beyond the caches this takes half as long as torch's own product, which is MKL's
(`python -m tests.bench light_gcn`); for some ten thousand nodes it is no quicker.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from kg.compiled import compiled

Array = NDArray[Any]

PARTS = 16
"""Shares of rows a thread, of about as many entries each: who is done early takes another."""


def plus_product(plus: Tensor, matrix: Tensor, x: Tensor, scale: float = 1.0) -> Tensor:
    """scale (plus [n, d] + matrix [n, m] times x [m, d]) -> [n, d], all in float32.

    `matrix` is a sparse CSR tensor. The same bits whatever the number of threads.
    """
    if matrix.device.type != "cpu":
        return scale * torch.addmm(plus, matrix, x)
    start = matrix.crow_indices().numpy()
    links = start, matrix.col_indices().numpy(), matrix.values().numpy()
    found = torch.empty(plus.shape)
    given = (*links, _dense(x), _dense(plus), scale, found.numpy())
    threads = torch.get_num_threads()
    if threads == 1:
        _rows(*given, 0, len(found))
        return found
    shares = np.linspace(0, start[-1], PARTS * threads + 1)[1:-1]
    ends = [0, *np.searchsorted(start, shares).tolist(), len(found)]
    list(_pool(threads).map(lambda part: _rows(*given, *part), pairwise(ends)))
    return found


def _dense(x: Tensor) -> Array:
    return x.detach().contiguous().numpy()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kgrec-rows")


@compiled
def _rows(
    start: Array,
    to: Array,
    weight: Array,
    x: Array,
    plus: Array,
    scale: float,
    into: Array,
    low: int,
    high: int,
) -> None:
    """Rows low to high."""
    d = x.shape[1]
    total = np.empty(d, np.float32)
    for row in range(low, high):
        total[:] = plus[row]
        for place in range(start[row], start[row + 1]):
            given, share = x[to[place]], weight[place]
            for column in range(d):
                total[column] += share * given[column]
        for column in range(d):
            into[row, column] = scale * total[column]
