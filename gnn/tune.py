"""Fit a recipe on past requests and try it on others: one split, two sets of parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gnn.blend import fit_blend
from gnn.config import LEARN, TUNE, LearnConfig, TuneConfig
from gnn.evaluate.split import Split, of_rows
from gnn.examples import Examples, examples_of
from gnn.judging import Score, ndcg
from gnn.learn import Aside, decay_of, fitting, network_of, not_knowing, past_of
from gnn.past import kept_network
from gnn.ranker import fit_ranker
from gnn.validation import some
from kg.errors import GraphError
from kg.progress import Progress, silent
from kg.recommend.fuse import fuse, rank
from kg.recommend.learned import Ranker
from kg.recommend.recipes import LEARNED, PAPER, Recipe, tuned
from kg.recommend.types import Numbers
from kg.snapshot.types import Blend, Longs, Snapshot


@dataclass(frozen=True)
class Trial:
    """How what was fitted on `fitted` past requests does on `judged` others: their NDCG@10 by what
    is served now (None where nothing is), and by what was fitted."""

    fitted: int
    judged: int
    before: float | None
    after: float

    @property
    def better(self) -> bool:
        """Is what was fitted to be served?"""
        return self.before is None or self.after > self.before


def tune_paper(
    snapshot: Snapshot, config: TuneConfig = TUNE, progress: Progress = silent
) -> tuple[Recipe, Trial]:
    """`paper` with weights and temperatures fitted on everybody's last product, by terms that do
    not know it, beginning at those that `snapshot` has. Raises GraphError."""
    past = past_of(snapshot, fitting(LEARN, snapshot).ranker.held_out)
    learned_from, tried = _examples(past, past.known, config, PAPER, progress)
    present = paper_of(snapshot)
    fitted = fit_blend(learned_from, present, replace(config.blend, seed=config.seed), progress)
    before, after = (ndcg(tried, _by_recipe(tried, each)) for each in (present, fitted))
    return fitted, Trial(learned_from.asked, tried.asked, before, after)


def tune_ranker(
    snapshot: Snapshot,
    learn: LearnConfig,
    served: Ranker | None,
    config: TuneConfig = TUNE,
    aside: Aside = Aside(),  # noqa: B008
) -> tuple[Ranker, Trial]:
    """A ranker fitted anew, `learn` being what the vectors were learned with.

    Stored vectors have seen everybody's last product, and would tell the ranker to believe them: it
    learns from the network that has not, the one that `aside.past` keeps from training on this very
    graph, or else trained again. Raises as `learn` does.
    """
    learn = fitting(learn, snapshot)
    past = past_of(snapshot, learn.ranker.held_out, learn.ranker.seed)
    network = None
    if learn.items is not None and aside.past is not None:
        network = kept_network(aside.past, past.known, learn.items)
    if learn.items is not None and network is None:
        aside.say("no network is kept that does not know this graph's last products: trains it")
        network = network_of(past, learn.items, aside)
    known = not_knowing(past, network, decay_of(learn.ranker))
    learned_from, tried = _examples(past, known, config, LEARNED, aside.progress)
    ranker = fit_ranker(learned_from, replace(learn.ranker, seed=config.seed), aside.progress)
    before = None if served is None else ndcg(tried, _by_ranker(tried, served))
    trial = Trial(learned_from.asked, tried.asked, before, ndcg(tried, _by_ranker(tried, ranker)))
    return ranker, trial


def paper_of(snapshot: Snapshot) -> Recipe:
    """The recipe `paper` as the snapshot has it. Raises GraphError where it cannot be read."""
    blend = snapshot.paper
    if blend is None:
        return PAPER
    return tuned(blend.terms, blend.weights.tolist(), blend.temperatures.tolist())


def with_paper(snapshot: Snapshot, recipe: Recipe) -> Snapshot:
    """The snapshot as it is once this `paper` is served from it."""
    terms = tuple(recipe.weights)
    weights = np.array([recipe.weights[name] for name in terms])
    heats = np.array([recipe.temperature(name) for name in terms])
    return replace(snapshot, paper=Blend(terms, weights, heats))


def parted(n: int, config: TuneConfig) -> tuple[Longs, Longs]:
    """Places of n past requests: of those to learn from, and of those to judge by, at least one.

    Raises GraphError where there are fewer than two.
    """
    if n < 2:
        raise GraphError(
            "nothing to tune on: it takes two users who wanted three products each (bought, liked"
            " or rated them 4 or more); load more events with kgrec build-graph"
        )
    drawn = np.random.default_rng(config.seed).permutation(some(n, config.most_users, config.seed))
    tried = min(max(1, round(config.share * len(drawn))), len(drawn) - 1)
    return np.sort(drawn[tried:]), np.sort(drawn[:tried])


def _examples(
    past: Split, known: Snapshot, config: TuneConfig, recipe: Recipe, progress: Progress
) -> tuple[Examples, Examples]:
    """Past requests to learn from and to judge by."""
    learned_from, tried = (
        examples_of(known, past.users[rows], of_rows(past.targets, rows), progress, recipe)
        for rows in parted(len(past.users), config)
    )
    return learned_from, tried


def _by_recipe(examples: Examples, recipe: Recipe) -> Score:
    return lambda values: fuse(_named(examples, values), recipe, len(values)).scores


def _by_ranker(examples: Examples, ranker: Ranker) -> Score:
    return lambda values: rank(_named(examples, values), ranker, len(values)).scores


def _named(examples: Examples, values: Numbers) -> Mapping[str, Numbers]:
    return dict(zip(examples.terms, values.T, strict=True))
