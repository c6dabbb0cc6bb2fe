import pytest

from kg.recommend.asked import Asked, Past
from kg.recommend.recipes import PAPER
from kg.recommend.seeds import Seed, history_seeds, seeds_of, weight_of
from kg.recommend.types import Entity, Request


def past(product_id: str, *types: str, value: float | None = None) -> Past:
    return Past(product_id, 0, types, value)


@pytest.mark.parametrize(
    ("types", "value", "weight"),
    [
        (("BOUGHT",), None, 1.0),
        (("LIKED",), None, 1.0),
        (("ADDED_TO_CART", "VIEWED"), None, 0.6),
        (("VIEWED",), None, 0.3),
        (("RATED",), 4.0, 1.0),
        (("RATED", "VIEWED"), 3.0, 0.0),
        (("BOUGHT", "RATED"), 2.0, 1.0),
        (("RATED", "VIEWED"), None, 0.3),
    ],
)
def test_the_strongest_event_says_how_much_a_product_was_wanted(
    types: tuple[str, ...], value: float | None, weight: float
) -> None:
    assert weight_of(past("any", *types, value=value)) == weight


def test_each_step_back_in_the_history_counts_four_fifths() -> None:
    history = [past("new", "BOUGHT"), past("bad", "RATED", value=1.0), past("old", "VIEWED")]
    seeds = history_seeds(history)
    assert [seed.product_id for seed in seeds] == ["new", "old"]
    assert [seed.weight for seed in seeds] == pytest.approx([1.0, 0.3 * 0.64])


def test_where_order_means_nothing_all_count_alike() -> None:
    history = (past("new", "BOUGHT"), past("old", "BOUGHT"))
    assert [seed.weight for seed in history_seeds(history, 1.0)] == [1.0, 1.0]
    asked = Asked(Request(user_id="ann"), PAPER, history)
    assert [seed.weight for seed in seeds_of(asked, (), 1.0)] == [1.0, 1.0]


def test_only_the_latest_twenty_products_count() -> None:
    seeds = history_seeds([past(f"p{index}", "BOUGHT") for index in range(30)])
    assert [seed.product_id for seed in seeds] == [f"p{index}" for index in range(20)]


def test_the_requests_product_and_a_querys_hits_join_the_history_each_product_once() -> None:
    asked = Asked(Request(product_id="own"), PAPER, (past("own", "BOUGHT"), past("old", "BOUGHT")))
    found = (
        Entity("Brand", "acme", "Acme", 2.0, "name"),
        Entity("Product", "hit", "", 1.5, "full_text"),
        Entity("Product", "old", "", 0.5, "vector"),
    )
    seeds = seeds_of(asked, found)
    assert seeds == (
        Seed("own", 1.0, "product"),
        Seed("old", 0.8, "history", past("old", "BOUGHT")),
        Seed("hit", 0.1 * 1.5 / 2.0, "query"),
    )


def test_what_the_user_has_is_left_out_unless_asked_for() -> None:
    history = (past("had", "BOUGHT"), past("seen", "VIEWED"), past("bad", "RATED", value=2.0))
    assert Asked(Request("ann"), PAPER, history).left_out == {"had", "bad"}
    again = Request("ann", product_id="page", include_bought=True)
    assert Asked(again, PAPER, history).left_out == {"page"}
