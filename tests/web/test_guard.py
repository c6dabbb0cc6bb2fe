"""Who may ask what, and what is written down of it."""

import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cli.web.config import ServeConfig
from cli.web.logs import AsJson
from cli.web.service import Service
from kg.keys import Keys, create_key, revoke_key
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("scope", ["read", "write", "admin"])
def test_a_route_asks_for_its_scope(scope: str, recommender: Recommender, tmp_path: Path) -> None:
    client = asking(Service(recommender, ServeConfig(), keys=Keys(tmp_path)))
    key, text = create_key(tmp_path, scope, "somebody")
    asked = {
        "read": [client.get("/v1/hot", headers=bearer(text)).status_code],
        "write": [
            client.post("/v1/events", json={}, headers=bearer(text)).status_code,
            client.delete("/v1/products/sock", headers=bearer(text)).status_code,
        ],
        "admin": [client.delete("/v1/users/ann", headers=bearer(text)).status_code],
    }
    # A service over a copy alone writes nothing: 409 is what those hear who may.
    allowed = {"read": [200], "write": [409, 409], "admin": [409]}
    refused = {"write": [403, 403], "admin": [403]}
    reached = ("read", "write", "admin").index(scope)
    wanted = {
        name: allowed[name] if place <= reached else refused[name]
        for place, name in enumerate(("read", "write", "admin"))
    }
    assert asked == wanted
    revoke_key(tmp_path, key.id)
    gone = client.get("/v1/hot", headers=bearer(text))
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, "Bearer")


def test_without_a_key_only_health_is_told(recommender: Recommender, tmp_path: Path) -> None:
    client = asking(Service(recommender, ServeConfig(), keys=Keys(tmp_path)))
    told = {path: client.get(path).status_code for path in ("/healthz", "/metrics", "/v1/hot")}
    assert told == {"/healthz": 200, "/metrics": 401, "/v1/hot": 401}
    assert client.get("/v1/products/sock", headers=bearer("kgrec_x_y")).status_code == 401
    parts = client.get("/readyz").json()["parts"]
    assert parts == {
        "server": "ready",
        "indexes": "ready",
        "vectors": "ready",
        "encoder": "ready",
        "model": "ready",
        "caches": "not ready",
    }


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("shop.example", 421),
        ("127.0.0.1.shop.example:8000", 421),
        ("", 421),
    ],
)
def test_without_keys_only_this_machines_names_are_answered_to(
    host: str, status: int, client: TestClient
) -> None:
    assert client.get("/v1/hot", headers={"Host": host}).status_code == status


def test_metrics_count_by_route_and_never_by_id(client: TestClient) -> None:
    answer = client.post("/v1/recommendations", json={"user_id": "ann", "k": 2}).json()
    kinds = [each["evidence"] for each in answer["results"]]
    client.get("/v1/products/sock")
    client.get("/v1/products/secret-product")
    client.get("/nowhere/ann")
    shown = client.get("/metrics").text
    product = "/v1/products/{product_id:path}"
    for line in (
        'kgrec_requests_total{method="POST",route="/v1/recommendations",status="200"} 1.0',
        f'kgrec_requests_total{{method="GET",route="{product}",status="200"}} 1.0',
        f'kgrec_requests_total{{method="GET",route="{product}",status="404"}} 1.0',
        'kgrec_requests_total{method="GET",route="other",status="404"} 1.0',
        f'kgrec_results_total{{evidence="{kinds[0]}"}} {kinds.count(kinds[0])}.0',
        "kgrec_graph_away 0.0",
    ):
        assert line in shown
    assert "ann" not in shown
    assert "secret-product" not in shown


def test_the_log_says_how_a_request_went_and_not_whose(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "kgrec.serve"):
        client.get("/v1/users/ann/profile", headers={"X-Request-Id": "r1"})
    (record,) = [each for each in caplog.records if each.name == "kgrec.serve"]
    line = json.loads(AsJson().format(record))
    assert line.keys() == {"at", "level", "said", "request_id", "method", "route", "status", "ms"}
    assert (line["request_id"], line["route"], line["status"]) == (
        "r1",
        "/v1/users/{user_id:path}/profile",
        200,
    )
    assert "ann" not in json.dumps(line).replace("answered", "")


def test_nothing_that_is_logged_names_a_person(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "zacharias"
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/recommendations", json={"user_id": secret, "query": secret})
        client.post("/v1/recommendations", json={"user_id": secret, "k": 0})
        client.get(f"/v1/search?q={secret}&user_id={secret}")
        client.get(f"/v1/users/{secret}/profile")
        client.get(f"/v1/products/{secret}/similar")
        client.get(f"/{secret}")
        client.post("/v1/events", json={"user_id": secret, "product_id": secret, "type": secret})
        client.delete(f"/v1/users/{secret}")
        client.get("/v1/hot", headers=bearer(secret))
    ours = [each for each in caplog.records if each.name.startswith(("kgrec", "uvicorn"))]
    lines = [AsJson().format(each) for each in ours]
    assert len(lines) == 9
    assert [line for line in lines if secret in line] == []
    assert secret not in client.get("/metrics").text
