"""Whether the service is ready, and what is not."""

from fastapi.testclient import TestClient

from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.graph.memory import MemoryGraph
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
    parts = {"server": None, "indexes": None, "vectors": None, "model": None, "caches": None}
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "parts": parts})


def test_what_is_missing_is_named() -> None:
    bare = Recommender(MemoryGraph(snapshot_of(open_source(TOY_SHOP))))
    answer = asking(Service(bare, ServeConfig())).get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["parts"] == {
        "server": None,
        "indexes": None,
        "vectors": "no text is embedded: run kgrec refresh-embeddings",
        "model": None,
        "caches": "still reading ahead",
    }
