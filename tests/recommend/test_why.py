"""Why, and why not: every gate, and what lifts it, on the toy shop."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import NotFound
from kg.graph.live import Happened, LiveGraph
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Request
from kg.recommend.why import Explanation, _name, with_change
from kg.snapshot import snapshot_of
from kg.sources import open_source
from kg.stock import AS_OTHERS
from tests.recommend.conftest import with_setting

FEW = Filters(brands=("Rosa",), max_price_minor=1000)


def in_list(recommender: Recommender, request: Request, product_id: str) -> bool:
    found = recommender.recommend(request).results
    return product_id in {each.product_id for each in found}


@pytest.mark.parametrize(
    ("request_", "product_id", "code", "text", "changes"),
    [
        (
            Request("ann"),
            "runner",
            "bought",
            "the user has bought it",
            [{"include_bought": True}],
        ),
        (Request("dan"), "trail", "bought", "the user has rated it", [{"include_bought": True}]),
        (
            Request("ann", filters=Filters(max_price_minor=1000)),
            "trail",
            "filter",
            "it costs $99.90, the limit is $10.00",
            [{"filters": {"max_price_minor": 9990}}],
        ),
        (
            Request("ann", filters=Filters(min_price_minor=500)),
            "soap",
            "filter",
            "it costs $2.00, less than $5.00",
            None,
        ),
        (
            Request("ann", filters=Filters(in_stock=True)),
            "racer",
            "filter",
            "it is not in stock",
            [{"filters": {"in_stock": False}}],
        ),
        (
            Request("cat", filters=FEW),
            "lipacme",
            "filter",
            "it is of Acme, none of the brands asked for",
            [{"filters": {"brands": ()}}],
        ),
        (
            Request("ann", filters=Filters(categories=("Lips",))),
            "trail",
            "filter",
            "it is in Running Shoes, none of the categories asked for",
            [{"filters": {"categories": ()}}],
        ),
        (
            Request(query="red lipstick not by Acme"),
            "lipacme",
            "filter",
            "it is of Acme, which the search text rules out",
            [{"query": "red lipstick"}],
        ),
        (
            Request(query="red lipstick under $1 not by Rosa"),
            "lipacme",
            "filter",
            "it costs $5.90, the limit is $0.99",
            [{"query": "red lipstick not by Rosa"}],
        ),
        (
            Request(query="red lipstick under $1", filters=Filters(max_price_minor=500)),
            "lipacme",
            "filter",
            "it costs $5.90, the limit is $0.99",
            [{"filters": {"max_price_minor": 590}}, {"query": "red lipstick"}],
        ),
        (
            Request(product_id="runner", recipe="similar"),
            "runner",
            "own",
            "it is the product that was asked about",
            [],
        ),
    ],
)
def test_the_first_gate_is_told_with_what_lifts_it(
    request_: Request,
    product_id: str,
    code: str,
    text: str,
    changes: list[dict[str, Any]] | None,
    recommender: Recommender,
) -> None:
    found = recommender.explain(request_, product_id)
    assert found.gate is not None
    assert (found.listed, found.place, found.gate.code, found.gate.text) == (
        False,
        None,
        code,
        text,
    )
    if changes is not None:
        assert list(found.changes)[: len(changes)] == changes
        assert found.admitted == bool(changes)
    assert not in_list(recommender, request_, product_id)


def test_a_place_behind_the_list_is_told_and_a_filter_that_has_it(toy: MemoryGraph) -> None:
    recommender = Recommender(MemoryGraph(with_setting(toy.snapshot, AS_OTHERS)))
    longer = recommender.recommend(Request("ann", k=5)).results
    request = Request("ann", k=2)
    found = recommender.explain(request, longer[3].product_id)
    assert found.gate is not None
    assert (found.gate.code, found.gate.text) == (
        "ranked",
        "by score it is number 4, and 2 were asked for",
    )
    filtered = {"filters": {"categories": ("Clothing > Socks",)}}
    assert (found.changes, found.admitted, found.place) == ((filtered,), True, 4)
    assert found.gate.change == filtered
    assert found.told is not None
    assert found.told.reason == longer[3].reason
    assert found.told.score == pytest.approx(sum(found.told.contributions.values()))


def test_a_product_of_the_list_is_explained_as_the_list_does(recommender: Recommender) -> None:
    listed = recommender.recommend(Request("ann", k=3)).results
    for each in listed:
        found = recommender.explain(Request("ann", k=3), each.product_id)
        assert (found.listed, found.gate, found.changes, found.admitted) == (True, None, (), True)
        assert found.told == each


def every(recommender: Recommender, request: Request) -> list[Explanation]:
    ids = recommender.graph.read("walk/popular", requests=[_ALL])
    return [recommender.explain(request, row["product_id"]) for row in ids]


_ALL = {"category_ids": None, "brand_ids": None, "limit": 100}


@pytest.mark.parametrize(
    "request_",
    [
        Request("ann", k=2),
        Request("bob", k=3, diversity=0.8),
        Request("nobody", k=2),
        Request("eve", query="red shoe", k=2),
        Request("cat", k=2, filters=FEW),
        Request(query="red lipstick under $10 not by Acme", k=1),
        Request(k=2, recipe="hot"),
    ],
)
def test_what_is_said_of_every_product_holds(request_: Request, recommender: Recommender) -> None:
    for found in every(recommender, request_):
        assert found.listed == in_list(recommender, request_, found.product_id)
        changed = request_
        for change in found.changes:
            changed = with_change(changed, change)
        met = any("event" in change for change in found.changes)
        asked = having_seen(recommender, request_, found.product_id) if met else recommender
        assert found.admitted == in_list(asked, changed, found.product_id)


def having_seen(recommender: Recommender, request: Request, product_id: str) -> Recommender:
    """After the request's user has looked at a product."""
    assert isinstance(recommender.graph, MemoryGraph)
    seen = Happened(request.user_id or "", product_id, "VIEWED", 2_000_000_000, None)
    return recommender.on(LiveGraph(recommender.graph, [seen]))


