"""Sparse rows times sparse or dense rows: what the neighbourhood baselines score with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.compiled import compiled
from kg.derive import DeriveConfig
from kg.derive.arrays import together_edges
from kg.derive.sequences import Units, sequences_of
from kg.snapshot import Snapshot, columns_of
from kg.snapshot.types import Edges, Floats, Ints, Longs, Matrix, starts


class Weighted(NamedTuple):
    """Compressed rows with weights: of node i, `start[i]:start[i + 1]` of to and weight."""

    start: Longs
    to: Ints
    weight: Floats


def histories(known: Snapshot, decay: float = 1.0) -> Weighted:
    """What each user wanted, in order; the latest weighs 1, each before it `decay` of the next."""
    sequences = sequences_of(columns_of(known))
    weight = decay ** sequences.from_end().astype(np.float64)
    return Weighted(starts(sequences.user, len(known.users)), sequences.product, weight)


def transposed(rows: Weighted, n: int) -> Weighted:
    """The same relationships from the other side, which has n nodes."""
    of = np.repeat(np.arange(len(rows.start) - 1, dtype=np.int32), np.diff(rows.start))
    order = np.argsort(rows.to, kind="stable")
    return Weighted(starts(rows.to, n), of[order], rows.weight[order])


def cosines(rows: Weighted, n: int, shrink: float, keep: int) -> Weighted:
    """How alike n nodes are by the rows that hold both: c(a, b) / (sqrt(n_a n_b) + shrink).

    Of each node the `keep` strongest others. Weights of the rows do not count.
    """
    row = np.repeat(np.arange(len(rows.start) - 1), np.diff(rows.start))
    everyone = np.arange(len(rows.start) - 1, dtype=np.int32)
    units = Units(row, rows.to, rows.start, everyone, np.bincount(rows.to, minlength=n))
    edges = together_edges(units, n, DeriveConfig(keep=min(keep, n), shrink_with=shrink))
    return Weighted(starts(edges.source, n), edges.target, edges.weight)


def links(edges: Edges) -> Weighted:
    """Derived relationships as weighted rows."""
    return Weighted(edges.start, edges.to, edges.weight)


def walked(seeds: Weighted, nodes: Ints, over: Weighted, n: int) -> Matrix:
    """From the seeds of nodes [b] along `over` to n nodes: sums of weight * weight [b, n].

    Minus infinity for what is not reached.
    """
    return _walked(*seeds, nodes, *over, n)


def added(seeds: Weighted, nodes: Ints, rows: Matrix) -> Matrix:
    """The weighted sums [b, n] of the dense rows [m, n] that the seeds of nodes [b] name.

    Minus infinity where a node has no seeds.
    """
    return _added(*seeds, nodes, rows)


@compiled
def _walked(
    seed_start: Longs,
    seed: Ints,
    seed_weight: Floats,
    nodes: Ints,
    start: Longs,
    to: Ints,
    weight: Floats,
    n: int,
) -> NDArray[np.float32]:
    scores = np.full((len(nodes), n), -np.inf, np.float32)
    for row in range(len(nodes)):
        for place in range(seed_start[nodes[row]], seed_start[nodes[row] + 1]):
            for edge in range(start[seed[place]], start[seed[place] + 1]):
                value = np.float32(seed_weight[place] * weight[edge])
                if scores[row, to[edge]] == -np.inf:
                    scores[row, to[edge]] = value
                else:
                    scores[row, to[edge]] += value
    return scores


@compiled
def _added(
    seed_start: Longs, seed: Ints, seed_weight: Floats, nodes: Ints, rows: Matrix
) -> NDArray[np.float32]:
    scores = np.zeros((len(nodes), rows.shape[1]), np.float32)
    for row in range(len(nodes)):
        begin, end = seed_start[nodes[row]], seed_start[nodes[row] + 1]
        if begin == end:
            scores[row] = -np.inf
        for place in range(begin, end):
            weight, given = np.float32(seed_weight[place]), rows[seed[place]]
            for code in range(len(given)):
                scores[row, code] += weight * given[code]
    return scores
