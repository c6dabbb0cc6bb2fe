"""No read of a request looks at every node: each begins at an index."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kg.graph.neo4j import Neo4jGraph
from kg.queries import names

pytestmark = pytest.mark.neo4j

SCANS = ("AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "AllRelationshipsScan")


def operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


@pytest.mark.parametrize("name", [*names("resolve"), *names("walk"), *names("score")])
def test_a_read_begins_at_an_index(name: str, toy_neo4j: Neo4jGraph) -> None:
    found = set(operators(toy_neo4j.plan(name)))
    assert found & set(SCANS) == set()


def test_the_most_popular_come_in_the_order_of_their_index(toy_neo4j: Neo4jGraph) -> None:
    # A sort of all products would show as Top or Sort, not as their partial kinds.
    found = list(operators(toy_neo4j.plan("walk/popular")))
    assert "PartialTop" in found
