"""The shop's setting for what is out of stock, in a real graph: kept, heeded by both engines."""

from collections.abc import Iterator

import pytest
from neo4j import Driver

from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.errors import OptionError
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request, Result
from kg.snapshot import export
from kg.sources import open_source
from kg.stock import AS_OTHERS, BEHIND, LEFT_OUT, OUT_OF_STOCK
from tests.conftest import make_empty
from tests.recommend.conftest import TOY_SHOP

pytestmark = pytest.mark.neo4j

REQUESTS = [Request("bob", k=5), Request("bob", k=12), Request(k=12), Request(recipe="hot", k=3)]


@pytest.fixture
def graph(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY_SHOP), BuildOptions(embed=False))
        yield graph


def told(result: Result) -> list[tuple[str, str | None]]:
    return [(each.product_id, each.moved_by) for each in result.results]


def test_the_setting_is_kept_and_both_engines_heed_it(graph: Neo4jGraph) -> None:
    server = Recommender(graph)
    lists: dict[str, list[list[tuple[str, str | None]]]] = {}
    for setting in (None, AS_OTHERS, LEFT_OUT, None, BEHIND):
        options = BuildOptions(embed=False, out_of_stock=setting)
        summary = build_graph(graph, open_source(TOY_SHOP), options)
        assert summary.unchanged
        now = setting or server.meta().out_of_stock
        assert server.meta().out_of_stock == now
        copy = Recommender(MemoryGraph(export(graph)))
        found = [told(each) for each in server.recommend_many(REQUESTS)]
        assert found == [told(each) for each in copy.recommend_many(REQUESTS)]
        assert lists.setdefault(now, found) == found
    assert lists.keys() == set(OUT_OF_STOCK)
    # The racer is out of stock; by score it is first for bob, who knows the other running shoes.
    assert "racer" in [product_id for product_id, _ in lists[AS_OTHERS][1]]
    assert lists[BEHIND][1][-1] == ("racer", "out of stock")
    assert "racer" not in [product_id for some in lists[LEFT_OUT] for product_id, _ in some]


def test_a_new_setting_raises_the_revision_and_is_told_once(graph: Neo4jGraph) -> None:
    before = Recommender(graph).meta().revision
    options = BuildOptions(embed=False, out_of_stock=LEFT_OUT)
    first = build_graph(graph, open_source(TOY_SHOP), options)
    again = build_graph(graph, open_source(TOY_SHOP), options)
    assert first.remarks == ("in lists, products out of stock are from now on: left-out",)
    assert (first.revision, again.revision) == (before + 1, before + 1)
    assert again.remarks == ()


def test_what_is_no_setting_is_refused_before_anything_is_written(graph: Neo4jGraph) -> None:
    with pytest.raises(OptionError, match="--out-of-stock takes behind, left-out, as-others"):
        build_graph(graph, open_source(TOY_SHOP), BuildOptions(out_of_stock="last"))
    assert Recommender(graph).meta().out_of_stock == BEHIND
