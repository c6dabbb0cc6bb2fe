"""`kgrec train`: product vectors, the users' head and the ranker, all from one snapshot."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gnn.checkpoints import checkpoint_of
from gnn.config import LEARN, ItemConfig, LearnConfig
from gnn.evaluate.splits import leave_last
from gnn.examples import examples_of, untrained, with_vectors
from gnn.items import ItemVectors, train_items
from gnn.ranker import fit_ranker
from kg.progress import Progress, silent
from kg.recommend.learned import LearnedModel
from kg.snapshot.types import Ints, Longs, Matrix, Rows, Snapshot


@dataclass(frozen=True, eq=False)
class Learned:
    """A model to be served, its product vectors [n, d] (None without a GNN), the losses by epoch,
    and the share of past requests whose product the walks found."""

    model: LearnedModel
    vectors: Matrix | None
    losses: tuple[float, ...]
    found: float


def learn(
    snapshot: Snapshot,
    config: LearnConfig = LEARN,
    progress: Progress = silent,
    folder: Path | None = None,
) -> Learned:
    """Learn from everything in `snapshot`.

    The ranker learns to name each user's last product with terms and vectors that know none of
    these: for that the network is trained twice, without the last products and with them. `folder`
    keeps checkpoints. Raises GraphError, NotFiniteError.
    """
    past = leave_last(snapshot, 1)
    before = _items(past.known, config.items, progress, folder)
    head, vectors = (None, None) if before is None else (before.head, before.vectors)
    known = with_vectors(past.known, vectors, untrained(head))
    chosen = _some(len(past.users), config.ranker.most_users, config.ranker.seed)
    targets = Rows(
        np.r_[0, np.cumsum(np.ones(len(chosen), np.int64))], _first(past.targets)[chosen]
    )
    examples = examples_of(known, past.users[chosen], targets, progress)
    ranker = fit_ranker(examples, config.ranker, progress)
    now = _items(snapshot, config.items, progress, folder)
    return Learned(
        LearnedModel(ranker, None if now is None else now.head),
        None if now is None else now.vectors,
        () if now is None else now.losses,
        len(examples.wanted) / examples.asked,
    )


def _items(
    snapshot: Snapshot, config: ItemConfig | None, progress: Progress, folder: Path | None
) -> ItemVectors | None:
    if config is None:
        return None
    kept = None if folder is None else checkpoint_of(folder, snapshot, config)
    return train_items(snapshot, config, progress, kept)


def _first(targets: Rows) -> Ints:
    return targets.to[targets.start[:-1]]


def _some(n: int, most: int, seed: int) -> Longs:
    """Places of at most `most` of n, drawn, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
