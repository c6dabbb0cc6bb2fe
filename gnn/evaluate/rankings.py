"""Get the lists to be judged: from scores, from the recommender as it serves, or as given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from gnn.evaluate.baselines import Baseline, Scorer
from gnn.evaluate.lists import Lists, Scores, auc_of_users, ranked
from gnn.evaluate.split import Split, of_rows
from kg.progress import Progress, silent
from kg.snapshot.types import MISSING, Floats, Ints, Rows

if TYPE_CHECKING:
    from kg.recommend.recommender import Recommender

SCORES = 2**24
"""Scores in memory at a time: 64 MB of float32."""

SERVED_AT_ONCE = 2_000


@dataclass(frozen=True, eq=False)
class Ranking:
    """The lists [n, k] of a split's users, what else is known for each user [n], and the seconds.

    `also` holds auc and reached (the share of targets that were scored at all) where scores were.
    """

    lists: Lists
    also: Mapping[str, Floats] = field(default_factory=dict)
    fit_s: float = 0.0
    rank_s: float = 0.0


Ranker = Callable[[Split, int, Progress], Ranking]
"""Ranks the k best products of a split for each of its users."""


def given(lists: Lists) -> Ranker:
    """Lists that were made elsewhere, of at least k places."""

    def rank(split: Split, k: int, _: Progress = silent) -> Ranking:
        if lists.shape[0] != len(split.users) or lists.shape[1] < k:
            raise ValueError(f"expected lists [{len(split.users)}, >= {k}], got {lists.shape}")
        return Ranking(lists[:, :k])

    return rank


def scored(baseline: Baseline, name: str = "score") -> Ranker:
    """By a model's scores of all products. The model is shown `split.known` and users alone."""

    def rank(split: Split, k: int, progress: Progress = silent) -> Ranking:
        start = perf_counter()
        scorer = baseline(split.known)
        ready = perf_counter()
        parts = [
            _scored_part(split, scorer, rows, k)
            for rows in _chunks(split, SCORES // len(split.known.products.ids), name, progress)
        ]
        lists, areas, reached = (np.concatenate(part) for part in zip(*parts, strict=True))
        also = {"auc": areas, "reached": reached}
        return Ranking(lists, also, ready - start, perf_counter() - ready)

    return rank


def served(recipe: str | None = None, name: str = "recommend") -> Ranker:
    """By the recommender itself, as `kgrec recommend` does, in memory over `split.known`.

    `split.among` is not for it: raises ValueError where it is set. Raises OptionError for an
    unknown recipe.
    """

    def rank(split: Split, k: int, progress: Progress = silent) -> Ranking:
        if split.among is not None:
            raise ValueError("the recommender ranks all products, not some among them")
        from kg.graph.memory import MemoryGraph
        from kg.recommend.recommender import Recommender

        start = perf_counter()
        recommender = Recommender(MemoryGraph(split.known))
        recommender.warm(len(split.known.products.ids))
        ready = perf_counter()
        lists = np.full((len(split.users), k), MISSING, np.int32)
        for rows in _chunks(split, SERVED_AT_ONCE, name, progress):
            lists[rows] = _served_part(recommender, split, rows, k, recipe)
        return Ranking(lists, {}, ready - start, perf_counter() - ready)

    return rank


def _chunks(split: Split, size: int, name: str, progress: Progress) -> Iterator[Ints]:
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


def _served_part(
    recommender: "Recommender", split: Split, rows: Ints, k: int, recipe: str | None
) -> Lists:
    from kg.recommend.types import Request

    names = [split.known.users[code] for code in split.users[rows]]
    requests = [Request(user_id=name, k=k, recipe=recipe, explain=False) for name in names]
    code = split.known.products.code
    lists = np.full((len(rows), k), MISSING, np.int32)
    for row, result in enumerate(recommender.recommend_many(requests)):
        codes = [code[each.product_id] for each in result.results]
        lists[row, : len(codes)] = codes
    return lists
