"""Rules over HTTP, on both engines, effective on the next request; what if."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cli.web.config import ServeConfig
from cli.web.examples import RULE, WHAT_IF
from cli.web.server import service_on
from cli.web.service import Service
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.keys import Keys, create_key
from kg.recommend.recommender import Recommender
from kg.rules.types import NewRule
from kg.rules.write import add_rule, end_rule
from tests.recommend.rules import row, ruled
from tests.shops import build
from tests.web.conftest import asking
from tests.web.test_lists import shape

EVIL = "<img src=x onerror=alert(1)> '}) DETACH DELETE r // \\u0027"


@pytest.fixture(params=["neo4j", "memory"])
def served(request: pytest.FixtureRequest, neo4j_graph: Neo4jGraph) -> Iterator[TestClient]:
    build(neo4j_graph)
    service = service_on(neo4j_graph, request.param, ServeConfig(renew_s=0.05))
    with asking(service) as client:
        yield client


def listed(client: TestClient) -> list[str]:
    answer = client.post("/v1/recommendations", json={"user_id": "ann", "k": 12}).json()
    return [each["product_id"] for each in answer["results"]]


@pytest.mark.neo4j
def test_the_next_request_knows_of_a_rule_and_of_its_end(served: TestClient) -> None:
    before = listed(served)
    put = served.post("/v1/rules", json={"kind": "hide", "brands": ["Acme"], "note": EVIL})
    told = put.json()
    assert (put.status_code, told["kind"], told["state"], told["note"]) == (
        201,
        "hide",
        "holds",
        EVIL,
    )
    assert told["targets"] == [{"label": "Brand", "id": "acme", "name": "Acme"}]
    assert set(before) - set(listed(served)) == {"trail", "lipacme"}
    assert served.get("/v1/rules").json()["rules"] == [told]
    ended = served.delete(f"/v1/rules/{told['rule_id']}")
    assert (ended.status_code, ended.json()["state"]) == (200, "over")
    assert listed(served) == before
    assert served.get("/v1/rules").json()["rules"] == []
    (over,) = served.get("/v1/rules?ended=true").json()["rules"]
    assert over == ended.json()


@pytest.mark.neo4j
def test_rules_of_another_process_are_known_soon(
    served: TestClient, neo4j_graph: Neo4jGraph
) -> None:
    def comes(first: str) -> bool:
        end = time.monotonic() + 20
        while listed(served)[0] != first and time.monotonic() < end:
            time.sleep(0.05)
        return listed(served)[0] == first

    best = listed(served)[0]
    pin = add_rule(neo4j_graph, NewRule("pin", ("woolsock",), position=1))
    assert comes("woolsock")
    end_rule(neo4j_graph, pin.rule_id)
    assert comes(best)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "lift", "products": ["soap"]}, 422),
        ({"kind": "hide", "products": ["soap"], "weight": 1}, 422),
        ({"kind": "hide", "products": ["soap"], "rule_id": EVIL}, 422),
        ({"kind": "pin", "products": ["soap"], "position": 2**60}, 422),
        ({"kind": "hide", "products": ["soap"], "from": "yesterday"}, 422),
        ({"kind": "hide", "products": ["soap"], "surprise": 1}, 422),
        ({"kind": "hide", "products": ["soap"], "note": "x" * 501}, 422),
        ({"kind": "hide", "products": [EVIL]}, 404),
        ({"kind": "hide", "brands": [EVIL]}, 404),
        ({"kind": "hide", "categories": [EVIL]}, 404),
        ({"kind": EVIL, "products": ["soap"]}, 422),
    ],
)
def test_what_cannot_be_is_a_problem_that_says_why(
    body: dict[str, Any], status: int, toy_graph: Neo4jGraph
) -> None:
    client = asking(service_on(toy_graph, "neo4j", ServeConfig()))
    answer = client.post("/v1/rules", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert client.get("/v1/rules?ended=true").json() == {"rules": []}
    assert client.delete("/v1/rules/none").status_code == 404


@pytest.mark.parametrize("scope", ["read", "write", "admin"])
def test_rules_are_listed_by_all_and_changed_by_admins(
    scope: str, recommender: Recommender, tmp_path: Path
) -> None:
    client = asking(Service(recommender, ServeConfig(), keys=Keys(tmp_path)))
    _, text = create_key(tmp_path, scope, "somebody")
    headers = {"Authorization": f"Bearer {text}"}
    body = {"kind": "hide", "products": ["soap"]}
    answers = [
        client.get("/v1/rules", headers=headers).status_code,
        client.post("/v1/rules", json=body, headers=headers).status_code,
        client.delete("/v1/rules/x", headers=headers).status_code,
    ]
    # A service over a copy alone writes nothing: 409 is what those hear who may.
    assert answers == ([200, 409, 409] if scope == "admin" else [200, 403, 403])


def test_an_answer_says_what_rules_did(toy: MemoryGraph) -> None:
    rules = (
        row("up", "boost", brands=["cove"], weight=1.0),
        row("top", "pin", products=["soap"], position=1),
    )
    client = asking(Service(ruled(toy, *rules), ServeConfig()))
    results = client.post("/v1/recommendations", json={"user_id": "ann"}).json()["results"]
    first = results[0]
    assert (first["product_id"], first["moved_by"], first["sponsored"]) == (
        "soap",
        "rule:top",
        False,
    )
    assert first["rules"] == [{"rule_id": "top", "kind": "pin", "discount": None}]
    cove = next(each for each in results if each["brand"] == "Cove")
    assert cove["contributions"]["rule:up"] > 0
    (told,) = [each for each in client.get("/v1/rules").json()["rules"] if each["kind"] == "pin"]
    assert shape(told) == shape(RULE[200]["content"]["application/json"]["example"])


def test_what_if_is_the_list_before_and_after(client: TestClient) -> None:
    request = {"user_id": "ann", "k": 4}
    body = {"request": request, "without": {"purchases": ["shirt"], "brands": ["Acme"]}}
    answer = client.post("/v1/what-if", json=body).json()
    plain = client.post("/v1/recommendations", json=request).json()
    assert answer["before"]["results"] == plain["results"]
    again = client.post("/v1/recommendations", json={**request, "without": body["without"]}).json()
    assert answer["after"]["results"] == again["results"]
    assert answer["after"]["request"]["without"]["purchases"] == ["shirt"]
    ranks = [
        {each["product_id"]: each["rank"] for each in answer[side]["results"]}
        for side in ("before", "after")
    ]
    assert {each["product_id"]: (each["before"], each["after"]) for each in answer["moves"]} == {
        id_: (ranks[0].get(id_), ranks[1].get(id_))
        for id_ in {**ranks[0], **ranks[1]}
        if ranks[0].get(id_) != ranks[1].get(id_)
    }
    assert answer["moves"]
    example = WHAT_IF[200]["content"]["application/json"]["example"]
    assert answer["moves"][0].keys() == example["moves"][0].keys()


@pytest.mark.parametrize(
    ("without", "status"),
    [
        ({}, 422),
        ({"purchases": ["soap"]}, 404),
        ({"brands": [EVIL]}, 404),
        ({"categories": ["nowhere"]}, 404),
        ({"rules": ["r"]}, 404),
        ({"users": ["ann"]}, 422),
    ],
)
def test_what_is_not_there_cannot_be_left_out(
    without: dict[str, Any], status: int, client: TestClient
) -> None:
    body = {"request": {"user_id": "ann"}, "without": without}
    answer = client.post("/v1/what-if", json=body)
    assert answer.status_code == status
    assert answer.json()["status"] == status
