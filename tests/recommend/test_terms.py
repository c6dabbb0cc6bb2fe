from collections.abc import Mapping

import numpy as np
import pytest

from kg.graph import Row
from kg.recommend.facts import Facts, Table, Vocabulary
from kg.recommend.learned import RANKED, Words
from kg.recommend.numbered import Numbered
from kg.recommend.reached import Reached, reached_by
from kg.recommend.recipes import RECIPES, TERM_NAMES
from kg.recommend.scene import Learned, Scene, Titles, Weighted
from kg.recommend.served import Hot
from kg.recommend.terms import TERMS, terms_of
from kg.recommend.types import Numbers

# Candidates a, b, c in two dimensions: a points right, b up, c half-way.
HALF = np.sqrt(0.5)
VECTORS = np.array([[1, 0], [0, 1], [HALF, HALF]], np.float32)
NOTHING = Weighted((), np.zeros(0), np.zeros((0, 2)))


def named(*ids: str) -> Vocabulary:
    vocabulary = Vocabulary()
    for id_ in ids:
        vocabulary.add(id_)
    return vocabulary


GONE = (np.nan, np.nan)
PRODUCTS = Numbered()
FACTS = Facts(
    products=PRODUCTS,
    codes=PRODUCTS.of(["a", "b", "c"]),
    table=Table(
        vectors=VECTORS,
        numbers=np.array(
            [[8.0, 100.0, 10.0, 0.25], [2.0, np.nan, 30.0, 0.75], [0.0, 400.0, *GONE]]
        ),
        brand_codes=np.array([0, -1, 1], np.int32),
        category_codes=np.array([[0, 1], [1, -1], [-1, -1]], np.int32),
        words=np.array([[0, 1], [1, -1], [-1, -1]], np.int32),
        brand_names=named("acme", "bolt"),
        category_names=named("lips", "eyes"),
    ),
    rows=np.arange(3, dtype=np.int32),
)


def scene(
    query: list[float] | None = None,
    entities: Weighted = NOTHING,
    own: Weighted = NOTHING,
    prices: list[float] | None = None,
    hot: list[float] | None = None,
    lexical: Mapping[str, float] | None = None,
    rows: Mapping[str, Mapping[str, Row]] | None = None,
    signals: Mapping[str, Mapping[str, Row]] | None = None,
    learned: Learned | None = None,
    titles: Titles | None = None,
    brands: Mapping[str, float] | None = None,
    categories: Mapping[str, float] | None = None,
) -> Scene:
    return Scene(
        facts=FACTS,
        query=None if query is None else np.array(query, np.float32),
        entities=entities,
        own=own,
        prices=np.array(prices or [], np.float64),
        hot=Hot(np.array(hot or [0, 0], np.float32), 8.0),
        lexical=lexical or {},
        rows=walks(rows or {}),
        signals=walks(signals or {}),
        history=1.0,
        learned=learned,
        titles=titles,
        brands=brands or {},
        categories=categories or {},
    )


def walks(rows: Mapping[str, Mapping[str, Row]]) -> dict[str, Reached]:
    return {
        walk: reached_by(PRODUCTS, [{"product_id": id_, **row} for id_, row in given.items()])
        for walk, given in rows.items()
    }


def listed(numbers: Numbers | None) -> list[float]:
    assert numbers is not None
    return [float(each) for each in numbers.round(9)]


def weighted(*nodes: tuple[str, str, float, list[float]]) -> Weighted:
    return Weighted(
        tuple((label, id_) for label, id_, _, _ in nodes),
        np.array([weight for _, _, weight, _ in nodes]),
        np.array([vector for _, _, _, vector in nodes], np.float64),
    )


def value(term: str, of: Scene) -> list[float]:
    numbers = TERMS[term](of)
    assert numbers is not None
    return [round(number, 6) for number in numbers.tolist()]


def test_relevance_is_the_cosine_with_the_search() -> None:
    assert value("relevance", scene(query=[1, 0])) == [1.0, 0.0, 0.707107]


def test_hot_is_the_mean_of_popularity_times_cosine() -> None:
    # One hot product of popularity 1 pointing right, one of 0.5 pointing up.
    assert value("hot", scene(hot=[0.5, 0.25])) == [0.5, 0.25, 0.53033]


def test_entity_is_the_share_weighed_cosine_with_v_u_a_node_itself_left_out() -> None:
    meant = weighted(("Product", "a", 3.0, [1, 0]), ("Brand", "b", 1.0, [0, 1]))
    # a: itself left out, the brand is at a right angle. b: cosine 1 with a brand of its name.
    assert value("entity", scene(entities=meant)) == [0.0, 0.25, 0.707107]


def test_lexical_is_the_share_of_the_best_full_text_score() -> None:
    assert value("lexical", scene(lexical={"b": 1.0, "c": 0.5})) == [0.0, 1.0, 0.5]


