"""How many texts wait to be embedded anew."""

import pytest
from neo4j import Driver

from kg.build import build_graph
from kg.embed.stale import count_stale
from kg.graph.neo4j import Neo4jGraph
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP

pytestmark = pytest.mark.neo4j


def test_a_changed_text_is_stale(neo4j_graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP))
    assert count_stale(neo4j_graph) == 0
    with neo4j_driver.session() as session:
        session.run("MATCH (p:Product {product_id: 'sock'}) SET p.title = 'Other'").consume()
        session.run("MATCH (b:Brand {brand_id: 'acme'}) REMOVE b.text_hash").consume()
    assert count_stale(neo4j_graph) == 2
    pages: list[int] = []
    assert count_stale(neo4j_graph, 5, lambda: pages.append(5)) == 2
    (nodes,) = neo4j_graph.ask(
        "MATCH (n:Brand|Category|Product) WITH labels(n)[0] AS kind, count(*) AS n"
        " RETURN sum(toInteger(ceil(n / 5.0))) AS pages"
    )
    assert len(pages) == nodes["pages"] > 3
