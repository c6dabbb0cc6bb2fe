"""What is written over HTTP is known to the next request, on both engines."""

import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from neo4j import Driver

from cli.web.config import ServeConfig
from cli.web.server import service_on
from kg.build import build_graph
from kg.errors import ConnectionFailed
from kg.graph import Row
from kg.graph.neo4j import Neo4jGraph
from kg.live.events import add_events
from kg.live.queue import EventQueue
from kg.live.users import forget_user
from kg.load.forgotten import hash_of
from kg.recommend.types import Request
from kg.snapshot import keep
from kg.sources import open_source
from tests.shops import Shop, everything, relationships
from tests.web.conftest import asking, until

pytestmark = pytest.mark.neo4j


def seeds(client: TestClient, user_id: str) -> list[str]:
    """The products that a user's list starts from."""
    answer = client.post("/v1/recommendations", json={"user_id": user_id, "k": 12}).json()
    return [each["id"] for each in answer["entities"]]


def listed(client: TestClient, user_id: str) -> list[str]:
    answer = client.post("/v1/recommendations", json={"user_id": user_id, "k": 12}).json()
    return [each["product_id"] for each in answer["results"]]


def test_the_next_request_knows_of_an_event_and_the_same_event_counts_once(
    served: TestClient,
) -> None:
    assert seeds(served, "zoe") == []
    event: dict[str, Any] = {"user_id": "zoe", "product_id": "lipred", "type": "buy"}
    sent = {**event, "event_id": "e1", "at": 1736500000}
    first = served.post("/v1/events", json=sent).json()
    assert first == {"created": 1, "changed": 0, "unchanged": 0, "rejected": []}
    assert seeds(served, "zoe") == ["lipred"]
    assert "lipred" not in listed(served, "zoe")
    unchanged = {"created": 0, "changed": 0, "unchanged": 1, "rejected": []}
    assert served.post("/v1/events", json=sent).json() == unchanged
    untimed = {**event, "event_id": "e9"}
    assert served.post("/v1/events", json=untimed).json()["created"] == 1
    time.sleep(1.1)
    assert served.post("/v1/events", json=untimed).json() == unchanged


def test_of_a_batch_those_in_order_are_taken_and_the_others_told(served: TestClient) -> None:
    batch = [
        {"user_id": "zoe", "product_id": "lipred", "type": "view"},
        {"user_id": "zoe", "product_id": "gone", "type": "view", "event_id": "e2"},
        {"user_id": "zoe", "product_id": "lipred", "type": "sniff"},
        {"product_id": "lipred", "type": "view"},
        {"user_id": "zoe", "product_id": "sock", "type": "rate", "value": "five"},
        {"user_id": "zoe", "product_id": "sock", "type": "rate", "value": 4.5},
        {"user_id": "zoe", "product_id": "sock", "type": "view", "at": 99_000_000_000},
        {"user_id": "zoe", "product_id": "soap", "type": "rate", "event_id": "e3"},
        {"user_id": "zoe", "product_id": "soap", "type": "rate", "value": "inf"},
    ]
    answer = served.post("/v1/events", json={"events": batch}).json()
    assert (answer["created"], answer["unchanged"]) == (2, 0)
    assert [(each["index"], each["event_id"], each["code"]) for each in answer["rejected"]] == [
        (1, "e2", "unknown_product"),
        (2, None, "unknown_type"),
        (3, None, "no_user"),
        (4, None, "bad_rating"),
        (6, None, "future_time"),
        (7, "e3", "no_rating"),
        (8, None, "bad_rating"),
    ]
    assert sorted(seeds(served, "zoe")) == ["lipred", "sock"]
    refused = served.post("/v1/events", json={"events": []})
    assert refused.status_code == 422


