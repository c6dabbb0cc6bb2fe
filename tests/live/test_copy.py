"""A copy in memory that is renewed while it is served."""

import pytest

from kg.build import BuildOptions, build_graph
from kg.graph.live import LiveGraph
from kg.graph.neo4j import Neo4jGraph
from kg.live.copy import Copy
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
