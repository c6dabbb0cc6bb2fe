"""What a model learns from: every product of a sequence, with those that came before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.derive.sequences import Sequences, sequences_of
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
    """One prefix for every product of every sequence but its first. Where events have no order the
    products of each user are in a drawn one, so that none is learned from their ids."""
    sequences = sequences_of(columns_of(snapshot))
    product = sequences.product if sequences.ordered else _drawn(sequences)
    place = np.arange(len(product))
    wanted = place[place > sequences.start]
    history = _before(product, sequences.start, wanted, length)
    return Prefixes(history, product[wanted], sequences.user[wanted])


def _drawn(sequences: Sequences) -> Ints:
    """The products [s] of each sequence in a drawn order, always the same."""
    drawn = np.random.default_rng(0).random(len(sequences.user))
    return sequences.product[np.lexsort((drawn, sequences.user))]


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