def test_a_forgotten_user_is_gone_and_stays_so(
    served: TestClient, neo4j_graph: Neo4jGraph, home: Path, tmp_path: Path
) -> None:
    assert seeds(served, "ann") != []
    weights = {"terms": ["next"], "weights": [1.5], "temperatures": [0.04]}
    neo4j_graph.write("write/paper", properties=weights)
    keep(neo4j_graph, home / "snapshot")
    before = neo4j_graph.ask("MATCH (m:KgrecMeta) RETURN m.revision AS revision")[0]["revision"]
    done = served.delete("/v1/users/ann")
    erased = {
        "erased": {"BOUGHT": 3},
        "models": [],
        "derived_until_refresh": True,
        "impressions": 0,
        "tuned": True,
    }
    assert (done.status_code, done.json()) == (200, erased)
    assert seeds(served, "ann") == []
    assert list((home / "snapshot").glob("kgrec-*")) == []
    assert served.delete("/v1/users/ann").json()["erased"] == {}
    raised = neo4j_graph.ask("MATCH (m:KgrecMeta) RETURN m.revision AS revision")[0]["revision"]
    assert raised == before + 1
    assert served.delete("/v1/users/nobody").status_code == 404
    late = {"user_id": "ann", "product_id": "soap", "type": "buy"}
    told = served.post("/v1/events", json=late).json()["rejected"]
    assert [each["code"] for each in told] == ["forgotten_user"]
    assert served.put("/v1/users/ann").status_code == 409
    assert served.put("/v1/users/yan").status_code == 201
    shop = Shop(tmp_path, "again")
    shop.append("events.csv", "bob,soap,BOUGHT,1736500001,,")
    loaded = build_graph(neo4j_graph, open_source(shop.path))
    assert loaded.rejects == {"forgotten_user": 3}
    rows = neo4j_graph.ask("MATCH (u:User {user_id: 'ann'}) RETURN u")
    marks = neo4j_graph.ask("MATCH (f:Forgotten) RETURN f.hash AS hash")
    assert (rows, marks) == ([], [{"hash": hash_of("ann")}])
    looked = served.delete("/v1/users/fay").json()  # who never wanted what was looked at
    assert (looked["erased"], looked["derived_until_refresh"]) == ({"VIEWED": 1}, False)


def test_a_copy_says_how_old_it_is_and_forgets_whom_others_forget(
    embedded_graph: Neo4jGraph,
) -> None:
    service = service_on(embedded_graph, "memory", ServeConfig(renew_s=0.05))
    with asking(service) as client:
        assert 0 <= client.get("/readyz").json()["copy_age_s"] < 60
        assert client.post("/v1/recommendations", json={"user_id": "bob"}).status_code == 200
        state = service.recommender.state("bob")
        assert state is not None
        assert service.cache.find(Request("bob"), state) is not None
        forget_user(embedded_graph, "bob")
        gone = "/v1/users/bob/profile"
        assert until(client, gone, lambda answer: answer.get("status") == 404)
        assert client.get("/v1/users/ann/profile").status_code == 200
        while service.cache.find(Request("bob"), state) is not None:  # at once, or time runs out
            time.sleep(0.01)


def test_a_product_is_found_as_soon_as_it_is_put_and_gone_when_it_is_taken_out(
    served: TestClient,
) -> None:
    tent = {
        "title": "Cove Camping Tent",
        "brand": "Cove",
        "categories": [["Outdoor", "Tents"]],
        "price_minor": 12900,
        "currency": "USD",
    }
    put = served.put("/v1/products/tent", json=tent)
    created = {"created": True, "changed": True, "embedded": True, "support": "graph and text"}
    assert (put.status_code, put.json()) == (201, created)
    again = served.put("/v1/products/tent", json=tent)
    assert (again.status_code, again.json()["changed"], again.json()["embedded"]) == (
        200,
        False,
        False,
    )
    nameless = served.put("/v1/products/box", json={"title": ""})
    assert nameless.json() == {**created, "embedded": False, "support": "graph"}
    search = "/v1/search?q=camping+tent&k=1"
    assert until(served, search, lambda answer: answer["results"][0]["product_id"] == "tent")
    assert served.get("/v1/products/tent").json()["brand"]["name"] == "Cove"
    assert served.get("/v1/products/tent/similar?k=3").status_code == 200
    wrong = served.put("/v1/products/tent", json={**tent, "currency": "EUR"})
    assert (wrong.status_code, wrong.json()["detail"]) == (
        422,
        "the product cannot be taken: 'EUR' where prices are in USD",
    )
    bought = {"user_id": "zoe", "product_id": "tent", "type": "buy"}
    assert served.post("/v1/events", json=bought).json()["created"] == 1
    assert served.delete("/v1/products/tent").json() == {"events": 1}
    assert served.delete("/v1/products/tent").status_code == 404
    assert until(served, search, lambda answer: answer["results"][0]["product_id"] != "tent")


