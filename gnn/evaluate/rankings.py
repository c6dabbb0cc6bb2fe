"""Get the lists to be judged: from scores, or as given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from gnn.evaluate.baselines import Baseline, Scorer
from gnn.evaluate.lists import Lists, Scores, auc_of_users, ranked
from gnn.evaluate.split import Split, of_rows
from kg.progress import Progress, silent
from kg.snapshot.types import Floats, Ints, Rows

Curve = Sequence[tuple[float, float, float]]
"""Epoch, training loss, validation measure (nan where nothing validated)."""

SCORES = 2**24
"""Scores in memory at a time: 64 MB of float32."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """The lists [n, k] of a split's users, what else is known for each user [n], and the seconds.

    `also` holds auc and reached (the share of targets that were scored at all) where scores were,
    `curve` how a model learned, `rated` [m] the scores of the split's ratings.
    """

    lists: Lists
    also: Mapping[str, Floats] = field(default_factory=dict)
    fit_s: float = 0.0
    rank_s: float = 0.0
    curve: Curve = ()
    rated: Floats | None = None


@dataclass(frozen=True, eq=False)
class Learner:
    """A Scorer that was learned, and how."""

    score: Scorer
    curve: Curve

    def __call__(self, users: Ints, /) -> Scores:
        """Score every product for each of the users."""
        return self.score(users)


Ranker = Callable[[Split, int, Progress], Ranking]
"""Ranks the k best products of a split for each of its users."""


def given(lists: Lists, curve: Curve = ()) -> Ranker:
    """Lists that were made elsewhere, of at least k places."""

    def rank(split: Split, k: int, _: Progress = silent) -> Ranking:
        if lists.shape[0] != len(split.users) or lists.shape[1] < k:
            raise ValueError(f"expected lists [{len(split.users)}, >= {k}], got {lists.shape}")
        return Ranking(lists[:, :k], curve=curve)

    return rank


def scored(baseline: Baseline, name: str = "score") -> Ranker:
    """By a model's scores of all products. The model is shown `split.known` and users alone."""

    def rank(split: Split, k: int, progress: Progress = silent) -> Ranking:
        start = perf_counter()
        scorer = baseline(split.known)
        ready = perf_counter()
        parts = [
            _scored_part(split, scorer, rows, k)
            for rows in chunks(split, SCORES // len(split.known.products.ids), name, progress)
        ]
        lists, areas, reached = (np.concatenate(part) for part in zip(*parts, strict=True))
        also = {"auc": areas, "reached": reached}
        curve = scorer.curve if isinstance(scorer, Learner) else ()
        taken = perf_counter() - ready
        return Ranking(lists, also, ready - start, taken, curve, _rated(split, scorer))

    return rank


def chunks(split: Split, size: int, name: str, progress: Progress) -> Iterator[Ints]:
    """Places of users, some at a time; says how many are done."""
    n = len(split.users)
    for start in range(0, n, max(size, 1)):
        progress(name, start, n)
        yield np.arange(start, min(start + max(size, 1), n), dtype=np.int32)
    progress(name, n, n)


def _scored_part(split: Split, scorer: Scorer, rows: Ints, k: int) -> tuple[Lists, Floats, Floats]:
    """Lists, areas and shares reached of the users at places `rows`."""
    scores = scorer(split.users[rows])
    targets, seen = of_rows(split.targets, rows), of_rows(split.seen, rows)
    return (
        ranked(scores, targets, k, seen, split.among),
        auc_of_users(scores, targets, seen, split.among),
        _reached(scores, targets),
    )


def _reached(scores: Scores, targets: Rows) -> Floats:
    """The share [n] of each user's targets that have a score."""
    sizes = np.diff(targets.start)
    row = np.repeat(np.arange(len(sizes)), sizes)
    found = np.isfinite(scores[row, targets.to])
    return np.bincount(row, found, len(sizes)) / np.maximum(sizes, 1)


def _rated(split: Split, scorer: Scorer) -> Floats | None:
    """The scores [m] of the split's ratings."""
    if split.ratings is None:
        return None
    user, product = split.ratings.user, split.ratings.product
    found, size = np.empty(len(user)), max(SCORES // len(split.known.products.ids), 1)
    for at in range(0, len(user), size):
        some = slice(at, at + size)
        scores = scorer(user[some])
        found[some] = scores[np.arange(len(scores)), product[some]]
    return found
