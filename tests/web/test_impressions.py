"""Impressions and clicks over HTTP: counted on products, asked for, exported, forgotten."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cli.commands import app
from cli.web.config import ServeConfig
from cli.web.examples import STATS
from cli.web.server import service_on
from kg.build import BuildOptions, build_graph
from kg.errors import ConnectionFailed
from kg.graph.neo4j import Neo4jGraph
from kg.impressions.store import FILE, ImpressionStore
from kg.impressions.taking import Impressions
from kg.live.queue import EventQueue
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP
from tests.web.conftest import asking

pytestmark = pytest.mark.neo4j

BOUGHT_AT = 1_736_294_400
"""When ann buys the shirt."""

DAY = 86_400


def seen(type_: str, user: str, product: str, at: int, **more: Any) -> dict[str, Any]:
    return {"type": type_, "user_id": user, "product_id": product, "at": at, **more}


@pytest.fixture
def served(
    request: pytest.FixtureRequest, neo4j_graph: Neo4jGraph, home: Path
) -> Iterator[TestClient]:
    """The toy shop; sums are written, and old rows let go of, where a test asks for it."""
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    impressions = Impressions(ImpressionStore(home / FILE))
    config = ServeConfig(count_s=getattr(request, "param", 3600))
    queue = EventQueue(home / "events.sqlite")
    service = service_on(neo4j_graph, "neo4j", config, None, queue, impressions)
    with asking(service) as client:
        yield client


def counted(graph: Neo4jGraph) -> dict[str, tuple[int, int]]:
    rows = graph.ask(
        "MATCH (p:Product) WHERE p.impressions IS NOT NULL"
        " RETURN p.product_id AS id, p.impressions AS seen, p.clicks AS clicked"
    )
    return {row["id"]: (row["seen"], row["clicked"]) for row in rows}


def comes_to_be(graph: Neo4jGraph, wanted: dict[str, tuple[int, int]]) -> bool:
    end = time.monotonic() + 20
    while counted(graph) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return counted(graph) == wanted


COUNTING = pytest.mark.parametrize("served", [0.05], indirect=True)


@COUNTING
def test_they_are_counted_on_products_and_are_no_relationships(
    served: TestClient, neo4j_graph: Neo4jGraph
) -> None:
    before = neo4j_graph.ask("MATCH ()-[r]->() RETURN count(r) AS n")
    batch = [
        seen("impression", "ann", "trail", 10, request_id="r1", rank=1),
        seen("impression", "ann", "racer", 10, request_id="r1", rank=2),
        seen("view", "ann", "gone", 10),
        seen("click", "ann", "trail", 11, request_id="r1", rank=1),
        seen("impression", "zoe", "not-a-product", 11),
        seen("impression", "ann", "trail", 12, request_id="r1", rank=-1),
    ]
    answer = served.post("/v1/events", json={"events": batch})
    told = [(each["index"], each["code"]) for each in answer.json()["rejected"]]
    assert (answer.status_code, told) == (200, [(2, "unknown_product"), (5, "bad_rank")])
    assert (answer.json()["created"], answer.json()["unchanged"]) == (4, 0)
    assert served.post("/v1/events", json={"events": batch}).json()["unchanged"] == 4
    assert comes_to_be(neo4j_graph, {"trail": (1, 1), "racer": (1, 0)})
    assert neo4j_graph.ask("MATCH ()-[r]->() RETURN count(r) AS n") == before
    shown = served.get("/metrics").text
    assert 'kgrec_impressions_total{outcome="created"} 4.0' in shown


def test_a_purchase_counts_for_a_click_of_the_same_user_some_days_before(
    served: TestClient, home: Path, neo4j_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    week_before = BOUGHT_AT - 7 * DAY
    batch = [
        seen("impression", "ann", "shirt", week_before, event_id="1"),
        seen("impression", "bob", "shirt", week_before, event_id="2"),
        seen("impression", "ann", "sandal", week_before, event_id="3"),
        seen("impression", "cat", "sandal", week_before, event_id="4"),
        seen("click", "ann", "shirt", week_before - 1, event_id="5"),
        seen("click", "ann", "shirt", week_before, event_id="6"),  # bought on the seventh day
        seen("click", "bob", "shirt", week_before, event_id="7"),  # never bought
        seen("click", "ann", "sock", BOUGHT_AT, event_id="8"),  # bought before
    ]
    assert served.post("/v1/events", json={"events": batch}).json()["created"] == 8
    span = f"since={week_before - DAY}&until={BOUGHT_AT + 1}"
    found = served.get(f"/v1/stats?{span}").json()
    assert found == {
        "since": week_before - DAY,
        "until": BOUGHT_AT + 1,
        "product_id": None,
        "impressions": 4,
        "clicks": 4,
        "ctr": 1.0,
        "clicked": 3,
        "days": 7,
        "conversions": 1,
        "conversion_rate": 0.333333,
    }
    assert found.keys() == STATS[200]["content"]["application/json"]["example"].keys()
    six = served.get(f"/v1/stats?{span}&days=6&product_id=shirt").json()
    assert (six["impressions"], six["clicks"], six["clicked"], six["conversions"]) == (2, 3, 2, 0)
    now = served.get("/v1/stats").json()
    assert (now["impressions"], now["ctr"], now["conversion_rate"]) == (0, None, None)
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password)
    since = ["--since", "2024-12-30", "--until", str(BOUGHT_AT + 1)]
    said = CliRunner().invoke(app, ["impressions", "stats", *since]).stdout
    assert said == (
        "4 impressions, 4 clicks: 100.00%\n"
        "3 products clicked by users, 1 bought within 7 days: 33.33%\n"
    )
    none = CliRunner().invoke(app, ["impressions", "stats", "--until", "2024-12-30"]).stdout
    assert none == (
        "no impressions and no clicks were recorded from 2024-11-30 until 2024-12-30;"
        " kgrec serve takes them at POST /v1/events\n"
    )
    exported = CliRunner().invoke(app, ["impressions", "export", *since]).stdout.splitlines()
    assert [json.loads(line)["event_id"] for line in exported] == list("12345678")
    wrong = CliRunner().invoke(app, ["impressions", "export", "--since", "May"])
    assert "--since takes a date like 2026-05-31, not 'May'" in str(wrong.exception)


def test_forgetting_a_user_erases_them_too(served: TestClient, neo4j_graph: Neo4jGraph) -> None:
    batch = [seen("click", "ann", "shirt", 5), seen("click", "visitor", "shirt", 5)]
    served.post("/v1/events", json={"events": batch})
    ann = served.delete("/v1/users/ann").json()
    assert (ann["erased"], ann["impressions"]) == ({"BOUGHT": 3}, 1)
    visitor = served.delete("/v1/users/visitor").json()
    assert (visitor["erased"], visitor["impressions"]) == ({}, 1)
    again = served.post("/v1/events", json={"events": batch}).json()
    assert [each["code"] for each in again["rejected"]] == ["forgotten_user"] * 2
    assert served.delete("/v1/users/visitor").json()["impressions"] == 0
    assert served.delete("/v1/users/stranger").status_code == 404
    assert len(neo4j_graph.ask("MATCH (f:Forgotten) RETURN f")) == 2


@COUNTING
def test_while_the_graph_is_away_they_are_counted_and_events_wait(
    served: TestClient, neo4j_graph: Neo4jGraph
) -> None:
    assert comes_to_be(neo4j_graph, {})
    service = served.app.state.service  # type: ignore[attr-defined]
    service.away._rest_s = 3600
    service.away.failed(ConnectionFailed("away"))
    time.sleep(0.5)  # what was being written meanwhile has been answered
    service.away.failed(ConnectionFailed("away"))
    batch = [seen("view", "ann", "sock", 5), seen("impression", "ann", "sock", 5)]
    answer = served.post("/v1/events", json={"events": batch})
    counts = {"created": 1, "changed": 0, "unchanged": 0, "kept": 1, "rejected": []}
    assert (answer.status_code, answer.json()) == (202, counts)
    service.away.answered()
    assert comes_to_be(neo4j_graph, {"sock": (1, 0)})
