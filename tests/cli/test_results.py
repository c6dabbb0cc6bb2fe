from dataclasses import replace

import pytest

from cli.results import compared, moved, told_apart
from kg.recommend.types import Compared, Difference, Named, Recommendation
from kg.stock import MOVED


def test_categories_of_one_name_are_told_apart_by_what_they_are_in() -> None:
    nodes = [
        Named("Category", "shoes/sandals", "Sandals"),
        Named("Category", "sale/50%25 off%2Fshoes/sandals", "Sandals"),
        Named("Category", "shoes", "Shoes"),
        Named("Brand", "sandals", "Sandals"),
    ]
    told = ["Sandals (shoes)", "Sandals (50% off/shoes)", "Shoes", "Sandals"]
    assert told_apart(nodes) == told


TERMS = (
    Difference("next", 0.3, "bought more often after your products"),
    Difference("rule:up", 0.00001, "rule up of the shop favours it"),
    Difference("price", -0.1, "priced further from your products"),
)
BESIDE = Compared("sock", "Bolt Sock", True, 0.2, TERMS)
SHOE = Recommendation(1, "shoe", "Shoe", 0.5, {}, "graph", None, "why", (), "", compared=BESIDE)


def test_what_speaks_for_a_product_is_drawn_beside_the_next_one() -> None:
    assert compared(SHOE) == [
        "score 0.5000, 0.2000 above the next, Bolt Sock",
        f"bought more often after your products   +0.3000  {30 * '█'}",
        f"priced further from your products       -0.1000  {10 * '█'}",
    ]
    assert compared(replace(SHOE, compared=None)) == ["score 0.5000"]


@pytest.mark.parametrize(
    ("mover", "said"),
    [
        ("diversity", "; variety put it first"),
        ("rule:top", "; rule top put it first"),
        (MOVED, "; that one is out of stock"),
    ],
)
def test_what_stands_before_a_higher_score_says_what_put_it_there(mover: str, said: str) -> None:
    behind = replace(BESIDE, by=-0.2, listed=False, terms=(), moved_by=mover)
    assert compared(replace(SHOE, compared=behind)) == [
        f"score 0.5000, 0.2000 below the best that is not listed, Bolt Sock{said}"
    ]


def test_what_moved_a_product_is_said_in_words() -> None:
    assert [moved(each) for each in ("diversity", "promotion:sale", MOVED)] == [
        "moved by variety",
        "moved by promotion sale",
        "behind what is in stock",
    ]
