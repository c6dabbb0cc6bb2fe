"""Fit the recipe `paper`: the weights and temperatures of its terms, by a smooth NDCG of lists."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gnn.config import BLEND, BlendConfig
from gnn.examples import Examples
from gnn.ranker import batches
from kg.errors import GraphError
from kg.progress import Progress, silent
from kg.recommend.recipes import Recipe
from kg.snapshot.types import Matrix

if TYPE_CHECKING:
    from torch import Tensor

Longs = NDArray[np.int64]

SMALLEST = 1e-30
"""Shares that are smaller in float32 count as this."""


def fit_blend(
    examples: Examples,
    recipe: Recipe,
    config: BlendConfig = BLEND,
    progress: Progress = silent,
) -> Recipe:
    """The recipe with fitted weights and temperatures, beginning at its own.

    Fitted are the terms with a weight that the examples give ground for. Their weights sum to what
    they summed to before, so that the others count as much beside them as they did. All stay
    positive. Raises GraphError where there is nothing to fit.
    """
    import torch

    terms = [name for name in grounded(examples) if recipe.weights.get(name, 0.0) > 0]
    if not terms:
        raise GraphError("nothing to fit paper on: no past purchase was among the candidates")
    below = torch.from_numpy(_below(examples, terms))
    weights = torch.tensor([recipe.weights[name] for name in terms])
    heats = torch.tensor([recipe.temperature(name) for name in terms])
    moved = torch.zeros(2, len(terms), requires_grad=True)
    optimiser = torch.optim.AdamW([moved], config.rate, weight_decay=config.decay)
    steps = config.epochs * -(-len(examples.wanted) // config.batch)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
    chance = np.random.default_rng(config.seed)
    for epoch in range(config.epochs):
        for places, lists, wanted in batches(examples, config.batch, chance):
            shares = _shares(below[torch.from_numpy(places)] / (heats * moved[1].exp()), lists)
            scores = shares @ _of_the_same_sum(weights, moved[0])
            loss = smooth_loss(scores, lists, wanted, config.softness)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress("fit the blend", epoch + 1, config.epochs)
    with torch.no_grad():
        fitted = _of_the_same_sum(weights, moved[0]).tolist(), (heats * moved[1].exp()).tolist()
    return _with(recipe, terms, *fitted)


def grounded(examples: Examples) -> tuple[str, ...]:
    """The terms that tell candidates of at least one list apart."""
    if not len(examples.wanted):
        return ()
    starts = examples.start[:-1]
    most = np.maximum.reduceat(examples.values, starts, axis=0)
    least = np.minimum.reduceat(examples.values, starts, axis=0)
    told = np.flatnonzero((most > least).any(axis=0))
    return tuple(examples.terms[column] for column in told)


def smooth_loss(scores: "Tensor", lists: Longs, wanted: Longs, softness: float) -> "Tensor":
    """Mean over b lists of minus NDCG, where a rank is 1/2 and the sum over all candidates of how
    surely each is before the wanted one, itself by half: sigmoid(log(score / its) / softness).

    scores [c], positive, the list each belongs to [c] from 0, and the place among scores of what
    was wanted in each list [b] -> scalar. (ApproxNDCG: Qin, Liu and Li, 2010)
    """
    import torch

    of, logs = torch.from_numpy(lists), scores.clamp_min(SMALLEST).log()
    before = torch.sigmoid((logs - logs[torch.from_numpy(wanted)][of]) / softness)
    rank = 0.5 + torch.zeros(len(wanted)).index_add(0, of, before)
    return -(1 / torch.log2(1 + rank)).mean()


def _below(examples: Examples, terms: Sequence[str]) -> Matrix:
    """How far each candidate's terms [c, t] are below the most in its list: no e^x overflows."""
    columns = [examples.terms.index(name) for name in terms]
    values = examples.values[:, columns]
    most = np.maximum.reduceat(values, examples.start[:-1], axis=0)
    return np.asarray(values - np.repeat(most, np.diff(examples.start), axis=0), np.float32)


def _shares(values: "Tensor", lists: Longs) -> "Tensor":
    """The softmax of each column of values [c, t], at most 0, over each list [c]."""
    import torch

    of = torch.from_numpy(lists)
    raised = values.exp()
    total = torch.zeros(int(lists[-1]) + 1, values.shape[1]).index_add(0, of, raised)
    return raised / total[of]


def _of_the_same_sum(weights: "Tensor", moved: "Tensor") -> "Tensor":
    """Weights [t], each e^moved [t] times as much, brought back to the sum that they had."""
    grown = weights * moved.exp()
    return grown * weights.sum() / grown.sum()


def _with(
    recipe: Recipe, terms: Sequence[str], weights: Sequence[float], heats: Sequence[float]
) -> Recipe:
    return replace(
        recipe,
        weights={**recipe.weights, **dict(zip(terms, weights, strict=True))},
        temperatures={**recipe.temperatures, **dict(zip(terms, heats, strict=True))},
    )
