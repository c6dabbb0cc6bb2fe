from typing import Never

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg.recommend.fuse import fuse, order
from kg.recommend.recipes import Recipe
from kg.recommend.types import Numbers

FINITE = st.floats(-50, 50)


@st.composite
def blends(draw: st.DrawFn) -> tuple[dict[str, Numbers | None], Recipe, int]:
    n = draw(st.integers(1, 8))
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    terms = {
        name: None
        if draw(st.booleans())
        else np.array(draw(st.lists(FINITE, min_size=n, max_size=n)))
        for name in names
    }
    weights = {name: draw(st.floats(-5, 5)) for name in names}
    temperatures = {name: draw(st.floats(0.01, 10)) for name in names}
    return terms, Recipe("any", weights, temperatures), n


def test_a_score_is_the_weighted_sum_of_softmaxes() -> None:
    terms: dict[str, Numbers | None] = {
        "near": np.log([1.0, 3.0]),
        "hot": 2 * np.log([4.0, 1.0]),
    }
    recipe = Recipe("two", {"near": 2.0, "hot": 1.0}, {"hot": 2.0})
    fused = fuse(terms, recipe, 2)
    assert fused.contributions["near"] == pytest.approx([0.5, 1.5])
    assert fused.contributions["hot"] == pytest.approx([0.8, 0.2])
    assert fused.scores == pytest.approx([1.3, 1.7])


def test_a_missing_term_contributes_nothing_and_changes_no_other() -> None:
    near: Numbers = np.array([0.1, 0.9])
    recipe = Recipe("two", {"near": 1.0, "hot": 1.0})
    alone = fuse({"near": near}, Recipe("one", {"near": 1.0}), 2)
    for terms in ({"near": near}, {"near": near, "hot": None}):
        fused = fuse(terms, recipe, 2)
        assert fused.contributions["hot"].tolist() == [0.0, 0.0]
        assert fused.contributions["near"].tolist() == alone.contributions["near"].tolist()
        assert fused.scores.tolist() == alone.scores.tolist()


def test_a_weight_of_zero_takes_a_term_away() -> None:
    fused = fuse({"near": np.array([1.0, 2.0])}, Recipe("none", {"near": 0.0}), 2)
    assert fused.scores.tolist() == [0.0, 0.0]


def test_no_candidates_give_no_scores() -> None:
    assert fuse({"near": np.zeros(0)}, Recipe("one", {"near": 1.0}), 0).scores.tolist() == []


@given(blends())
def test_contributions_sum_to_the_score(
    blend: tuple[dict[str, Numbers | None], Recipe, int],
) -> None:
    terms, recipe, n = blend
    fused = fuse(terms, recipe, n)
    for index in range(n):
        parts = [float(part[index]) for part in fused.contributions.values()]
        assert abs(sum(parts) - fused.scores[index]) < 1e-9


@given(blends())
def test_each_terms_contributions_share_out_its_weight(
    blend: tuple[dict[str, Numbers | None], Recipe, int],
) -> None:
    terms, recipe, n = blend
    fused = fuse(terms, recipe, n)
    for name, weight in recipe.weights.items():
        expected = 0.0 if terms[name] is None else weight
        assert fused.contributions[name].sum() == pytest.approx(expected)


@given(blends(), st.randoms())
def test_the_order_of_the_candidates_given_does_not_matter(
    blend: tuple[dict[str, Numbers | None], Recipe, int], random: object
) -> None:
    terms, recipe, n = blend
    places = list(range(n))
    random.shuffle(places)  # type: ignore[attr-defined]
    moved = {name: None if term is None else term[places] for name, term in terms.items()}
    straight = fuse(terms, recipe, n).scores
    crooked = fuse(moved, recipe, n).scores
    assert crooked == pytest.approx(straight[places], abs=1e-12)
    if len(set(np.round(straight, 7))) == n:
        assert [places[index] for index in order(crooked, undrawn)] == order(straight, undrawn)


def undrawn(_: object) -> Never:
    raise AssertionError("no two scores are equal")


def test_of_scores_that_are_equal_to_nine_decimals_lots_say_which_is_first() -> None:
    scores: Numbers = np.array([0.5, 0.5 + 1e-12, 0.7, 0.5 + 1e-8, 0.7, 0.1])
    asked: list[list[int]] = []

    def draw(some: NDArray[np.intp]) -> NDArray[np.uint64]:
        asked.append(sorted(some.tolist()))
        return np.array([9, 3, 8, 0, 1, 7], np.uint64)[some]

    assert order(scores, draw) == [4, 2, 3, 1, 0, 5]
    assert asked == [[0, 1, 2, 4]]
    assert order(np.zeros(0), undrawn) == []
