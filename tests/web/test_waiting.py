"""Events that wait for a graph that refuses them do not hold up those that come later."""

import logging
import time
from pathlib import Path

import pytest
from neo4j import Driver

from cli.web import background
from cli.web.config import ServeConfig
from cli.web.server import service_on
from cli.web.service import Service
from kg.build import build_graph
from kg.errors import ConnectionFailed
from kg.graph.neo4j import Neo4jGraph
from kg.live.queue import EventQueue
from kg.sources import open_source
from tests.conftest import TOY_SHOP
from tests.shops import clear
from tests.web.conftest import asking

pytestmark = pytest.mark.neo4j

EVENT = {"user_id": "zoe", "product_id": "sock", "type": "buy"}


@pytest.fixture
def queue(tmp_path: Path) -> EventQueue:
    return EventQueue(tmp_path / "events.sqlite")


def replayed(service: Service, seconds: float = 120) -> bool:
    """Is the queue empty in the end?"""
    end = time.monotonic() + seconds
    while service.queue and time.monotonic() < end:
        time.sleep(0.02)
    return not service.queue


def bought(graph: Neo4jGraph) -> int:
    rows = graph.ask("MATCH (:User {user_id: 'zoe'})-[e:BOUGHT]->() RETURN count(e) AS n")
    return int(rows[0]["n"])


def test_after_a_reset_what_waited_is_set_aside_and_taken_once_it_is_tried_again(
    embedded_graph: Neo4jGraph,
    neo4j_driver: Driver,
    queue: EventQueue,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "kgrec.serve")
    logging.getLogger("kgrec.serve").propagate = True
    service = service_on(embedded_graph, "neo4j", ServeConfig(replay_s=0.02), queue=queue)
    queue.put([{**EVENT, "event_id": f"w{at}"} for at in range(30)], now=1736500000)
    clear(neo4j_driver)
    with asking(service) as client:
        assert replayed(service)
        ready = client.get("/readyz").json()
        assert (ready["events_waiting"], ready["events_refused"]) == (0, 30)
        refused = client.post("/v1/events", json={**EVENT, "event_id": "now"})
        assert (refused.status_code, len(queue)) == (409, 0)
        said = "events that waited were refused: 30 (kgrec events refused)"
        assert said in [each.getMessage() for each in caplog.records]
        build_graph(embedded_graph, open_source(TOY_SHOP))
        assert queue.retry() == 30
        assert replayed(service)
        assert client.get("/readyz").json()["events_refused"] == 0
        assert client.post("/v1/events", json={**EVENT, "event_id": "w0"}).status_code == 200
    assert bought(embedded_graph) == 30


def test_where_the_server_is_away_they_wait_and_that_is_said_once(
    embedded_graph: Neo4jGraph, queue: EventQueue, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("kgrec.serve").propagate = True
    config = ServeConfig(replay_s=0.01, rest_s=3600)
    service = service_on(embedded_graph, "neo4j", config, queue=queue)
    service.away.failed(ConnectionFailed("away"))
    with asking(service) as client:
        assert client.post("/v1/events", json=EVENT).status_code == 202
        time.sleep(0.3)
        said = [each.getMessage() for each in caplog.records if "wait on" in each.getMessage()]
        assert said == ["1 events wait on: ConnectionFailed"]
        assert (len(queue), queue.set_aside) == (1, 0)
        service.away.answered()
        assert replayed(service)
    assert (bought(embedded_graph), queue.set_aside) == (1, 0)
    assert background.TOLD_S == 60.0
