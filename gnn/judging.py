"""How well scores name what was wanted among the candidates of past requests."""

from collections.abc import Callable

import numpy as np

from gnn.examples import Examples
from kg.recommend.fuse import DECIMALS
from kg.recommend.types import Numbers

TOP = 10

Score = Callable[[Numbers], Numbers]
"""Scores [n] of a list's n candidates with terms [n, t]."""


def ndcg(examples: Examples, score: Score) -> float:
    """Mean NDCG@10 of the wanted products: of what was no candidate 0; equal scores count against
    what was wanted."""
    gains = []
    for at, place in enumerate(examples.wanted.tolist()):
        values = examples.values[examples.start[at] : examples.start[at + 1]]
        scores = np.round(score(values.astype(np.float64)), DECIMALS)
        rank = int((scores >= scores[place]).sum())
        gains.append(1 / np.log2(1 + rank) if rank <= TOP else 0.0)
    return float(sum(gains)) / max(examples.asked, 1)
