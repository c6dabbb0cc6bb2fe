"""What is told of a product that is not there: the ids that are close, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver

from kg.build import BuildOptions, build_graph
from kg.graph import Graph
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.product import unknown
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.conftest import make_empty

PRODUCTS = """product_id,title
p00017,Red Lipstick
p00071,Pink Lipstick
p00170,Lip Balm
B0009P4PZC,Sun Cream
SKU-12a,Beach Towel
"""
CLOSE = {
    "p00018": "p00017",
    "p0017": "p00017, p00170",
    "p000177": "p00017",
    "p00107": "p00017, p00170",
    "q00071": "p00071",
    "P00017": "p00017",
    "b0009p4pzc": "B0009P4PZC",
    "B0009P4ZPC": "B0009P4PZC",
    "SKU12a": "SKU-12a",
    "B00": "B0009P4PZC",
    "red": "p00017",
}


@pytest.fixture(scope="module", params=["memory", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Graph]:
    """A shop whose ids are made of digits, of capitals, and of both cases."""
    folder: Path = tmp_path_factory.mktemp("shop")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    if request.param == "memory":
        yield MemoryGraph(snapshot_of(open_source(folder)))
        return
    driver: Driver = request.getfixturevalue("neo4j_driver")
    graph: Neo4jGraph = request.getfixturevalue("neo4j_connection")
    make_empty(driver)
    build_graph(graph, open_source(folder), BuildOptions(embed=False))
    yield graph


@pytest.mark.parametrize(("asked", "close"), CLOSE.items())
def test_ids_that_are_close_to_one_that_is_not_there_are_named(
    asked: str, close: str, shop: Graph
) -> None:
    told = str(unknown(shop, asked))
    assert told == f"no product {asked!r} in the graph; the closest are {close}"


@pytest.mark.parametrize("asked", ["x99999", "!!!", "p" * 500])
def test_where_none_is_close_none_is_named(asked: str, shop: Graph) -> None:
    assert str(unknown(shop, asked)) == f"no product {asked!r} in the graph"
