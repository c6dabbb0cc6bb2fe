"""The listwise ranker: its loss by hand, and what it learns from planted lists."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from gnn.config import RankerConfig
from gnn.examples import Examples
from gnn.ranker import fit_ranker, listwise_loss
from kg.errors import GraphError


def planted(lists: int = 200, size: int = 6) -> Examples:
    """Lists in which the candidate with the highest `next` was wanted; `brand` is noise."""
    chance = np.random.default_rng(3)
    values = chance.random((lists * size, 2)).astype(np.float32)
    wanted = values[:, 0].reshape(lists, size).argmax(axis=1)
    return Examples(("next", "brand"), np.arange(lists + 1) * size, values, wanted, lists)


def test_the_loss_is_the_mean_negative_log_softmax_of_what_was_wanted() -> None:
    scores = torch.tensor([0.0, math.log(3.0), 5.0, 5.0])
    loss = listwise_loss(scores, torch.tensor([0, 0, 1, 1]), torch.tensor([1, 2]))
    assert loss.item() == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)


def test_it_learns_which_term_decides() -> None:
    ranker = fit_ranker(planted(), RankerConfig(hidden=16, epochs=40, batch=16))
    fresh = np.random.default_rng(4).random((100, 6, 2))
    best = np.array([ranker.scores(each).argmax() for each in fresh])
    assert (best == fresh[:, :, 0].argmax(axis=1)).mean() > 0.95


def test_a_term_that_never_differed_moves_no_score() -> None:
    given = planted()
    values = np.column_stack([given.values, np.full(len(given.values), 0.7, np.float32)])
    always = replace(given, terms=("next", "brand", "history"), values=values)
    ranker = fit_ranker(always, RankerConfig(hidden=16, epochs=2))
    learned, strange = (np.array([[0.2, 0.4, each], [0.5, 0.1, each]]) for each in (0.7, 0.0))
    assert np.array_equal(ranker.scores(learned), ranker.scores(strange))
    assert np.abs(ranker.scores(strange)).max() < 100


@pytest.mark.parametrize(
    ("lists", "batch"), [(1, 16), (191, 16), (192, 16), (204, 17), (767, 63), (768, 64), (9000, 64)]
)
def test_few_lists_make_small_batches(lists: int, batch: int) -> None:
    assert RankerConfig().among(lists).batch == batch


def test_the_same_seed_gives_the_same_ranker() -> None:
    one, other = (fit_ranker(planted(), RankerConfig(hidden=4, epochs=1)) for _ in range(2))
    assert np.array_equal(one.hidden, other.hidden)


def test_no_list_to_learn_from_is_told() -> None:
    nothing = Examples(
        ("next",), np.zeros(1, np.int64), np.zeros((0, 1), np.float32), np.zeros(0, np.int64), 5
    )
    with pytest.raises(GraphError, match="nothing to fit the ranker on"):
        fit_ranker(nothing)
