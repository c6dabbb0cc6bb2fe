"""The pipeline on a real server: the lists of memory, and lines for Browser that run."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j import Driver

from kg.build import build_graph
from kg.connection import Settings
from kg.errors import GraphError
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.browser import literal
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Path, Request, Result
from kg.schema import NODES
from kg.snapshot import export
from kg.sources import open_source
from tests.conftest import make_empty
from tests.recommend.conftest import TOY_SHOP

pytestmark = pytest.mark.neo4j

REQUESTS = [
    Request("ann"),
    Request("bob", k=12),
    Request("dan", include_bought=True),
    Request("fay", k=3),
    Request("nobody", k=5),
    Request("ann", filters=Filters(categories=("Lips",), max_price_minor=800)),
    Request("eve", filters=Filters(brands=("Acme", "Cove"), in_stock=True), k=12),
    Request("cat", diversity=0.7, k=4),
    Request(product_id="runner", recipe="similar", k=12),
    Request(recipe="hot", k=5, filters=Filters(categories=("Beauty",))),
    Request("ann", weights={"gamma": 0.0, "next": 2.0}),
]
"""Full text is another program on a server, so that searches are compared by what they find."""

SEARCHES = [
    Request(query="red lipstick under $10 not by Acme", k=12),
    Request("ann", "running socks by Bolt", k=12),
    Request(query="lipsticks"),
    Request(query="sandla"),
    Request(query="woolsock"),
    Request("bob", "title:secret OR (shoe* AND [a TO z]", k=3),
]


@pytest.fixture(scope="module")
def toy_server(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop in the session's server, embedded by the default encoder."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY_SHOP))
        yield graph


@pytest.fixture(scope="module")
def on_server(toy_server: Neo4jGraph) -> Recommender:
    return Recommender(toy_server)


@pytest.fixture(scope="module")
def on_copy(toy_server: Neo4jGraph) -> Recommender:
    return Recommender(MemoryGraph(export(toy_server)))


def scores(result: Result) -> dict[str, float]:
    return {each.product_id: each.score for each in result.results}


@pytest.mark.parametrize("request_", REQUESTS)
def test_both_engines_give_the_same_answer(
    request_: Request, on_server: Recommender, on_copy: Recommender
) -> None:
    server, copy = on_server.recommend(request_), on_copy.recommend(request_)
    assert [each.product_id for each in server.results] == [
        each.product_id for each in copy.results
    ]
    assert scores(server) == pytest.approx(scores(copy), abs=1e-6)
    for one, other in zip(server.results, copy.results, strict=True):
        assert one.contributions == pytest.approx(dict(other.contributions), abs=1e-6)
        assert (one.reason, one.evidence, one.browser_cypher) == (
            other.reason,
            other.evidence,
            other.browser_cypher,
        )
    assert [each.id for each in server.entities] == [each.id for each in copy.entities]
    assert server.notes == copy.notes


@pytest.mark.parametrize("request_", SEARCHES)
def test_both_engines_find_the_same_for_a_search(
    request_: Request, on_server: Recommender, on_copy: Recommender
) -> None:
    server, copy = on_server.recommend(request_), on_copy.recommend(request_)
    assert server.intent == copy.intent
    assert set(scores(server)) == set(scores(copy))
    assert server.results[0].product_id == copy.results[0].product_id


def stored(graph: Neo4jGraph, cypher: str) -> list[dict[str, Any]]:
    """What a pasted line returns, as the nodes and relationships of its paths."""
    rows = graph.ask(cypher)
    return [
        {
            "nodes": [
                (label, node[NODES[label].key])
                for node in row["path"].nodes
                for label in node.labels
            ],
            "relationships": [
                (each.type, each.start_node == before, dict(each.items()))
                for each, before in zip(row["path"].relationships, row["path"].nodes, strict=False)
            ],
        }
        for row in rows
    ]


def known(properties: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    """Those properties of a stored relationship that the path tells."""
    return {name: of[name] for name in properties}


def assert_stored(path: Path, cypher: str, graph: Neo4jGraph) -> None:
    found = stored(graph, cypher)
    assert len(found) == 1
    assert found[0]["nodes"] == [(node.label, node.id) for node in path.nodes]
    assert [
        (kind, forward, known(told.properties, properties))
        for (kind, forward, properties), told in zip(
            found[0]["relationships"], path.relationships, strict=True
        )
    ] == [(each.type, each.forward, dict(each.properties)) for each in path.relationships]


@pytest.mark.parametrize("request_", [*REQUESTS, *SEARCHES])
def test_a_line_for_browser_returns_the_very_path_it_explains(
    request_: Request, on_server: Recommender, toy_server: Neo4jGraph
) -> None:
    for each in on_server.recommend(request_).results:
        assert_stored(each.paths[0], each.browser_cypher, toy_server)


def test_every_path_of_a_result_is_stored(on_server: Recommender, toy_server: Neo4jGraph) -> None:
    from kg.recommend.browser import browser_cypher

    for request in (*REQUESTS[:3], *SEARCHES[:3]):
        for each in on_server.recommend(request).results:
            for path in each.paths:
                assert_stored(path, browser_cypher(path), toy_server)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_a_literal_is_read_as_the_very_text(text: str, toy_server: Neo4jGraph) -> None:
    for language in ("CYPHER 5", "CYPHER 25"):
        rows = toy_server.ask(f"{language} RETURN {literal(text)} AS said")
        assert rows == [{"said": text}]


@pytest.mark.parametrize(
    "text", [r"\u0027 OR 1=1 //", r"\\u0027", "\\", "'", r"\'", "a\\u", "' + 'b", "\\U00000027"]
)
def test_no_escape_leaves_a_literal(text: str, toy_server: Neo4jGraph) -> None:
    for language in ("CYPHER 5", "CYPHER 25"):
        rows = toy_server.ask(f"{language} RETURN {literal(text)} AS said")
        assert rows == [{"said": text}]


def test_the_past_is_refused_unless_the_graph_was_built_as_it_was_then(
    on_server: Recommender,
) -> None:
    with pytest.raises(GraphError, match=r"kgrec build-graph SOURCE --until 2025-01-07, or"):
        on_server.recommend(Request("ann", until=1736208000))
