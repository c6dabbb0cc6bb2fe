"""What rules do to scores and places, worked out by hand."""

import numpy as np
import pytest

from kg.graph import Row
from kg.recommend.diversify import Listed
from kg.recommend.facts import FactCache, Facts
from kg.recommend.fuse import Fused
from kg.recommend.rulebook import Ruling
from kg.recommend.rules import around, movers, pinned, placed, relevant, sponsored, weighed
from kg.recommend.types import Numbers
from kg.rules.types import Rule
from tests.recommend.rules import rule

BRANDS = {"a": "acme", "b": "bolt", "c": "acme", "d": None}
CATEGORIES = {"a": ["shoes"], "b": ["shoes", "sale"], "c": [], "d": ["socks"]}


def facts_of(*ids: str) -> Facts:
    def read(asked: list[str]) -> list[Row]:
        return [
            {
                "product_id": id_,
                "embedding": None,
                "title": None,
                "brand_id": BRANDS.get(id_),
                "category_ids": CATEGORIES.get(id_, []),
                **dict.fromkeys(
                    ("popularity", "price_minor", "mean_age", "mean_place", "in_stock")
                ),
            }
            for id_ in asked
        ]

    return FactCache(read, 2).of(ids)


def ruling(given: Rule) -> Ruling:
    def ids(label: str) -> frozenset[str]:
        return frozenset(each.id for each in given.targets if each.label == label)

    return Ruling(given, ids("Product"), ids("Brand"), ids("Category"))


SCORES: Numbers = np.array([1.0, 0.6, 0.4, 0.2])
FUSED = Fused(SCORES, {"next": SCORES})
FACTS = facts_of("a", "b", "c", "d")


def test_a_rule_reaches_products_by_themselves_their_brand_and_their_categories() -> None:
    for given, reached in (
        ({"products": ["d", "gone"]}, [False, False, False, True]),
        ({"brands": ["acme"]}, [True, False, True, False]),
        ({"categories": ["sale", "socks"]}, [False, True, False, True]),
        ({"products": ["c"], "categories": ["sale"]}, [False, True, True, False]),
        ({"brands": ["nobody"]}, [False, False, False, False]),
    ):
        assert ruling(rule("r", "boost", **given)).reaches(FACTS).tolist() == reached


def test_boosts_and_buries_add_up_in_shares_of_the_distance_from_best_to_worst() -> None:
    # The distance is .8: half of it for acme, a quarter off for shoes.
    rulings = (
        ruling(rule("up", "boost", brands=["acme"], weight=0.5)),
        ruling(rule("down", "bury", categories=["shoes"], weight=0.25)),
    )
    found = weighed(rulings, FACTS, FUSED)
    assert found.scores.tolist() == pytest.approx([1.2, 0.4, 0.8, 0.2])
    assert {name: part.tolist() for name, part in found.rules.items()} == {
        "rule:up": pytest.approx([0.4, 0, 0.4, 0]),
        "rule:down": pytest.approx([-0.2, -0.2, 0, 0]),
    }
    assert found.contributions == FUSED.contributions


def test_a_weight_of_one_lifts_the_worst_to_the_best_and_counts_whole_where_all_are_alike() -> None:
    best = (ruling(rule("up", "boost", products=["d"], weight=1.0)),)
    assert weighed(best, FACTS, FUSED).scores.tolist() == [1.0, 0.6, 0.4, 1.0]
    alike = Fused(np.zeros(4), {})
    assert weighed(best, FACTS, alike).scores.tolist() == [0.0, 0.0, 0.0, 1.0]


def test_without_boost_or_bury_the_scores_are_the_very_same() -> None:
    assert weighed((ruling(rule("h", "hide", brands=["acme"])),), FACTS, FUSED) is FUSED


PLACES = {"a": 0, "b": 1, "c": 2, "d": 3}


def pin(rule_id: str, product: str, position: int) -> Ruling:
    return ruling(rule(rule_id, "pin", products=[product], position=position))


def spots(*pins: Ruling, k: int = 4) -> dict[int, tuple[int, str]]:
    found = pinned(pins, PLACES, k)
    return {position: (index, by.rule_id) for position, (index, by) in found.items()}


def test_a_pin_takes_its_position() -> None:
    assert spots(pin("r", "c", 2)) == {1: (2, "r")}
    assert spots(pin("r", "c", 5)) == {}  # behind the list
    assert spots(pin("r", "gone", 1)) == {}


def test_of_two_pins_to_one_position_the_first_has_it_and_the_other_the_next_free_one() -> None:
    pins = (pin("r1", "a", 2), pin("r2", "b", 3), pin("r3", "c", 2))
    assert spots(*pins) == {1: (0, "r1"), 2: (2, "r3"), 3: (1, "r2")}


def test_of_two_pins_of_one_product_the_first_counts() -> None:
    assert spots(pin("r1", "a", 3), pin("r2", "a", 1)) == {2: (0, "r1")}


