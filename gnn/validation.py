"""How good a network is while it learns: the NDCG of products that it has not seen wanted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gnn.evaluate.lists import ranked
from gnn.evaluate.metrics import per_user
from gnn.evaluate.split import Split, of_rows
from gnn.prefixes import Table, histories_of
from kg.snapshot.types import Longs, Matrix, Rows

if TYPE_CHECKING:
    from torch import Tensor

    from gnn.models.recency_head import RecencyHead

TOP = 10
AT_ONCE = 1_000
"""Users whose scores are in memory at a time."""


@dataclass(frozen=True, eq=False)
class Validation:
    """Users to validate on: histories [n, l], what they wanted next and what they have, by row."""

    history: Table
    targets: Rows
    seen: Rows


def validation_of(split: Split, length: int, most: int, seed: int = 0) -> Validation:
    """At most `most` of the split's users, drawn by `seed`; every product is ranked for each."""
    places = some(len(split.users), most, seed)
    return Validation(
        histories_of(split.known, split.users[places], length),
        of_rows(split.targets, places),
        of_rows(split.seen, places),
    )


def ndcg(validation: Validation, head: "RecencyHead", vectors: "Tensor") -> float:
    """Mean NDCG@10 of all products [n, d] ranked by their cosine with each user's vector."""
    parts = []
    for at in range(0, len(validation.history), AT_ONCE):
        rows = np.arange(at, min(at + AT_ONCE, len(validation.history)))
        targets, seen = of_rows(validation.targets, rows), of_rows(validation.seen, rows)
        lists = ranked(_scores(validation.history[rows], head, vectors), targets, TOP, seen)
        parts.append(per_user(lists, targets, (TOP,))[f"ndcg@{TOP}"])
    return float(np.concatenate(parts).mean())


def some(n: int, most: int, seed: int) -> Longs:
    """Places of at most `most` of n, drawn, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def _scores(history: Table, head: "RecencyHead", vectors: "Tensor") -> Matrix:
    import torch

    with torch.no_grad():
        told = torch.from_numpy(history.astype(np.int64)).to(vectors.device)
        users = head(vectors[told.clamp_min(0)], told >= 0)
        scores: Matrix = (users @ vectors.T).float().cpu().numpy()
    return scores
