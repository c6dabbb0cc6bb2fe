"""The fit of `paper`: its loss by hand, and what it finds in planted lists."""

import math

import numpy as np
import pytest
import torch

from gnn.blend import fit_blend, grounded, smooth_loss
from gnn.config import BlendConfig
from gnn.examples import Examples
from gnn.judging import ndcg
from kg.errors import GraphError
from kg.recommend.fuse import fuse
from kg.recommend.recipes import Recipe
from kg.recommend.types import Numbers

TERMS = ("next", "brand", "relevance", "price")
RECIPE = Recipe(
    "any",
    weights={"next": 0.5, "brand": 1.5, "relevance": 7.0, "price": 0.25},
    temperatures={"next": 0.5, "relevance": 0.3},
)


def planted(lists: int = 200, size: int = 6) -> Examples:
    """Lists in which the candidate with the highest `next` was wanted; `brand` is noise, nothing is
    known of `relevance`, and `price` says the same of all."""
    chance = np.random.default_rng(3)
    values = chance.random((lists * size, 4)).astype(np.float32)
    values[:, 2:] = 0.0, 3.0
    wanted = values[:, 0].reshape(lists, size).argmax(axis=1)
    return Examples(TERMS, np.arange(lists + 1) * size, values, wanted, lists)


def by(recipe: Recipe, examples: Examples) -> float:
    def score(values: Numbers) -> Numbers:
        named = dict(zip(examples.terms, values.T, strict=True))
        return fuse(named, recipe, len(values)).scores

    return ndcg(examples, score)


def test_the_loss_is_minus_ndcg_of_softened_ranks() -> None:
    # The wanted one of the first list has a third of the other's score: e^log 3 makes 3/4, itself
    # 1/2, and so its rank 1/2 + 3/4 + 1/2. In the second list both are alike: 1/2 + 1/2 + 1/2.
    scores = torch.tensor([1.0, 3.0, 2.0, 2.0])
    loss = smooth_loss(scores, np.array([0, 0, 1, 1]), np.array([0, 3]), softness=1.0)
    assert loss.item() == pytest.approx(-(1 / math.log2(2.75) + 1 / math.log2(2.5)) / 2)


def test_half_the_softness_parts_the_same_scores_twice_as_far() -> None:
    scores = torch.tensor([1.0, 3.0])
    loss = smooth_loss(scores, np.array([0, 0]), np.array([0]), softness=0.5)
    assert loss.item() == pytest.approx(-1 / math.log2(1 + 0.5 + 0.9 + 0.5))


def test_terms_that_tell_no_candidates_apart_give_no_ground() -> None:
    assert grounded(planted()) == ("next", "brand")


def test_it_learns_which_term_decides_and_keeps_the_sum_of_weights() -> None:
    fitted = fit_blend(planted(), RECIPE, BlendConfig(epochs=40, decay=0.0))
    assert fitted.weights["next"] + fitted.weights["brand"] == pytest.approx(2.0, abs=1e-5)
    assert fitted.weights["next"] > fitted.weights["brand"] > 0
    assert by(fitted, planted()) > 0.95 > by(RECIPE, planted())


def test_terms_without_ground_stay_as_they_are() -> None:
    fitted = fit_blend(planted(), RECIPE, BlendConfig(epochs=2))
    assert (fitted.weights["relevance"], fitted.temperature("relevance")) == (7.0, 0.3)
    assert (fitted.weights["price"], fitted.temperature("price")) == (0.25, 1.0)
    assert fitted.weights["next"] != RECIPE.weights["next"]


def test_decay_draws_back_to_where_it_begins() -> None:
    held, free = (
        fit_blend(planted(), RECIPE, BlendConfig(epochs=10, decay=decay)) for decay in (20.0, 0.0)
    )
    assert abs(held.weights["next"] - 0.5) < abs(free.weights["next"] - 0.5) / 2


def test_the_same_seed_gives_the_same_blend() -> None:
    one, other = (fit_blend(planted(), RECIPE, BlendConfig(epochs=1)) for _ in range(2))
    assert (one.weights, one.temperatures) == (other.weights, other.temperatures)


def test_no_list_to_learn_from_is_told() -> None:
    nothing = Examples(
        TERMS, np.zeros(1, np.int64), np.zeros((0, 4), np.float32), np.zeros(0, np.int64), 5
    )
    with pytest.raises(GraphError, match="nothing to fit paper on"):
        fit_blend(nothing, RECIPE)


def test_the_ndcg_counts_what_was_not_found_and_ties_against_it() -> None:
    # Ranks 1 and, with an equal one beside it, 2; the third of three asked for has no list.
    values = np.array([[2.0], [1.0], [5.0], [5.0]], np.float32)
    examples = Examples(("next",), np.array([0, 2, 4]), values, np.array([0, 0]), 3)
    assert ndcg(examples, lambda each: each[:, 0]) == pytest.approx((1 + 1 / math.log2(3)) / 3)


def test_the_eleventh_of_a_list_gains_nothing() -> None:
    values = np.arange(11, dtype=np.float32)[:, None]
    for wanted, gain in ((0, 0.0), (1, 1 / math.log2(11))):
        examples = Examples(("next",), np.array([0, 11]), values, np.array([wanted]), 1)
        assert ndcg(examples, lambda each: each[:, 0]) == pytest.approx(gain)