@pytest.mark.parametrize("walk", ["next", "together"])
def test_walks_give_their_strength(walk: str) -> None:
    assert value(walk, scene(rows={walk: {"c": {"strength": 0.7}}})) == [0.0, 0.0, 0.7]


def test_similar_is_the_weighed_mean_of_sharp_cosines_with_other_products() -> None:
    own = weighted(("Product", "x", 1.0, [1, 0]), ("Product", "b", 3.0, [0, 1]))
    # c: (1 + 3) / 4 of .5^2; b: itself left out, and at a right angle to x.
    assert value("similar", scene(own=own)) == [0.25, 0.0, 0.25]


def test_brand_is_the_weight_of_the_products_brand() -> None:
    assert value("brand", scene(brands={"acme": 0.25, "bolt": 1.5})) == [0.25, 0.0, 1.5]


def test_category_is_the_weight_of_the_best_of_the_products_categories() -> None:
    assert value("category", scene(categories={"lips": 0.5, "eyes": 0.75})) == [0.75, 0.75, 0.0]


def test_price_is_the_distance_to_what_the_user_pays() -> None:
    # Usually 200: half and double are equally far; an unknown price is as far as the mean.
    far = round(-float(np.log(2)), 6)
    assert value("price", scene(prices=[100.0, 400.0])) == [far, far, far]
    assert value("price", scene(prices=[100.0]))[0] == 0.0


def test_popularity_is_the_share_of_the_most_wanted() -> None:
    assert value("popularity", scene()) == [1.0, 0.25, 0.0]


def test_the_rankers_signals_come_from_walks_of_their_own() -> None:
    signals = {
        "before": {"c": {"strength": 0.75}},
        "next_last": {"b": {"strength": 0.5}},
        "together_plain": {"a": {"strength": 0.25}, "c": {"strength": 1.0}},
    }
    found = terms_of(scene(signals=signals), ["before", "next_last", "together_plain", "next"])
    assert found["next"] is None
    assert listed(found["before"]) == [0.0, 0.0, 0.75]
    assert listed(found["next_last"]) == [0.0, 0.5, 0.0]
    assert listed(found["together_plain"]) == [0.25, 0.0, 1.0]


def test_words_are_the_cosines_of_tf_idf_of_titles_each_product_left_out_for_itself() -> None:
    # Titles: a "red lipstick", b "lipstick", c none; those of the user's x "red" and of b itself.
    words = Words(("red", "lipstick"), np.array([4.0, 3.0]))
    own = weighted(("Product", "x", 3.0, [1, 0]), ("Product", "b", 1.0, [0, 1]))
    seen = scene(own=own, titles=Titles(words, np.array([[0, -1], [1, -1]], np.int32)))
    # a with x: 4 / 5, with b: 3 / 5; b with x: 0, with itself: left out.
    assert value("words", seen) == [0.75, 0.0, 0.0]
    assert value("words_last", seen) == [0.8, 0.0, 0.0]
    latest = weighted(("Product", "b", 1.0, [0, 1]))
    seen = scene(own=latest, titles=Titles(words, np.array([[1, -1]], np.int32)))
    assert value("words_last", seen) == [0.6, 0.0, 0.0]


def test_the_length_of_a_history_is_alike_for_all_candidates() -> None:
    own = weighted(("Product", "x", 1.0, [1, 0]), ("Product", "y", 0.8, [0, 1]))
    assert value("history", scene(own=own)) == [round(float(np.log(3)), 6)] * 3


def test_what_nobody_wanted_is_as_old_as_the_others_on_average() -> None:
    found = terms_of(scene(), ["age", "place"])
    assert listed(found["age"]) == [10.0, 30.0, 20.0]
    assert listed(found["place"]) == [0.25, 0.75, 0.5]


def test_the_learned_term_is_the_cosine_with_the_users_vector() -> None:
    learned = Learned(np.array([0.6, 0.8]), np.zeros((0, 2)), np.array([[1, 0], [0, 1.0], [0, 0]]))
    assert listed(terms_of(scene(learned=learned), ["gnn"])["gnn"]) == [0.6, 0.8, 0.0]


def test_a_term_without_ground_is_none() -> None:
    empty = terms_of(scene(), list(TERMS))
    given = {name for name, numbers in empty.items() if numbers is not None}
    assert given == {"popularity", "age", "place"}


def test_the_names_that_a_request_may_weigh_are_those_of_the_terms() -> None:
    assert tuple(TERMS) == TERM_NAMES


def test_every_recipe_weighs_terms_that_exist_and_every_term_is_weighed() -> None:
    for recipe in RECIPES.values():
        assert set(recipe.weights) <= set(TERMS)
        assert set(recipe.temperatures) <= set(recipe.weights)
    assert set(RECIPES["paper"].weights) | set(RANKED) == set(TERMS)
