"""A model in a real graph: written beside what is served, served at once, taken back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from neo4j import Driver

from gnn.config import ItemConfig, LearnConfig, RankerConfig
from gnn.train import train
from gnn.write_back import rollback, stored_models, write_back
from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.errors import GraphError, OptionError
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import export
from kg.sources import open_source
from tests.conftest import make_empty
from tests.graph.conftest import LEARNED

pytestmark = pytest.mark.neo4j

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SHORT = LearnConfig(
    ItemConfig(dimension=8, epochs=2, batch=4, negatives=8, device="cpu"), RankerConfig(epochs=2)
)


@pytest.fixture
def graph(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop without embeddings or a model."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY_SHOP), BuildOptions(embed=False))
        yield graph


def test_a_trained_graph_recommends_by_what_was_learned(graph: Neo4jGraph, tmp_path: Path) -> None:
    recommender = Recommender(graph)
    assert recommender.recommend(Request("ann")).recipe == "paper"
    with pytest.raises(OptionError, match="run kgrec train"):
        recommender.recommend(Request("ann", recipe="learned"))

    summary = train(graph, SHORT, checkpoints=tmp_path / "kept")
    assert (summary.revision, summary.products, summary.users) == (1, 12, 6)
    assert not (tmp_path / "kept").exists()

    result = recommender.recommend(Request("ann", k=5))
    assert result.recipe == "learned"
    for each in result.results:
        assert sum(each.contributions.values()) == pytest.approx(each.score, abs=1e-9)
        assert {"base", "next", "gnn"} <= set(each.contributions)
    assert recommender.recommend(Request("ann", query="lipstick")).recipe == "paper"
    assert recommender.recommend(Request("ann", weights={"alpha": 1.0})).recipe == "paper"


def test_both_engines_rank_alike(graph: Neo4jGraph) -> None:
    train(graph, SHORT)
    server, copy = Recommender(graph), Recommender(MemoryGraph(export(graph)))
    for user in ("ann", "bob", "cat", "eve"):
        one, other = (each.recommend(Request(user, k=6)) for each in (server, copy))
        assert [each.product_id for each in one.results] == [e.product_id for e in other.results]
        assert [each.score for each in one.results] == pytest.approx(
            [each.score for each in other.results], abs=1e-6
        )
        assert [each.reason for each in one.results] == [each.reason for each in other.results]


def test_what_is_written_is_read_back(graph: Neo4jGraph) -> None:
    snapshot = export(graph)
    assert (snapshot.gnn, snapshot.model, snapshot.meta.model_revision) == (None, None, None)
    write_back(graph, snapshot, LEARNED)
    again = export(graph)
    assert again.gnn is not None
    assert LEARNED.vectors is not None
    assert np.array_equal(again.gnn, LEARNED.vectors)
    assert (again.meta.model_revision, again.meta.gnn_slot) == (1, "a")
    (model,) = stored_models(graph)
    assert model.properties["events"] == len(snapshot.events.at)
    assert model.properties["graph_revision"] == snapshot.meta.revision


def test_models_take_turns_and_the_one_before_can_be_served_again(graph: Neo4jGraph) -> None:
    snapshot = export(graph)
    with pytest.raises(GraphError, match="no earlier model"):
        rollback(graph)
    for _ in range(3):
        write_back(graph, snapshot, LEARNED)
    assert [(m.revision, m.slot, m.served) for m in stored_models(graph)] == [
        (3, "a", True),
        (2, "b", False),
    ]
    assert rollback(graph).revision == 2
    assert export(graph).meta.gnn_slot == "b"
    assert rollback(graph).revision == 3


def test_a_model_half_written_is_not_served(graph: Neo4jGraph) -> None:
    snapshot = export(graph)
    write_back(graph, snapshot, LEARNED)

    def interrupt(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_back(graph, snapshot, LEARNED, interrupt)
    assert export(graph).meta.model_revision == 1
    assert write_back(graph, snapshot, LEARNED) == 2
