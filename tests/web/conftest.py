"""The toy shop, served; and what tests ask of answers."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.server import service_on
from cli.web.service import Service
from kg.build import build_graph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.sources import open_source
from tests.conftest import TOY_SHOP
from tests.recommend.conftest import recommender, toy

__all__ = ("asking", "recommender", "toy")
"""Fixtures of the toy shop are those of tests/recommend."""


def asking(service: Service) -> TestClient:
    """Asks a service; started and stopped where it is used in a `with` block."""
    return TestClient(make_app(service), base_url="http://127.0.0.1:8000")


def problem(answer: Any) -> dict[str, Any]:
    """What an error says."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


def until(client: TestClient, path: str, holds: Callable[[Any], bool]) -> bool:
    """Does it come to hold: a copy in memory needs a moment to be made."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if holds(client.get(path).json()):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own: what forgets a user removes the snapshot there."""
    monkeypatch.setenv("KGREC_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def client(recommender: Recommender) -> Iterator[TestClient]:
    """Asks a service over the toy shop, which is started and stopped."""
    with asking(Service(recommender, ServeConfig())) as started:
        yield started


@pytest.fixture
def embedded_graph(neo4j_graph: Neo4jGraph) -> Neo4jGraph:
    """The session's server as a Graph that holds the toy shop with vectors; to be written to."""
    build_graph(neo4j_graph, open_source(TOY_SHOP))
    return neo4j_graph


@pytest.fixture
def renew_s() -> float:
    """How often a copy in memory is compared with its graph."""
    return 0.05


@pytest.fixture(params=["neo4j", "memory", "memory, beside"])
def served(
    request: pytest.FixtureRequest, embedded_graph: Neo4jGraph, renew_s: float
) -> Iterator[TestClient]:
    """Asks a service over that graph, on either engine, and with a process beside it."""
    engine, _, beside = request.param.partition(", ")
    config = ServeConfig(renew_s=renew_s, staff_s=0.05, workers=1 if beside else 0)
    with asking(service_on(embedded_graph, engine, config)) as client:
        yield client
