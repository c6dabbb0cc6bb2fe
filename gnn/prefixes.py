"""What a model learns from: every product of a sequence, with those that came before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.derive.sequences import sequences_of
from kg.snapshot import columns_of
from kg.snapshot.types import MISSING, Ints, Snapshot

Table = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Prefixes:
    """Histories [n, length], the latest product first, MISSING after the oldest; and what came
    next, targets [n]. user [n] says whose they are."""

    history: Table
    target: Ints
    user: Ints


def prefixes_of(snapshot: Snapshot, length: int) -> Prefixes:
    """One prefix for every product of every sequence but its first."""
    sequences = sequences_of(columns_of(snapshot))
    place = np.arange(len(sequences.product))
    wanted = place[place > sequences.start]
    history = _before(sequences.product, sequences.start, wanted, length)
    return Prefixes(history, sequences.product[wanted], sequences.user[wanted])


def histories_of(snapshot: Snapshot, users: Ints, length: int) -> Table:
    """The latest products [n, length] of users [n], the latest first."""
    sequences = sequences_of(columns_of(snapshot))
    counts = np.bincount(sequences.user, minlength=len(snapshot.users))
    ends = np.cumsum(counts)
    product = np.r_[sequences.product, np.int32(MISSING)]
    place = ends[users][:, None] - 1 - np.arange(length)
    inside = np.arange(length) < counts[users][:, None]
    return np.where(inside, product[np.where(inside, place, -1)], MISSING).astype(np.int32)


def _before(
    product: Ints, start: NDArray[np.int64], wanted: NDArray[np.int64], length: int
) -> Table:
    place = wanted[:, None] - 1 - np.arange(length)
    inside = place >= start[wanted][:, None]
    return np.where(inside, product[np.where(inside, place, 0)], MISSING).astype(np.int32)