def test_a_patch_changes_the_fields_it_names_and_no_others(
    served: TestClient, neo4j_graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    before = everything(neo4j_driver)
    same = served.patch("/v1/products/runner", json={}).json()
    unchanged = {"created": False, "changed": False, "embedded": False, "support": "graph and text"}
    assert (same, everything(neo4j_driver)) == (unchanged, before)
    cheaper = served.patch("/v1/products/runner", json={"price_minor": 7990, "in_stock": False})
    assert (cheaper.status_code, cheaper.json()["changed"], cheaper.json()["embedded"]) == (
        200,
        True,
        False,
    )
    key = ("Product", "runner")
    nodes_before, edges_before = before
    nodes_now, edges_now = everything(neo4j_driver)
    changed = {
        name
        for name in nodes_now[key].keys() | nodes_before[key].keys()
        if nodes_now[key].get(name) != nodes_before[key].get(name)
    }
    assert (changed, edges_now) == ({"price_minor", "in_stock", "row_hash"}, edges_before)
    assert (nodes_now[key]["price_minor"], nodes_now[key]["in_stock"]) == (7990, False)
    assert nodes_now[key]["source"] == "toy_shop"
    moved = {"title": "Acme Wool Runner", "categories": [["Clothing", "Socks"]], "brand": None}
    assert served.patch("/v1/products/runner", json=moved).json()["embedded"] is True
    edges = relationships(neo4j_driver, "MADE_BY", "IN_CATEGORY")
    assert [each for each in edges if each[0] == "runner"] == [
        ("runner", "IN_CATEGORY", "clothing/socks")
    ]
    wrong = served.patch("/v1/products/runner", json={"colour": "red", "title": None})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["#/title", "#/colour"]
    assert served.patch("/v1/products/gone", json={"in_stock": True}).status_code == 404


def test_events_that_waited_are_taken_once_when_the_graph_is_there(
    embedded_graph: Neo4jGraph, tmp_path: Path
) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    away = ConnectionFailed("away")
    service = service_on(
        embedded_graph, "neo4j", ServeConfig(replay_s=0.05, rest_s=3600), queue=queue
    )
    service.away.failed(away)
    event = {"user_id": "zoe", "product_id": "sock", "type": "buy", "event_id": "q1"}
    client = asking(service)
    assert client.get("/readyz").json()["events_waiting"] == 0
    kept = [client.post("/v1/events", json=event), client.post("/v1/events", json=event)]
    told = {"created": 0, "changed": 0, "unchanged": 0, "kept": 1, "rejected": []}
    assert [(each.status_code, each.json()) for each in kept] == [(202, told)] * 2
    wrong = client.post("/v1/events", json={**event, "product_id": "gone"})
    assert (wrong.status_code, len(queue)) == (202, 3)
    with client:
        service.away.answered()
        end = time.monotonic() + 120
        while len(queue) and time.monotonic() < end:
            time.sleep(0.05)
        assert seeds(client, "zoe") == ["sock"]
        shown = client.get("/metrics").text
        ready = client.get("/readyz").json()
    assert (ready["events_waiting"], ready["events_refused"]) == (0, 1)
    assert [(each.code, each.event["product_id"]) for each in queue.refused()] == [
        ("unknown_product", "gone")
    ]
    assert "kgrec_events_waiting 0.0" in shown
    assert "kgrec_events_refused 1.0" in shown
    assert 'kgrec_events_total{outcome="rejected"} 1.0' in shown
    rows = embedded_graph.ask("MATCH (:User {user_id: 'zoe'})-[e:BOUGHT]->() RETURN count(e) AS n")
    assert rows == [{"n": 1}]


class LosesAnswers(Neo4jGraph):
    """Writes what it is told to, and then is away before it can say so."""

    def write(self, name: str, **params: object) -> list[Row]:
        """As Neo4jGraph."""
        rows = super().write(name, **params)
        if name == "load/events":
            time.sleep(1.1)  # the next moment is another
            raise ConnectionFailed("away")
        return rows


def test_an_event_without_an_id_whose_answer_was_lost_is_there_once(
    embedded_graph: Neo4jGraph, tmp_path: Path
) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    with LosesAnswers(embedded_graph.settings) as graph:
        service = service_on(graph, "neo4j", ServeConfig(), queue=queue)
        event = {"user_id": "zoe", "product_id": "sock", "type": "view"}
        told = asking(service).post("/v1/events", json=event)
    assert (told.status_code, told.json()["kept"], len(queue)) == (202, 1, 1)
    queue.replay(lambda events, now: add_events(embedded_graph, events, now).rejected)
    rows = embedded_graph.ask("MATCH (:User {user_id: 'zoe'})-[e:VIEWED]->() RETURN count(e) AS n")
    assert (rows, len(queue)) == ([{"n": 1}], 0)


def test_an_answer_from_memory_is_given_again_until_something_changes(
    served: TestClient, request: pytest.FixtureRequest
) -> None:
    def ask() -> bytes:
        return served.post("/v1/recommendations", json={"user_id": "ann", "k": 3}).content

    def cached() -> int:
        line = next(
            each
            for each in served.get("/metrics").text.splitlines()
            if each.startswith("kgrec_cached_answers_total")
        )
        return int(float(line.split()[1]))

    first = ask()
    again = ask()
    if request.node.callspec.params["served"] == "neo4j":  # asked each time
        assert cached() == 0
        return
    assert (again == first, cached()) == (True, 1)
    served.post("/v1/events", json={"user_id": "bob", "product_id": "soap", "type": "view"})
    assert (ask() == first, cached()) == (True, 2)
    served.post("/v1/events", json={"user_id": "ann", "product_id": "soap", "type": "view"})
    assert ask() != first
    assert ask() != first
    assert cached() == 3
    assert served.delete("/v1/users/ann").status_code == 200
    assert ask() != first
    assert cached() == 3
