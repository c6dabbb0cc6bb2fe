"""Tokenised texts into batches: like lengths together, so that little of a batch is padding."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_TEXTS, MAX_TOKENS = 32, 768


class Batch(NamedTuple):
    """places [n] of the texts in the input, ids [n, t], mask [n, t] (False where padded)."""

    places: NDArray[np.int64]
    ids: NDArray[np.int64]
    mask: NDArray[np.bool_]


def batches_of(tokens: Sequence[Sequence[int]]) -> list[Batch]:
    """Every text once, longest first (the last batches are short: threads finish together)."""
    order = sorted(range(len(tokens)), key=lambda place: -len(tokens[place]))
    found, start = [], 0
    while start < len(order):
        longest = max(len(tokens[order[start]]), 1)
        places = order[start : start + min(MAX_TEXTS, max(MAX_TOKENS // longest, 1))]
        found.append(_padded(tokens, places, longest))
        start += len(places)
    return found


def _padded(tokens: Sequence[Sequence[int]], places: Sequence[int], longest: int) -> Batch:
    ids = np.zeros((len(places), longest), dtype=np.int64)
    mask = np.zeros((len(places), longest), dtype=np.bool_)
    for row, place in enumerate(places):
        length = len(tokens[place])
        ids[row, :length] = tokens[place]
        mask[row, :length] = True
    return Batch(np.asarray(places, dtype=np.int64), ids, mask)