@pytest.mark.parametrize(
    ("merit", "fixed", "k", "found"),
    [
        ([0, 1, 2], {}, 2, [0, 1]),
        ([0, 1, 2], {0: 9}, 3, [9, 0, 1]),
        ([0, 1, 2], {1: 2}, 3, [0, 2, 1]),
        ([0, 1], {3: 9, 5: 8}, 6, [0, 1, 9, 8]),
        ([], {4: 9}, 6, [9]),
    ],
)
def test_the_others_keep_their_order_around_what_is_fixed(
    merit: list[int], fixed: dict[int, int], k: int, found: list[int]
) -> None:
    assert around(merit, fixed, k) == found


SALE = rule("sale", "promotion", products=["a"])


def test_what_is_sponsored_is_at_least_half_as_far_above_the_worst_as_the_last_by_merit() -> None:
    # Worst 0, last by merit 6: 3 passes, 2.9 does not.
    scores: Numbers = np.array([9.0, 6.0, 3.0, 2.9, 0.0])
    assert list(relevant({2: SALE, 3: SALE, 4: SALE}, scores, [0, 1])) == [2]
    assert relevant({}, scores, [0]) == relevant({2: SALE}, scores, []) == {}


def taken(offered: list[int], merit: list[int], fixed: dict[int, int], k: int) -> dict[int, int]:
    found = sponsored([(index, SALE) for index in offered], merit, fixed, k)
    return {position: index for position, (index, _) in found.items()}


TEN = list(range(10))


def test_each_fifth_place_is_sponsored_and_none_in_a_list_of_four() -> None:
    assert taken([10, 11, 12], TEN, {}, 10) == {4: 10, 9: 11}
    assert taken([10], TEN, {}, 10) == {4: 10}
    assert taken([10], TEN[:4], {}, 4) == {}


def test_what_stands_as_high_by_merit_needs_no_sponsored_place() -> None:
    assert taken([2, 4], TEN, {}, 10) == {}
    assert taken([5, 9], TEN, {}, 10) == {4: 5}  # 9 stands at the tenth place itself
    assert taken([5, 11], TEN, {}, 10) == {4: 5, 9: 11}


def test_a_pin_comes_before_what_is_sponsored() -> None:
    assert taken([10, 11], TEN, {4: 7}, 10) == {5: 10, 9: 11}
    assert taken([7], TEN, {4: 7}, 10) == {}


def moved(picked: list[int], put: dict[int, Rule], ranked: list[int]) -> dict[int, str]:
    return movers(Listed(picked, ranked, put))


def test_a_moved_product_names_the_rule_that_moved_it_or_diversity() -> None:
    up = rule("up", "pin", products=["a"], position=1)
    ranked = [0, 1, 2, 3]
    assert moved([0, 1, 2], {}, ranked) == {}
    assert moved([0, 2, 1], {}, ranked) == {1: "diversity", 2: "diversity"}
    assert moved([2, 0, 1], {2: up}, ranked) == dict.fromkeys([0, 1, 2], "rule:up")
    assert moved([1, 2, 0, 3], {0: up}, ranked) == dict.fromkeys([0, 1, 2], "rule:up")
    sale = rule("sale", "promotion", products=["d"])
    assert moved([4, 0, 3], {4: up, 3: sale}, [0, 1, 2, 3, 4]) == {
        4: "rule:up",
        0: "rule:up",
        3: "promotion:sale",
    }
    # 0 and 1 have changed places before what is pinned, and not because of it.
    assert moved([1, 0, 3], {3: up}, ranked) == {
        0: "diversity",
        1: "diversity",
        3: "rule:up",
    }


def test_a_promotion_is_judged_without_what_boosts_give() -> None:
    facts = facts_of("a", "b", "c", "d", "e", "f", "g")
    scores: Numbers = np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0])
    rulings = (
        ruling(rule("up", "boost", products=["g"], weight=0.55)),
        ruling(rule("sale", "promotion", products=["f", "g"])),
    )
    fused = weighed(rulings, facts, Fused(scores, {}))
    ranked = [0, 1, 2, 3, 4, 6, 5]
    found = placed(rulings, facts, fused, ranked, lambda some: some[:5], 5)
    # Worst 0, last by merit .6: f has .5 and passes; g has 0, and .55 by the boost alone.
    assert found.picked == [0, 1, 2, 3, 5]
    assert {index: by.name for index, by in found.put.items()} == {5: "promotion:sale"}


def test_what_rules_give_stays_where_contributions_are_told_later() -> None:
    ranked = Fused(SCORES, {}, lambda some: {"base": SCORES[list(some)]})
    found = weighed((ruling(rule("up", "boost", brands=["bolt"], weight=1.0)),), FACTS, ranked)
    told = found.told([1, 2])
    assert [part.tolist() for part in told.contributions.values()] == [[0.0, 0.6, 0.4, 0.0]]
    assert told.rules["rule:up"].tolist() == [0.0, 0.8, 0.0, 0.0]
    assert told.scores.tolist() == pytest.approx([1.0, 1.4, 0.4, 0.2])
