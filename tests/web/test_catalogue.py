"""What is written of the catalogue is read at once, and written only over what the client knows."""

import time
from threading import Event, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cli.web.bodies import ProductBody
from cli.web.config import ServeConfig
from cli.web.server import service_on
from cli.web.service import Service
from kg.errors import ConnectionFailed
from kg.graph import Row
from kg.graph.neo4j import Neo4jGraph
from kg.live.users import put_user
from tests.web.conftest import asking, problem, until

pytestmark = pytest.mark.neo4j

NEVER = 3600.0


@pytest.fixture
def renew_s() -> float:
    """A copy is not compared with the graph by itself."""
    return NEVER


@pytest.fixture
def copied(embedded_graph: Neo4jGraph) -> Service:
    """A service on a copy that nothing renews."""
    return service_on(embedded_graph, "memory", ServeConfig(rest_s=NEVER))


def shown(client: TestClient, product_id: str) -> tuple[int, Any]:
    answer = client.get(f"/v1/products/{product_id}")
    return answer.status_code, answer.json().get("title")


def test_a_product_is_shown_at_once_as_it_was_put_changed_and_taken_out(copied: Service) -> None:
    client = asking(copied)
    assert shown(client, "x1") == (404, "Not Found")
    assert client.put("/v1/products/x1", json={"title": "One"}).status_code == 201
    assert shown(client, "x1") == (200, "One")
    assert client.patch("/v1/products/sock", json={"title": "Warm Sock"}).status_code == 200
    assert shown(client, "sock") == (200, "Warm Sock")
    assert client.delete("/v1/products/soap").status_code == 200
    assert shown(client, "soap") == (404, "Not Found")


def test_a_product_that_others_put_is_shown_at_once(
    copied: Service, neo4j_graph: Neo4jGraph
) -> None:
    other = asking(service_on(neo4j_graph, "neo4j", ServeConfig()))
    assert other.put("/v1/products/x2", json={"title": "Two"}).status_code == 201
    assert shown(asking(copied), "x2") == (200, "Two")


def test_a_copy_is_made_anew_at_once_where_a_product_was_put(served: TestClient) -> None:
    assert served.put("/v1/products/tent", json={"title": "Cove Tent"}).status_code == 201
    search = "/v1/search?q=cove+tent&k=1"
    assert until(served, search, lambda answer: answer["results"][0]["product_id"] == "tent")
    copy = served.app.state.service.copy  # type: ignore[attr-defined]
    while copy is not None and copy.is_behind("tent"):  # for a moment, or time runs out
        time.sleep(0.01)
    assert shown(served, "tent") == (200, "Cove Tent")


def test_a_user_who_was_made_known_is_known_to_the_next_list(served: TestClient) -> None:
    def notes() -> list[str]:
        answer = served.post("/v1/recommendations", json={"user_id": "newbie", "k": 3}).json()
        return [each["code"] for each in answer["notes"]]

    assert notes() == ["unknown_user", "popular"]
    assert served.put("/v1/users/newbie").status_code == 201
    assert notes() == ["no_history", "popular"]
    assert served.get("/v1/users?prefix=newb").json() == {"users": ["newbie"]}
    assert served.get("/v1/users/newbie/profile").json()["products"] == 0
    assert served.delete("/v1/users/newbie").status_code == 200
    assert notes() == ["unknown_user", "popular"]


def test_a_user_whom_others_made_known_has_a_profile(
    copied: Service, neo4j_graph: Neo4jGraph
) -> None:
    client = asking(copied)
    assert client.get("/v1/users/newbie/profile").status_code == 404
    put_user(neo4j_graph, "newbie")
    assert client.get("/v1/users/newbie/profile").status_code == 200


def test_while_the_graph_is_away_what_the_copy_does_not_know_is_not_waited_for(
    copied: Service,
) -> None:
    client = asking(copied)
    copied.away.failed(ConnectionFailed("away"))
    answer = client.get("/v1/products/x1")
    assert (answer.status_code, problem(answer)["type"]) == (503, "urn:kgrec:problem:graph_away")
    assert client.get("/v1/users/newbie/profile").status_code == 503
    assert shown(client, "sock") == (200, "Bolt Running Sock")


