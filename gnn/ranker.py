"""Fit the listwise ranker: the softmax over each list's candidates is to name what was wanted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gnn.config import RANKER, RankerConfig
from gnn.examples import Examples
from kg.errors import GraphError
from kg.progress import Progress, silent
from kg.recommend.learned import Ranker
from kg.recommend.learned.ranker import forms
from kg.snapshot.types import Matrix

if TYPE_CHECKING:
    from torch import Tensor

ALIKE = 1e-6
"""With a standard deviation below it a form of a term was the same for all examples."""


def fit_ranker(
    examples: Examples, config: RankerConfig = RANKER, progress: Progress = silent
) -> Ranker:
    """A ranker of `config.hidden` units. (ListNet's top-one loss: Cao et al., 2007)

    Lists without the wanted product are not among the examples: forced in, it would teach that
    what walks do not find is good. Raises GraphError where there are none.
    """
    import torch
    from torch import nn

    if not len(examples.wanted):
        raise GraphError("nothing to fit the ranker on: no past purchase was among the candidates")
    config = config.among(len(examples.wanted))
    torch.manual_seed(config.seed)
    seen = _seen(examples)
    mean, spread = seen.mean(axis=0, dtype=np.float64), seen.std(axis=0, dtype=np.float64)
    alike = spread < ALIKE
    scale = np.where(alike, 1.0, spread + ALIKE)
    seen -= mean.astype(np.float32)
    seen /= scale.astype(np.float32)
    standard = torch.from_numpy(seen)
    inner = nn.Linear(standard.shape[1], config.hidden)
    outer = nn.Linear(config.hidden, 1, bias=False)
    network = nn.Sequential(inner, nn.ReLU(), outer)
    optimiser = torch.optim.AdamW(network.parameters(), config.rate, weight_decay=config.decay)
    steps = config.epochs * -(-len(examples.wanted) // config.batch)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
    chance = np.random.default_rng(config.seed)
    for epoch in range(config.epochs):
        for places, lists, wanted in batches(examples, config.batch, chance):
            scores = network(standard[torch.from_numpy(places)]).squeeze(1)
            loss = listwise_loss(scores, torch.from_numpy(lists), torch.from_numpy(wanted))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress("fit the ranker", epoch + 1, config.epochs)
    weights = inner.weight.detach().double().numpy()
    weights[:, alike] = 0.0  # nothing was learned of it, and a request may have another value
    return Ranker(
        examples.terms,
        mean,
        scale,
        weights,
        inner.bias.detach().double().numpy(),
        outer.weight.detach().double().numpy()[0],
    )


def _seen(examples: Examples) -> Matrix:
    """The forms [c, 4 t] of all candidates' terms, each beside the best of its own list."""
    best = np.maximum(np.maximum.reduceat(examples.values, examples.start[:-1], axis=0), 0)
    found = forms(examples.values, np.repeat(best, np.diff(examples.start), axis=0))
    return found.astype(np.float32, copy=False)


def listwise_loss(scores: "Tensor", lists: "Tensor", wanted: "Tensor") -> "Tensor":
    """Mean over b lists of -log softmax of what was wanted.

    scores [c], the list each belongs to [c] from 0, and the place among scores of what was wanted
    in each list [b] -> scalar.
    """
    import torch

    most = torch.full((len(wanted),), -torch.inf).scatter_reduce(0, lists, scores.detach(), "amax")
    total = torch.zeros(len(wanted)).index_add(0, lists, (scores - most[lists]).exp())
    return (total.log() + most - scores[wanted]).mean()


def batches(
    examples: Examples, size: int, chance: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """`size` lists at a time, in drawn order: rows of candidates [c], the list of each [c], and
    where the wanted ones are [b]."""
    order = chance.permutation(len(examples.wanted))
    for at in range(0, len(order), size):
        some = order[at : at + size]
        sizes = examples.start[some + 1] - examples.start[some]
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        shift = np.repeat(examples.start[some] - first, sizes)
        lists = np.repeat(np.arange(len(some)), sizes)
        yield np.arange(sizes.sum()) + shift, lists, first + examples.wanted[some]
