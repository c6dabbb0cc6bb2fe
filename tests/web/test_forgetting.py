"""What a running service keeps of a user whom another process forgets."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.web.config import ServeConfig
from cli.web.server import service_on
from kg.graph.neo4j import Neo4jGraph
from kg.impressions.store import ImpressionStore
from kg.impressions.taking import Impressions
from kg.live.queue import EventQueue
from kg.live.users import forget_user
from tests.web.conftest import asking

pytestmark = pytest.mark.neo4j


def comes(holds: Callable[[], bool]) -> bool:
    """Does it come to hold within two minutes?"""
    end = time.monotonic() + 120
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


@pytest.mark.parametrize("engine", ["neo4j", "memory"])
def test_a_service_keeps_nothing_of_a_user_whom_another_process_forgets(
    embedded_graph: Neo4jGraph, tmp_path: Path, engine: str
) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    impressions = ImpressionStore(tmp_path / "impressions.sqlite")
    # No copy is renewed here, so that only follow_forgotten can make one forget a user.
    config = ServeConfig(renew_s=0.05, replay_s=3600)
    service = service_on(
        embedded_graph, engine, config, queue=queue, impressions=Impressions(impressions)
    )
    with asking(service) as client:

        def page(user: str) -> str:
            answer = client.post("/v1/recommendations", json={"user_id": user, "k": 3})
            return str(answer.headers["link"].split(";")[0].strip("<>"))

        pages = {user: page(user) for user in ("ann", "bob")}
        for user in pages:
            click = {"user_id": user, "product_id": "sock", "type": "click"}
            assert client.post("/v1/events", json=click).json()["created"] == 1
            queue.put([{"user_id": user, "product_id": "sock", "type": "view"}])
        assert [client.get(each).status_code for each in pages.values()] == [200, 200]
        with Neo4jGraph(embedded_graph.settings) as other:
            forget_user(other, "ann")
        assert comes(lambda: client.get(pages["ann"]).status_code == 410)
        assert comes(lambda: not impressions.knows("ann"))
        assert comes(lambda: len(queue) == 1)
        assert client.get(pages["bob"]).status_code == 200
        assert impressions.knows("bob")
        late = client.post("/v1/events", json={**click, "user_id": "ann"}).json()
        assert [each["code"] for each in late["rejected"]] == ["forgotten_user"]
        assert client.get("/v1/users/ann/profile").status_code == 404
