"""Lists of the toy shop under rules."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import Rules
from kg.recommend.batch import Batch, _fingerprint, recommend_file
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Fired, Recommendation, Request, Result
from tests.recommend.conftest import ByAxes
from tests.recommend.rules import NOW, row, rule, ruled
from tests.recommend.test_recommender import Spied

EVERYTHING = 12
REQUESTS = [
    Request("ann", k=EVERYTHING),
    Request("bob", "red lipstick", k=EVERYTHING),
    Request(product_id="runner", recipe="similar", k=EVERYTHING),
    Request(recipe="hot", k=EVERYTHING),
    Request(k=EVERYTHING),
    Request(query="shoes", k=EVERYTHING, diversity=0.5),
]


def ids(result: Result) -> list[str]:
    return [each.product_id for each in result.results]


def plain(toy: MemoryGraph, request: Request) -> Result:
    return Recommender(toy, lambda _: ByAxes()).recommend(request)


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_hidden_is_in_no_list_which_is_filled_all_the_same(
    request_: Request, toy: MemoryGraph
) -> None:
    hide = row("h", "hide", products=["soap"], categories=["beauty/lips"])
    gone = {"soap", "lipred", "lippink", "lipacme", "balm"}
    found = ruled(toy, hide).recommend(request_)
    assert gone.isdisjoint(ids(found))
    every = set(ids(plain(toy, replace(request_, query=None))))
    if request_.query is None:
        assert set(ids(found)) == every - gone


def test_a_hidden_brand_leaves_three_where_three_are_asked_for(toy: MemoryGraph) -> None:
    found = ruled(toy, row("h", "hide", brands=["acme"])).recommend(Request(recipe="hot", k=3))
    assert ids(found) == ["lippink", "lipred", "sock"]


@pytest.mark.parametrize("request_", REQUESTS)
def test_contributions_still_add_up_and_name_each_rule_that_fired(
    request_: Request, toy: MemoryGraph
) -> None:
    rules = (
        row("up", "boost", brands=["cove"], weight=0.4),
        row("down", "bury", categories=["shoes"], weight=0.2),
        row("first", "pin", products=["woolsock"], position=1),
    )
    found = ruled(toy, *rules).recommend(request_).results
    for each in found:
        assert sum(each.contributions.values()) == pytest.approx(each.score, abs=1e-9)
        named = {name for name in each.contributions if name.startswith("rule:")}
        assert named == {f"rule:{fired.rule_id}" for fired in each.rules}
    by_id = {each.product_id: each for each in found}
    wool = by_id["woolsock"]
    assert wool.rules == (Fired("first", "pin"), Fired("up", "boost"))
    assert (wool.rank, wool.contributions["rule:first"]) == (1, 0.0)
    assert wool.contributions["rule:up"] > 0
    # Cove's sandal is a shoe: both add up.
    sandal = by_id["sandal"]
    assert sandal.rules == (Fired("up", "boost"), Fired("down", "bury"))
    assert sandal.contributions["rule:up"] == pytest.approx(
        -2 * sandal.contributions["rule:down"], abs=1e-12
    )
    untouched = {"soap", "shirt", "lipred"} & by_id.keys()
    assert untouched
    assert all(by_id[each].rules == () for each in untouched)


def test_what_is_pinned_is_there_though_no_walk_reaches_it_and_says_who_put_it_there(
    toy: MemoryGraph,
) -> None:
    request = Request(query="red lipstick", k=3)
    assert "woolsock" not in ids(plain(toy, replace(request, k=5)))
    found = ruled(toy, row("top", "pin", products=["woolsock"], position=2)).recommend(request)
    second = found.results[1]
    assert (second.product_id, second.rank, second.moved_by) == ("woolsock", 2, "rule:top")
    assert (second.evidence, second.reason) == ("rule", "the shop has put it here")
    assert second.browser_cypher == (
        "MATCH path = (:Rule {rule_id: 'top'})-[:APPLIES_TO]->(:Product {product_id: 'woolsock'})"
        " RETURN path LIMIT 1"
    )
    assert second.rules == (Fired("top", "pin"),)
    assert not second.sponsored
    others = [each.product_id for each in found.results if each.product_id != "woolsock"]
    assert others == ids(plain(toy, request))[:2]


@pytest.mark.parametrize(
    ("request_", "rules"),
    [
        (Request("ann"), [row("r", "pin", products=["runner"], position=1)]),  # bought
        (Request(product_id="runner"), [row("r", "pin", products=["runner"], position=1)]),
        (
            Request("bob", filters=Filters(max_price_minor=1000)),
            [row("r", "pin", products=["racer"], position=1)],
        ),
        (Request("bob"), [row("r", "pin", products=["nothing"], position=1)]),
        (
            Request("bob"),
            [
                row("r", "pin", products=["racer"], position=1),
                row("h", "hide", brands=["bolt"]),
            ],
        ),
        (Request("bob", until=NOW), [row("r", "pin", products=["racer"], position=1)]),
    ],
)
def test_a_pin_does_not_bring_in_what_is_owned_asked_about_refused_gone_hidden_or_past(
    request_: Request, rules: list[Row], toy: MemoryGraph
) -> None:
    found = ruled(toy, *rules).recommend(request_)
    assert "rule:r" not in {each.moved_by for each in found.results}
    assert all(not each.rules for each in found.results)


def test_a_promotion_takes_the_fifth_place_and_is_labelled(toy: MemoryGraph) -> None:
    request = Request("ann", k=5)
    best = ids(plain(toy, request))
    places = {id_: ruled(toy).explain(request, id_).place for id_ in toy.snapshot.products.ids}
    sixth = next(id_ for id_, place in places.items() if place == 6)
    sale = row("sale", "promotion", products=[sixth], discount=15.0)
    found = ruled(toy, sale).recommend(request).results
    assert [each.product_id for each in found] == [*best[:4], sixth]
    assert [each.sponsored for each in found] == [False] * 4 + [True]
    assert found[4].rules == (Fired("sale", "promotion", 15.0),)
    assert found[4].contributions["promotion:sale"] == 0.0
    assert found[4].moved_by == "promotion:sale"


SALE = row("sale", "promotion", products=["racer"], discount=10.0, budget=500, spent=0)


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (row("r", "hide", products=["trail"], since=NOW), True),
        (row("r", "hide", products=["trail"], since=NOW + 1), False),
        (row("r", "hide", products=["trail"], until=NOW + 1), True),
        (row("r", "hide", products=["trail"], until=NOW), False),
    ],
)
def test_a_rule_holds_from_its_beginning_until_its_end(
    given: Row, holds: bool, toy: MemoryGraph
) -> None:
    assert ("trail" not in ids(ruled(toy, given).recommend(Request("ann")))) == holds


def test_a_promotion_holds_while_there_is_money_left() -> None:
    spent = [rule("s", "promotion", budget=500, spent=each) for each in (0, 499, 500, 501)]
    assert [each.holds(NOW) for each in spent] == [True, True, False, False]
    assert [each.state(NOW) for each in spent] == ["holds", "holds", "spent", "spent"]


def test_budgets_are_looked_at_again_after_a_minute(toy: MemoryGraph) -> None:
    now = [NOW]
    graph = Spied(toy)
    graph.rules = Rules(1, (SALE, row("h", "hide", products=["soap"])))
    recommender = Recommender(graph, lambda _: ByAxes(), clock=lambda: now[0])
    for later, reads in ((0, 1), (59, 1), (60, 2), (61, 2)):
        now[0] = NOW + later
        recommender.recommend(Request("ann"))
        assert graph.names.count("resolve/rules") == reads


def test_new_rules_count_at_once_and_nothing_else_is_read_again(toy: MemoryGraph) -> None:
    graph = Spied(toy)
    recommender = Recommender(graph, lambda _: ByAxes(), clock=lambda: NOW)
    recommender.warm()
    before = recommender.recommend(Request("ann"))
    graph.names.clear()
    graph.rules = Rules(1, (row("h", "hide", products=["trail"]),))
    after = recommender.recommend(Request("ann"))
    assert set(ids(before)) - set(ids(after)) == {"trail"}
    assert graph.names[:2] == ["resolve/meta", "resolve/history"]
    assert "resolve/rules" in graph.names
    assert not {"score/facts_a", "walk/relationships", "walk/brand"} & set(graph.names)
    graph.rules = Rules(2, ())
    assert ids(recommender.recommend(Request("ann"))) == ids(before)


def test_several_requests_at_once_answer_as_one_by_one(toy: MemoryGraph) -> None:
    recommender = ruled(
        toy,
        row("up", "boost", brands=["cove"], weight=0.4),
        row("top", "pin", products=["soap"], position=3),
        row("h", "hide", products=["trail"]),
    )
    many = recommender.recommend_many(REQUESTS)
    for request, found in zip(REQUESTS, many, strict=True):
        one = recommender.recommend(request)
        assert replace(found, timings_ms={}) == replace(one, timings_ms={})


def kinds(found: Any) -> tuple[str, Any]:
    return found.gate.code, found.gate.change


def test_why_not_knows_what_hides_and_that_ending_it_helps(toy: MemoryGraph) -> None:
    recommender = ruled(toy, row("h", "hide", brands=["acme"]))
    found = recommender.explain(Request("bob", k=EVERYTHING), "shirt")
    assert (found.gate.text if found.gate else "") == "rule h hides it"
    assert kinds(found) == ("hidden", {"without": {"rules": ("h",)}})
    assert (found.admitted, len(found.changes)) == (True, 1)


def test_why_not_knows_what_buries(toy: MemoryGraph) -> None:
    request = Request("ann", k=2)
    best = ids(plain(toy, request))[0]
    recommender = ruled(toy, row("b", "bury", products=[best], weight=1.0))
    assert best not in ids(recommender.recommend(request))
    found = recommender.explain(request, best)
    assert kinds(found) == ("buried", {"without": {"rules": ("b",)}})
    assert (found.admitted, len(found.changes)) == (True, 1)
    assert found.told is not None
    assert found.told.contributions["rule:b"] < 0


def test_why_not_knows_what_took_a_place(toy: MemoryGraph) -> None:
    request = Request("ann", k=2)
    second = ids(plain(toy, request))[1]
    recommender = ruled(toy, row("p", "pin", products=["soap"], position=1))
    found = recommender.explain(request, second)
    assert kinds(found) == ("displaced", {"without": {"rules": ("p",)}})
    assert (found.place, found.admitted) == (2, True)


def test_a_file_of_lists_labels_what_is_sponsored_and_begins_anew_under_other_rules(
    toy: MemoryGraph, tmp_path: Path
) -> None:
    source = tmp_path / "users.csv"
    source.write_text("user_id\nann\n")
    batch = Batch("user_id", source, tmp_path / "lists.csv", Request(k=5))
    recommender = ruled(toy, row("sale", "promotion", products=list(toy.snapshot.products.ids)))
    assert recommend_file(recommender, batch) == 1
    lists = pl.read_csv(batch.target)
    single = recommender.recommend(Request("ann", k=5)).results
    assert lists["sponsored"].to_list() == [each.sponsored for each in single]
    assert lists["sponsored"].sum() == 1
    fingerprints = {
        _fingerprint(Recommender(MemoryGraph(toy.snapshot, Rules(revision))), batch)
        for revision in (1, 2)
    }
    assert len(fingerprints) == 2


def unlisted(each: Recommendation) -> Recommendation:
    """As the last of a page, whose next product is on none yet."""
    assert each.compared is not None
    return replace(each, compared=replace(each.compared, listed=False))


def test_what_is_pinned_to_a_later_page_stands_there_as_in_a_longer_list(toy: MemoryGraph) -> None:
    recommender = ruled(toy, row("late", "pin", products=["soap"], position=4))
    request = Request("bob", k=2)
    short, long = recommender.recommend(request), recommender.recommend(replace(request, k=6))
    assert short.whole is not None
    later = [recommender.page(short.whole, start).results for start in (2, 4)]
    first, second = (unlisted(long.results[at]) for at in (1, 3))
    assert short.results == (long.results[0], first)
    assert later == [(long.results[2], second), long.results[4:]]
    assert (long.results[3].product_id, long.results[3].moved_by) == ("soap", "rule:late")
    assert later[0][1].contributions["rule:late"] == 0.0
