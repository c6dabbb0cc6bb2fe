"""A copy in memory that is renewed while it is served."""

from operator import methodcaller

import pytest

from kg.build import BuildOptions, build_graph
from kg.graph.live import LiveGraph, happened
from kg.graph.neo4j import Neo4jGraph
from kg.live.copy import Copy
from kg.live.events import add_events
from kg.meta import raise_revision
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP

pytestmark = pytest.mark.neo4j


def products(graph: LiveGraph, user: str) -> list[str]:
    rows = graph.read("resolve/history", requests=[{"user_id": user, "until": None}])
    return sorted(row["product_id"] for row in rows)


def test_until_the_new_copy_is_turned_to_both_know_what_happens(neo4j_graph: Neo4jGraph) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    copy = Copy(neo4j_graph)
    old = copy.graph
    assert copy.renewed() is None
    raise_revision(neo4j_graph)
    fresh = copy.renewed()
    assert fresh is not None
    assert products(fresh, "ann") == ["runner", "shirt", "sock"]
    copy.change(lambda graph: graph.forget("ann"))
    assert copy.graph is old
    assert (products(old, "ann"), products(fresh, "ann")) == ([], [])
    copy.turn()
    copy.change(lambda graph: graph.forget("bob"))
    assert copy.graph is fresh
    assert (products(old, "bob"), products(fresh, "bob")) == (["runner", "sock", "trail"], [])


def rating(value: float, at: int, event_id: str, **other: str) -> dict[str, object]:
    """A rating of a product."""
    event = {"product_id": "trail", "type": "rate", "value": value, "at": at, "event_id": event_id}
    return {**event, **other}


RATINGS: dict[str, tuple[list[dict[str, object]], float | None]] = {
    "the older one comes later": ([rating(5.0, 109, "a"), rating(1.0, 105, "b")], 5.0),
    "older than that of the copy": ([rating(5.0, 99, "a")], 2.0),
    "at one moment": ([rating(4.0, 100, "a"), rating(3.0, 100, "b"), rating(1.0, 100, "c")], 4.0),
    "it changed": ([rating(5.0, 109, "a"), rating(1.0, 109, "a")], 1.0),
    "it was earlier": ([rating(5.0, 109, "a"), rating(5.0, 90, "a")], 2.0),
    "that of the copy changed": ([rating(1.0, 100, "known")], 1.0),
    "that of the copy is of another product": (
        [rating(1.0, 100, "known", product_id="soap")],
        None,
    ),
    "that of the copy is another user's": ([rating(1.0, 100, "known", user_id="zoe")], None),
}
"""What a user sends who had rated the product at 100 with 2 stars, and the rating that counts."""


def test_a_copy_knows_of_ratings_what_the_graph_knows(neo4j_graph: Neo4jGraph) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    sent = {
        user: [
            {"user_id": user, **each, "event_id": f"{user}: {each['event_id']}"} for each in some
        ]
        for user, (some, _) in RATINGS.items()
    }
    before = rating(2.0, 100, "known")
    add_events(neo4j_graph, [before | {"user_id": u, "event_id": f"{u}: known"} for u in sent])
    copy = Copy(neo4j_graph)
    for user in (*sent, *sent):  # the second time all is known
        asked = [{"user_id": each, "until": None} for each in (user, "zoe", "nobody")]
        for event in sent[user]:
            done = add_events(neo4j_graph, [event])
            copy.change(methodcaller("add", happened(done.taken), happened(done.replaced)))
            expected = neo4j_graph.read("resolve/history", requests=asked)
            assert copy.graph.read("resolve/history", requests=asked) == expected
        rated = {row["product_id"]: row["value"] for row in expected if row["request"] == 0}
        assert rated.get("trail") == RATINGS[user][1]
