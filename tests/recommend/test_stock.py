"""What is out of stock: behind what is in stock, left out, or as any other product."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import Rules
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Note, Request, Result, Without
from kg.snapshot.assemble import only
from kg.stock import AS_OTHERS, BEHIND, LEFT_OUT, OUT_OF_STOCK
from tests.recommend.conftest import ByAxes, with_setting
from tests.recommend.rules import NOW, row

EVERYTHING = 12
REQUESTS = [
    Request(k=EVERYTHING),
    Request("ann", k=EVERYTHING),
    Request("bob", "running shoe", k=EVERYTHING),
    Request(product_id="sock", recipe="similar", k=EVERYTHING),
    Request(recipe="hot", k=EVERYTHING),
    Request("dan", diversity=0.6, k=EVERYTHING),
    Request("ann", filters=Filters(categories=("Shoes",)), k=EVERYTHING),
]


def shop(toy: MemoryGraph, setting: str, *out: str, rules: Any = ()) -> Recommender:
    """The toy shop with nothing out of stock but these."""
    products = toy.snapshot.products
    in_stock = np.array([id_ not in out for id_ in products.ids])
    stocked = replace(toy.snapshot, products=replace(products, in_stock=in_stock))
    graph = MemoryGraph(with_setting(stocked, setting), Rules(1, tuple(rules)))
    return Recommender(graph, lambda _: ByAxes(), clock=lambda: NOW)


def ids(result: Result) -> list[str]:
    return [each.product_id for each in result.results]


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


OUT = ("trail", "lippink", "soap")


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_out_of_stock_comes_behind_in_the_order_of_its_scores(
    request_: Request, toy: MemoryGraph
) -> None:
    plain = ids(shop(toy, AS_OTHERS, *OUT).recommend(request_))
    found = shop(toy, BEHIND, *OUT).recommend(request_)
    stock = [bool(each.in_stock) for each in found.results]
    assert stock == sorted(stock, reverse=True)
    assert set(ids(found)) == set(plain)
    if not request_.diversity:
        first, last = [[each for each in plain if (each in OUT) is out] for out in (False, True)]
        assert ids(found) == [*first, *last]
        moved = {each.product_id for each in found.results if each.moved_by == "out of stock"}
        assert moved == {each for each in last if plain.index(each) < ids(found).index(each)}


def test_the_default_is_behind_and_it_is_told(toy: MemoryGraph) -> None:
    request = Request("bob", k=3)
    best = ids(shop(toy, BEHIND).recommend(request))
    found = shop(toy, BEHIND, best[0]).recommend(request)
    assert toy.snapshot.meta.out_of_stock == BEHIND
    assert ids(found)[:2] == best[1:]
    assert best[0] not in ids(found)
    assert found.notes[-1] == Note(
        "out_of_stock", "1 product would be in the list, but is out of stock"
    )
    assert [each.moved_by for each in found.results] == [None] * 3


def test_the_last_in_stock_is_told_to_be_before_what_has_a_higher_score_and_is_not(
    toy: MemoryGraph,
) -> None:
    request = Request("bob", k=3)
    best = ids(shop(toy, BEHIND).recommend(replace(request, k=EVERYTHING)))
    gone = [best[0], *best[3:]]
    two = shop(toy, BEHIND, *gone).recommend(request).results
    assert [each.product_id for each in two] == [best[1], best[2], best[0]]
    second = two[1].compared
    assert second is not None
    assert (second.product_id, second.moved_by) == (best[0], "out of stock")
    assert second.by < 0
    assert (two[2].moved_by, two[2].in_stock) == ("out of stock", False)


@pytest.mark.parametrize("request_", REQUESTS)
def test_left_out_is_as_if_the_request_asked_for_what_is_in_stock(
    request_: Request, toy: MemoryGraph
) -> None:
    found = shop(toy, LEFT_OUT, *OUT).recommend(request_)
    asked = replace(request_, filters=replace(request_.filters, in_stock=True))
    same = shop(toy, AS_OTHERS, *OUT).recommend(asked)
    assert ids(found) == ids(same)
    assert set(OUT).isdisjoint(ids(found))
    assert not found.request.filters.in_stock


@pytest.mark.parametrize("setting", OUT_OF_STOCK)
def test_the_filter_in_stock_is_the_same_whatever_the_shop_wants(
    setting: str, toy: MemoryGraph
) -> None:
    request = Request("bob", filters=Filters(in_stock=True), k=EVERYTHING)
    same = shop(toy, AS_OTHERS, *OUT).recommend(request)
    found = shop(toy, setting, *OUT).recommend(request)
    assert (found.results, found.notes) == (same.results, same.notes)


def test_no_list_begins_with_what_is_out_of_stock_where_anything_is_in_stock(
    toy: MemoryGraph,
) -> None:
    every = toy.snapshot.products.ids
    for left in every:
        gone = [each for each in every if each != left]
        recommender = shop(toy, BEHIND, *gone)
        for request in (Request(k=1), Request(query="red lipstick", k=1), Request("fay", k=2)):
            assert ids(recommender.recommend(request))[0] == left


def test_a_shop_with_nothing_in_stock_still_has_a_list_in_its_order(toy: MemoryGraph) -> None:
    request = Request("bob", k=5)
    none = shop(toy, BEHIND, *toy.snapshot.products.ids).recommend(request)
    assert ids(none) == ids(shop(toy, AS_OTHERS).recommend(request))
    assert {each.moved_by for each in none.results} == {None}
    assert "out_of_stock" not in codes(none)


def test_who_names_a_product_by_its_id_gets_it_first_though_it_is_out_of_stock(
    toy: MemoryGraph,
) -> None:
    found = shop(toy, BEHIND, "lipred", "lippink").recommend(Request(query="LIPRED", k=2))
    assert ids(found)[0] == "lipred"
    assert "lippink" not in ids(found)
    assert found.results[0].moved_by is None


def test_a_pin_stands_and_a_promotion_gets_no_place_for_what_is_out_of_stock(
    toy: MemoryGraph,
) -> None:
    pin = row("top", "pin", products=["soap"], position=1)
    found = shop(toy, BEHIND, "soap", rules=[pin]).recommend(Request("bob", k=5))
    assert (ids(found)[0], found.results[0].moved_by) == ("soap", "rule:top")
    request = Request("ann", k=5)
    best = ids(shop(toy, AS_OTHERS).recommend(replace(request, k=6)))
    sale = row("sale", "promotion", products=[best[5]], discount=15.0)
    assert shop(toy, BEHIND, rules=[sale]).recommend(request).results[4].sponsored
    paid = shop(toy, BEHIND, best[5], rules=[sale]).recommend(request)
    assert [each.sponsored for each in paid.results] == [False] * 5


def test_pages_of_a_list_keep_its_order_and_say_what_is_out_of_stock(toy: MemoryGraph) -> None:
    request = Request("bob", k=4)
    recommender = shop(toy, BEHIND, *OUT)
    long = recommender.recommend(replace(request, k=EVERYTHING))
    first = recommender.recommend(request)
    assert first.whole is not None
    pages = [first, *(recommender.page(first.whole, start) for start in (4, 8))]
    every = [each for page in pages for each in page.results]
    assert [each.product_id for each in every] == ids(long)[: len(every)]
    assert [each.moved_by for each in every] == [
        each.moved_by for each in long.results[: len(every)]
    ]
    assert "out of stock" in {each.moved_by for each in every}
    for each in every:
        assert each.compared is None or (each.compared.by < 0) is bool(each.compared.moved_by)
        assert each.reason != "stands where it stood when the list was made"


def test_the_last_of_a_page_is_before_what_is_out_of_stock_for_that_alone(
    toy: MemoryGraph,
) -> None:
    best = ids(shop(toy, BEHIND).recommend(Request("bob", k=EVERYTHING)))
    recommender = shop(toy, BEHIND, best[0], *best[5:])
    first = recommender.recommend(Request("bob", k=2))
    assert first.whole is not None
    second = recommender.page(first.whole, 2).results
    assert [each.product_id for each in second] == best[3:5]
    last = second[1].compared
    assert last is not None
    assert (last.product_id, last.moved_by) == (best[0], "out of stock")


def test_why_not_names_the_stock_and_how_long_a_list_would_have_it(toy: MemoryGraph) -> None:
    request = Request("bob", k=3)
    best = ids(shop(toy, BEHIND).recommend(replace(request, k=EVERYTHING)))
    behind = shop(toy, BEHIND, best[0])
    found = behind.explain(request, best[0])
    assert found.gate is not None
    assert (found.gate.code, found.gate.text) == (
        "out_of_stock",
        "by score it is number 1, but it is out of stock, and what is in stock comes before",
    )
    assert found.admitted
    assert found.changes == ({"k": found.place},)
    left_out = shop(toy, LEFT_OUT, best[0]).explain(request, best[0])
    assert left_out.gate is not None
    assert (left_out.gate.code, left_out.gate.change) == ("out_of_stock", None)
    assert left_out.gate.text == "it is out of stock, and the shop leaves out what is"
    filtered = behind.explain(replace(request, filters=Filters(in_stock=True)), best[0])
    assert filtered.gate is not None
    assert (filtered.gate.code, filtered.gate.text) == ("filter", "it is not in stock")


@pytest.mark.parametrize("setting", [BEHIND, LEFT_OUT])
def test_what_if_moves_what_is_out_of_stock_as_lists_do(setting: str, toy: MemoryGraph) -> None:
    found = shop(toy, setting, *OUT).what_if(
        Request("ann", k=EVERYTHING), Without(purchases=("sock",))
    )
    for result in (found.before, found.after):
        stock = [bool(each.in_stock) for each in result.results]
        assert stock == sorted(stock, reverse=True)
        assert all(stock) is (setting == LEFT_OUT)


def test_the_past_knows_nothing_of_the_stock_of_now(toy: MemoryGraph) -> None:
    request = Request("bob", k=EVERYTHING, until=NOW)
    plain = shop(toy, AS_OTHERS, *OUT).recommend(request)
    for setting in (BEHIND, LEFT_OUT):
        assert ids(shop(toy, setting, *OUT).recommend(request)) == ids(plain)
    known = only(toy.snapshot, np.ones(len(toy.snapshot.events.at), np.bool_))
    assert known.meta.out_of_stock == AS_OTHERS
