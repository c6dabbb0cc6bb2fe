"""Answers are what the OpenAPI description declares, with every field and no other."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator

from cli.web import examples

PRODUCT = "/v1/products/{product_id}"
ASKED: list[tuple[str, str, str, Any, int]] = [
    ("post", "/v1/recommendations", "/v1/recommendations", {"user_id": "ann"}, 200),
    (
        "post",
        "/v1/recommendations",
        "/v1/recommendations",
        {
            "user_id": "bob",
            "query": "red lipstick under $10 not by Acme",
            "weights": {"alpha": 2},
            "diversity": 0.5,
            "without": {"brands": ["Bolt"]},
        },
        200,
    ),
    ("post", "/v1/recommendations", "/v1/recommendations", {"k": 0, "x": 1}, 422),
    ("get", "/v1/search", "/v1/search?q=running+shoe&in_stock=true", None, 200),
    ("get", "/v1/hot", "/v1/hot?k=3", None, 200),
    ("get", "/v1/hot", "/v1/hot?brand=Nobody", None, 404),
    ("get", "/v1/lists/{cursor}", "/v1/lists/x.10", None, 410),
    ("get", f"{PRODUCT}/similar", "/v1/products/runner/similar", None, 200),
    ("get", PRODUCT, "/v1/products/trail", None, 200),
    ("get", "/v1/users/{user_id}/profile", "/v1/users/ann/profile", None, 200),
    ("get", "/v1/users", "/v1/users?prefix=a", None, 200),
    ("get", "/v1/users", "/v1/users?limit=101", None, 422),
    ("post", "/v1/explain", "/v1/explain", {"product_id": "runner"}, 200),
    (
        "post",
        "/v1/explain",
        "/v1/explain",
        {"product_id": "runner", "request": {"user_id": "ann"}},
        200,
    ),
    (
        "post",
        "/v1/what-if",
        "/v1/what-if",
        {"request": {"user_id": "ann"}, "without": {"purchases": ["runner"]}},
        200,
    ),
    ("post", "/v1/events", "/v1/events", {"type": "view"}, 409),
    ("get", "/v1/rules", "/v1/rules", None, 200),
    ("get", "/healthz", "/healthz", None, 200),
    ("get", "/readyz", "/readyz", None, 200),
]


def declared(spec: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    """The schema of an answer, with the components that it names."""
    content = operation(spec, method, path)["responses"][str(status)]["content"]
    kind = "application/json" if status < 400 else "application/problem+json"
    return {**content[kind]["schema"], "components": spec["components"]}


def operation(spec: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    (found,) = [each for name, each in spec["paths"].items() if name.replace(":path}", "}") == path]
    chosen: dict[str, Any] = found[method]
    return chosen


@pytest.mark.parametrize(("method", "path", "url", "body", "status"), ASKED)
def test_an_answer_is_as_declared(
    method: str, path: str, url: str, body: Any, status: int, client: TestClient
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    assert service.warmed.wait(30)
    answer = client.request(method, url, json=body)
    assert answer.status_code == status, answer.text
    schema = declared(client.get("/openapi.json").json(), method, path, status)
    validator = Draft202012Validator(schema)
    assert [each.message for each in validator.iter_errors(answer.json())] == []
    more = {**answer.json(), "one_more": 1}
    assert not validator.is_valid(more)
    less = dict(list(answer.json().items())[1:])
    assert not validator.is_valid(less)


def test_every_route_of_the_interface_declares_its_answers(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    bare = [
        f"{method} {path} {status}"
        for path, methods in spec["paths"].items()
        for method, each in methods.items()
        for status, told in each["responses"].items()
        for content in told.get("content", {}).values()
        if not content.get("schema") and path != "/metrics"
    ]
    assert bare == []


def test_the_examples_are_as_declared() -> None:
    # FastAPI leaves null out of the examples in its description: these are the originals.
    given = [each for each in vars(examples).values() if isinstance(each, dict) and 200 in each]
    assert len(given) >= 15
    for responses in given:
        for told in responses.values():
            if "model" in told:
                told["model"].model_validate(told["content"]["application/json"]["example"])