def test_what_nothing_leads_to_would_be_there_if_the_user_looked_at_it(
    recommender: Recommender,
) -> None:
    found = recommender.explain(Request("ann", k=5), "soap")
    assert found.gate is not None
    assert (found.gate.code, found.changes, found.admitted) == (
        "not_reached",
        ({"event": {"type": "view"}},),
        True,
    )
    nobodys = recommender.explain(Request(query="sandal", k=2), "soap")
    assert (nobodys.gate and nobodys.gate.code, nobodys.changes) == ("not_reached", ())


def test_the_view_that_is_tried_is_the_latest_of_a_long_history(tmp_path: Path) -> None:
    """Of a history the latest 20 products count: a view before all of them would lead nowhere."""
    had = [f"had{number}" for number in range(20)]
    products = [*(f"{each},Shoes" for each in had), "far,Tents", "liked,Lamps"]
    events = [*(f"ann,{each},BOUGHT,{at}" for at, each in enumerate(had)), "bob,liked,BOUGHT,1"]
    (tmp_path / "products.csv").write_text("\n".join(["product_id,category_path", *products]))
    (tmp_path / "events.csv").write_text("\n".join(["user_id,product_id,type,at", *events]))
    recommender = Recommender(MemoryGraph(snapshot_of(open_source(tmp_path))))
    assert not in_list(recommender, Request("ann", k=1), "far")
    found = recommender.explain(Request("ann", k=1), "far")
    assert (found.changes, found.admitted) == (({"event": {"type": "view"}},), True)
    assert in_list(having_seen(recommender, Request("ann"), "far"), Request("ann", k=1), "far")


def test_what_nothing_leads_to_is_in_the_list_of_its_own_category(recommender: Recommender) -> None:
    found = recommender.explain(Request(query="lipstick", k=5), "sock")
    assert found.gate is not None
    filtered = {"filters": {"categories": ("Clothing > Socks",)}}
    assert (found.gate.code, found.changes, found.admitted) == ("not_reached", (filtered,), True)


LIPS = Request(
    "ann", k=1, filters=Filters(categories=("Lips",), brands=("Rosa",)), include_bought=True
)


def test_where_no_smaller_change_helps_the_list_is_longer(recommender: Recommender) -> None:
    found = recommender.explain(LIPS, "balm")
    assert found.gate is not None
    assert (found.gate.code, found.changes, found.admitted) == ("ranked", ({"k": 3},), True)


def test_a_view_of_whom_nothing_was_known_of_makes_it_another_recipe(
    recommender: Recommender,
) -> None:
    nobodys = replace(LIPS, user_id="nobody")
    assert recommender.recommend(nobodys).recipe == "hot"
    found = recommender.explain(nobodys, "balm")
    assert (found.changes, found.admitted) == (({"event": {"type": "view"}},), True)
    seen = having_seen(recommender, nobodys, "balm")
    assert seen.recommend(nobodys).recipe == "paper"
    assert in_list(seen, nobodys, "balm")


def test_no_list_is_asked_for_that_no_answer_can_have(
    recommender: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.recommend.why.LONGEST", 2)
    found = recommender.explain(LIPS, "balm")
    assert found.gate is not None
    assert (found.gate.change, found.changes, found.admitted, found.place) == (None, (), False, 3)
    assert recommender.explain(LIPS, "lipred").changes == ({"k": 2},)


def test_a_longer_list_is_asked_for_once(recommender: Recommender) -> None:
    found = recommender.explain(replace(LIPS, diversity=0.8), "runner")
    lifted = [list(each) for each in found.changes]
    assert lifted == [["filters"], ["filters"], ["k"], ["diversity"]]


def test_a_category_is_named_so_that_it_means_no_other() -> None:
    assert _name("beauty/lips", "Beauty > Lips") == "Beauty > Lips"
    assert _name("lips", "Lips") == "lips"
    assert _name("beauty/lips > balms", "Beauty > Lips > Balms") == "beauty/lips > balms"


def test_an_unknown_product_is_an_error(recommender: Recommender) -> None:
    with pytest.raises(NotFound, match="the closest are runner"):
        recommender.explain(Request("ann"), "runer")
