"""Whether the service is ready, and what is not."""

import pytest
from fastapi.testclient import TestClient
from neo4j import Driver

from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.build import build_graph
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.readiness import readiness
from kg.recommend.recommender import Recommender
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP
from tests.web.conftest import asking


def test_a_started_service_is_ready_once_it_has_read_ahead(
    client: TestClient,
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    assert service.warmed.wait(30)
    answer = client.get("/readyz")
    parts = {
        "server": "ready",
        "indexes": "ready",
        "vectors": "ready",
        "encoder": "ready",
        "model": "ready",
        "caches": "ready",
    }
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "parts": parts})


def test_what_is_missing_is_named() -> None:
    bare = Recommender(MemoryGraph(snapshot_of(open_source(TOY_SHOP))))
    answer = asking(Service(bare, ServeConfig())).get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["parts"] == {
        "server": "ready",
        "indexes": "ready",
        "vectors": "no text is embedded: run kgrec refresh-embeddings",
        "encoder": "ready",
        "model": "ready",
        "caches": "still reading ahead",
    }


@pytest.mark.neo4j
def test_an_encoder_and_indexes_that_requests_need_are_missed(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP))
    neo4j_driver.execute_query("DROP INDEX entity_text_vector_a")
    neo4j_driver.execute_query("MATCH (m:KgrecMeta) SET m.encoder = '/gone'")
    parts = readiness(Recommender(neo4j_graph))
    assert parts["indexes"] == "missing: entity_text_vector_a; kgrec doctor says what repairs it"
    assert parts["encoder"] == (
        "no text encoder '/gone' here or on the model hub: use all-MiniLM-L6-v2 (it needs no"
        " network), a model's folder, or a hub id"
    )
    assert (parts["vectors"], parts["model"]) == (None, None)