class Hangs(Neo4jGraph):
    """Says nothing of products until it is let."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked, self.let = Event(), Event()

    def read(self, name: str, **params: object) -> list[Row]:
        """As Neo4jGraph."""
        if name == "resolve/products":
            self.asked.set()
            assert self.let.wait(60)
        return super().read(name, **params)


def test_those_who_wait_for_the_graph_leave_threads_to_what_the_copy_knows(
    embedded_graph: Neo4jGraph,
) -> None:
    graph = Hangs(embedded_graph.settings)
    with graph:
        client = asking(service_on(graph, "memory", ServeConfig(threads=3, missing_s=NEVER)))
        graph.let.set()
        assert shown(client, "x3") == (404, "Not Found")
        graph.let.clear()
        graph.asked.clear()
        first: list[int] = []
        waiting = Thread(target=lambda: first.append(shown(client, "x1")[0]))
        waiting.start()
        assert graph.asked.wait(60)
        refused = client.get("/v1/products/x2")
        told = (refused.status_code, problem(refused)["type"], refused.headers["retry-after"])
        assert told == (503, "urn:kgrec:problem:busy", "1")
        assert shown(client, "x3") == (404, "Not Found")  # as it was known just now
        assert client.put("/v1/products/x3", json={"title": "Three"}).status_code == 201
        assert client.get("/v1/products/x3").status_code == 503
        assert shown(client, "sock") == (200, "Bolt Running Sock")
        graph.let.set()
        waiting.join(60)
    assert first == [404]


CHANGES: dict[str, Any] = {
    "title": "Warm Sock",
    "description": "Thick",
    "brand": "Cove",
    "categories": [["Shoes"]],
    "price_minor": 1,
    "in_stock": False,
    "image_url": "https://shop.example/sock.png",
    "released_at": 1_700_000_001,
}


def test_whatever_is_written_is_shown_and_no_more_as_the_client_knew_it(copied: Service) -> None:
    client, path = asking(copied), "/v1/products/sock"
    assert CHANGES.keys() == ProductBody.model_fields.keys() - {"currency"}  # that of all prices
    for field, value in CHANGES.items():
        known = client.get(path)
        assert client.patch(path, json={field: value}).json()["changed"] is True
        assert client.get(path).json()[field] != known.json()[field]
        late = client.delete(path, headers={"If-Match": known.headers["etag"]})
        assert late.status_code == 412


def test_a_product_is_written_only_where_it_is_as_the_client_knows_it(served: TestClient) -> None:
    path = "/v1/products/sock"
    known = served.get(path).headers["etag"]
    stale = {"If-Match": '"00"'}
    for answer in (
        served.patch(path, json={"price_minor": 1}, headers=stale),
        served.put(path, json={"title": "Other"}, headers=stale),
        served.delete(path, headers=stale),
        served.delete(path, headers={"If-Match": f"W/{known}"}),
        served.put("/v1/products/x1", json={"title": "One"}, headers={"If-Match": "*"}),
    ):
        told = problem(answer)
        assert (told["status"], told["type"]) == (412, "urn:kgrec:problem:changed_meanwhile")
    assert (shown(served, "sock"), shown(served, "x1")) == (
        (200, "Bolt Running Sock"),
        (404, "Not Found"),
    )
    cheaper = served.patch(path, json={"price_minor": 1}, headers={"If-Match": f'"00", {known}'})
    assert (cheaper.status_code, cheaper.json()["changed"]) == (200, True)
    again = served.patch(path, json={"price_minor": 2}, headers={"If-Match": known})
    assert again.status_code == 412
    now = served.get(path)
    assert (now.json()["price_minor"], now.headers["etag"] == known) == (1, False)
    renamed = served.put(path, json={"title": "Other"}, headers={"If-Match": "*"})
    assert (renamed.status_code, shown(served, "sock")) == (200, (200, "Other"))
    assert served.delete(path, headers={"If-Match": now.headers["etag"]}).status_code == 412
    assert served.delete(path, headers={"If-Match": "*"}).status_code == 200
