"""Judge what is served: the lists of the recommender itself, on a graph that knows no target."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from gnn.evaluate.lists import Lists
from gnn.evaluate.rankings import Ranker, Ranking, chunks
from gnn.evaluate.split import Split
from kg.progress import Progress, silent
from kg.snapshot import Snapshot
from kg.snapshot.types import MISSING, Ints

if TYPE_CHECKING:
    from gnn.config import LearnConfig, RankerConfig, TuneConfig
    from kg.recommend.recommender import Recommender

AT_ONCE = 2_000
"""Requests given to the recommender at a time."""

Prepare = Callable[[Snapshot, Progress], Snapshot]
"""What is done to the known graph before it serves, such as training."""


def as_it_is(known: Snapshot, _: Progress = silent) -> Snapshot:
    """Nothing: what a recipe without a model needs."""
    return known


def trained(config: "LearnConfig", checkpoints: Path | None = None) -> Prepare:
    """`kgrec train` on the known graph alone, and its model served. `checkpoints` is a folder that
    keeps the networks, so that the same training again is read from there."""

    def prepare(known: Snapshot, progress: Progress = silent) -> Snapshot:
        from gnn.examples import with_vectors
        from gnn.learn import learn

        learned = learn(known, config, progress, checkpoints)
        return with_vectors(known, learned.vectors, learned.model)

    return prepare


def strictly(earlier: Snapshot, prepare: Prepare = as_it_is) -> Prepare:
    """`prepare` done to an `earlier` state of the known graph: relationships, popularity, networks
    and rankers know nothing later. What came later lengthens the histories alone."""

    def prepared(known: Snapshot, progress: Progress = silent) -> Snapshot:
        return replace(prepare(earlier, progress), events=known.events)

    return prepared


def content(config: "RankerConfig") -> Prepare:
    """The ranker of the recipe `content` fitted on the known graph alone, and no other."""

    def prepare(known: Snapshot, progress: Progress = silent) -> Snapshot:
        from gnn.examples import untrained, with_vectors
        from gnn.learn import fit_content, words_of

        model = untrained(None, words_of(known))
        return with_vectors(
            known, None, replace(model, content=fit_content(known, config, progress))
        )

    return prepare


def tuned(config: "TuneConfig") -> Prepare:
    """`kgrec tune --recipe paper` on the known graph alone, and its weights served where they are
    better there."""

    def prepare(known: Snapshot, progress: Progress = silent) -> Snapshot:
        from gnn.tune import tune_paper, with_paper

        recipe, trial = tune_paper(known, config, progress)
        return with_paper(known, recipe) if trial.better else known

    return prepare


def served(recipe: str | None = None, prepare: Prepare = as_it_is, name: str = "serve") -> Ranker:
    """By the recommender itself, as `kgrec recommend` does, in memory over `split.known`.

    It ranks all products: raises ValueError where `split.among` is set. Raises OptionError for an
    unknown recipe, or one without its model.
    """

    def rank(split: Split, k: int, progress: Progress = silent) -> Ranking:
        if split.among is not None:
            raise ValueError("the recommender ranks all products, not some among them")
        start = perf_counter()
        recommender = _recommender(prepare(split.known, progress))
        fit_s = perf_counter() - start
        return replace(by(recommender, recipe, name)(split, k, progress), fit_s=fit_s)

    return rank


def by(recommender: "Recommender", recipe: str | None = None, name: str = "serve") -> Ranker:
    """By a recommender on whatever graph it has, Neo4j or memory, which has to be `split.known`:
    it is asked for users of the split by their ids."""

    def rank(split: Split, k: int, progress: Progress = silent) -> Ranking:
        start = perf_counter()
        lists = np.full((len(split.users), k), MISSING, np.int32)
        for rows in chunks(split, AT_ONCE, name, progress):
            lists[rows] = _answers(recommender, split, rows, k, recipe)
        return Ranking(lists, rank_s=perf_counter() - start)

    return rank


def _recommender(known: Snapshot) -> "Recommender":
    from kg.graph.memory import MemoryGraph
    from kg.recommend.recommender import Recommender

    recommender = Recommender(MemoryGraph(known))
    recommender.warm(len(known.products.ids))
    return recommender


def _answers(
    recommender: "Recommender", split: Split, rows: Ints, k: int, recipe: str | None
) -> Lists:
    """The lists of the users at places `rows`, as codes."""
    from kg.recommend.types import Request

    names = [split.known.users[code] for code in split.users[rows]]
    requests = [Request(user_id=name, k=k, recipe=recipe, explain=False) for name in names]
    code = split.known.products.code
    lists = np.full((len(rows), k), MISSING, np.int32)
    for row, result in enumerate(recommender.recommend_many(requests)):
        codes = [code[each.product_id] for each in result.results]
        lists[row, : len(codes)] = codes
    return lists
