"""Every error is a problem (RFC 9457) with the request's id, and tells nothing of what was sent."""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive

from cli.web.app import make_app
from cli.web.away import Away
from cli.web.config import ServeConfig
from cli.web.logs import log_as_json
from cli.web.service import Service
from kg.errors import ConnectionFailed
from kg.graph import Call, Row
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking, problem

RECOMMEND = "/v1/recommendations"


def test_an_unknown_product_names_those_that_are_close(client: TestClient) -> None:
    answer = client.get("/v1/products/runer", headers={"X-Request-Id": "abc-1"})
    assert problem(answer) == {
        "type": "urn:kgrec:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "no product 'runer' in the graph; the closest are runner",
        "instance": "/v1/products/runer",
        "request_id": "abc-1",
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/products/nothing-like-it", None, 404, "not_found"),
        ("/v1/products/nothing-like-it/similar", None, 404, "not_found"),
        ("/v1/hot?brand=Nobody", None, 404, "not_found"),
        ("/v2/hot", None, 404, "no_such_path"),
        (RECOMMEND, None, 405, "method_not_allowed"),
        (RECOMMEND, {"weights": {"luck": 1}}, 422, "invalid_request"),
        (RECOMMEND, {"recipe": "secret"}, 422, "invalid_request"),
        (RECOMMEND, {"recipe": "learned", "user_id": "ann"}, 422, "invalid_request"),
        (RECOMMEND, {"product_id": "gone"}, 404, "not_found"),
        (RECOMMEND, {"filters": {"categories": [" "]}}, 422, "invalid_request"),
    ],
)
def test_an_error_has_its_status_and_its_code(
    path: str, body: Any, status: int, code: str, client: TestClient
) -> None:
    answer = client.get(path) if body is None else client.post(path, json=body)
    found = problem(answer)
    assert (found["status"], found["type"]) == (status, f"urn:kgrec:problem:{code}")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"k": 0}, ["#/k"]),
        ({"k": 201}, ["#/k"]),
        ({"k": "many"}, ["#/k"]),
        ({"query": "x" * 501}, ["#/query"]),
        ({"query": "a\0b"}, ["#/query"]),
        ({"user_id": ""}, ["#/user_id"]),
        ({"diversity": 1.5, "k": -1}, ["#/k", "#/diversity"]),
        ({"until": 2**60}, ["#/until"]),
        ({"weights": {"alpha": "Infinity"}}, ["#/weights/alpha"]),
        (
            {"filters": {"max_price_minor": -1, "colour": "red"}},
            ["#/filters/max_price_minor", "#/filters/colour"],
        ),
        ({"filters": {"brands": ["x"] * 51}}, ["#/filters/brands"]),
        ({"secret": "do not repeat"}, ["#/secret"]),
        ([1], ["#"]),
    ],
)
def test_a_wrong_field_is_pointed_at(body: Any, pointers: list[str], client: TestClient) -> None:
    answer = client.post(RECOMMEND, json=body)
    found = problem(answer)
    assert (found["status"], found["type"]) == (422, "urn:kgrec:problem:invalid_request")
    assert [each["pointer"] for each in found["errors"]] == pointers
    assert "do not repeat" not in answer.text


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"event": []}, {"#/event": "Extra inputs are not permitted"}),
        ({"user_id": {"a": 1}}, {"#/user_id": "Input should be a valid string"}),
        ({"user_id": True}, {"#/user_id": "Input should be a valid string"}),
        ({"events": {"a": 1}}, {"#/events": "Input should be a valid list"}),
        (
            {"events": [{"user_id": "ann", "one": 1}, {"at": [1]}]},
            {
                "#/events/0/one": "Extra inputs are not permitted",
                "#/events/1/at": "Input should be a valid string",
            },
        ),
    ],
)
def test_what_is_wrong_with_events_is_told_of_the_body_that_was_sent(
    body: Any, errors: dict[str, str], client: TestClient
) -> None:
    found = problem(client.post("/v1/events", json=body))
    assert {each["pointer"]: each["detail"] for each in found["errors"]} == errors


def test_query_parameters_are_pointed_at(client: TestClient) -> None:
    found = problem(client.get("/v1/search?k=0"))
    assert [each["pointer"] for each in found["errors"]] == ["?q", "?k"]


FILTERS = "category, brand, min_price_minor, max_price_minor, in_stock"


@pytest.mark.parametrize(
    ("method", "path", "errors"),
    [
        (
            "GET",
            "/v1/search?q=tent&max_price=100",
            {"?max_price": f"no such parameter; there are q, user_id, k, diversity, {FILTERS}"},
        ),
        (
            "GET",
            "/v1/hot?K=3&brand=Acme&colour=red",
            {
                "?K": f"no such parameter; there are k, diversity, {FILTERS}",
                "?colour": f"no such parameter; there are k, diversity, {FILTERS}",
            },
        ),
        ("GET", "/v1/products/sock?k=3", {"?k": "no such parameter; this takes none"}),
        ("POST", f"{RECOMMEND}?k=3", {"?k": "no such parameter; this takes none"}),
        ("DELETE", "/v1/users/ann?sure=1", {"?sure": "no such parameter; this takes none"}),
    ],
)
def test_a_query_parameter_that_a_route_does_not_have_is_refused(
    method: str, path: str, errors: dict[str, str], client: TestClient
) -> None:
    found = problem(client.request(method, path, json={} if method == "POST" else None))
    assert (found["status"], found["type"]) == (422, "urn:kgrec:problem:invalid_request")
    assert {each["pointer"]: each["detail"] for each in found["errors"]} == errors


def test_every_route_of_the_interface_refuses_parameters_that_it_does_not_have(
    client: TestClient,
) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in methods if path.startswith("/v1/") else ():
            answer = client.request(method, f"{path}?nothing_like_it=1", json={})
            told = [each["pointer"] for each in answer.json()["errors"]]
            assert (method, path, told) == (method, path, ["?nothing_like_it"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/hot?min_price_minor=5000&max_price_minor=100", None),
        (RECOMMEND, {"filters": {"min_price_minor": 5000, "max_price_minor": 100}}),
    ],
)
def test_prices_that_exclude_each_other_are_refused(
    path: str, body: Any, client: TestClient
) -> None:
    found = problem(client.get(path) if body is None else client.post(path, json=body))
    assert (found["status"], found["type"], found["detail"]) == (
        422,
        "urn:kgrec:problem:invalid_request",
        "min_price_minor 5000 is above max_price_minor 100",
    )
    assert client.get("/v1/hot?min_price_minor=100&max_price_minor=100").status_code == 200


@pytest.mark.parametrize("sent", [b"{", b'{"k": 1', b"\xff\xfe", b'{"query": "\\ud800"}', b"NaN"])
def test_what_is_no_json_is_no_error_of_the_server(sent: bytes, client: TestClient) -> None:
    answer = client.post(RECOMMEND, content=sent, headers={"Content-Type": "application/json"})
    assert problem(answer)["status"] in (400, 422)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(
    kind: str | None, client: TestClient
) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    found = problem(client.post(RECOMMEND, content=b'{"k": 3}', headers=headers))
    assert (found["status"], found["type"], found["detail"]) == (
        415,
        "urn:kgrec:problem:no_json",
        "send the body as Content-Type: application/json",
    )


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    sent = json.dumps({"query": "x" * 1_100_000})
    answer = client.post(RECOMMEND, content=sent, headers={"Content-Type": "application/json"})
    assert problem(answer)["type"] == "urn:kgrec:problem:too_large"


async def _asked(app: ASGIApp, receive: Receive) -> list[Message]:
    """What an application sends for one POST."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
    headers.append((b"content-length", b"9"))
    scope = {"type": "http", "method": "POST", "path": RECOMMEND, "headers": headers}
    await app({**scope, "query_string": b"", "root_path": ""}, receive, send)
    return sent


def test_a_body_that_does_not_come_is_not_waited_for(recommender: Recommender) -> None:
    app = make_app(Service(recommender, ServeConfig(body_s=0.05)))

    async def never() -> Message:
        await asyncio.sleep(60)
        return {}

    begun, body = asyncio.run(_asked(app, never))
    assert (begun["status"], json.loads(body["body"])["type"]) == (
        408,
        "urn:kgrec:problem:too_slow",
    )


def test_a_request_id_is_taken_over_or_made(client: TestClient) -> None:
    given = client.get("/healthz", headers={"X-Request-Id": "shop.42_a-b"})
    made = client.get("/healthz", headers={"X-Request-Id": "no id\twith blanks"})
    assert given.headers["x-request-id"] == "shop.42_a-b"
    assert len(made.headers["x-request-id"]) == 32
    assert made.json() == {"alive": True}


class Broken:
    """A graph whose every read ends in `error`."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    def read(self, name: str, **params: object) -> list[Row]:
        self.asked += 1
        raise self.error

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        raise self.error

    def close(self) -> None:
        """There is nothing to give back."""


def test_while_the_graph_is_away_requests_are_told_at_once_when_to_come_back() -> None:
    graph = Broken(ConnectionFailed("no answer from bolt://localhost:1; start the server"))
    service = Service(Recommender(graph), ServeConfig(rest_s=60))
    client = asking(service)
    for _ in range(3):
        answer = client.get("/v1/hot")
        told = problem(answer)
        assert told["type"] == "urn:kgrec:problem:graph_away"
        assert "bolt" not in told["detail"]
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert graph.asked == 1
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["parts"]["server"] == str(graph.error)
    assert client.get("/healthz").status_code == 200


class PanicException(BaseException):
    """Like that of polars, which is no Exception."""


@pytest.mark.parametrize("kind", [ZeroDivisionError, PanicException])
def test_an_error_nobody_foresaw_is_a_problem_and_a_report_without_its_message(
    kind: type[BaseException], home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    graph = Broken(kind("ann's secret"))
    client = asking(Service(Recommender(graph), ServeConfig()))
    answers = []
    for _ in range(2):
        graph.error = kind("ann's secret")
        answers.append(client.get("/v1/hot"))
    (report,) = (home / "reports").iterdir()
    for answer in answers:
        assert (answer.status_code, problem(answer)["type"]) == (500, "urn:kgrec:problem:internal")
        line = f"{kind.__name__} in request {answer.headers['x-request-id']}; a report is in"
        assert f"{line} {report}" in caplog.text
    text = report.read_text()
    assert "in read\n    raise self.error\n" in text
    assert "secret" not in caplog.text + answers[0].text + text


def test_with_debug_the_log_shows_the_trace(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = asking(Service(Recommender(Broken(ZeroDivisionError())), ServeConfig()))
    for level, shown in ((logging.NOTSET, False), (logging.DEBUG, True)):
        monkeypatch.setattr(logging.getLogger("kgrec"), "level", level)
        with as_json_logged():
            client.get("/v1/hot")
        assert ("raise self.error" in capsys.readouterr().err) == shown


@contextmanager
def as_json_logged() -> Iterator[None]:
    """Log as `kgrec serve` does, and then as before."""
    loggers = [logging.getLogger(name) for name in ("kgrec.serve", "uvicorn", "neo4j")]
    before = [(each, each.handlers, each.propagate, each.level) for each in loggers]
    log_as_json()
    try:
        yield
    finally:
        for each, handlers, propagate, level in before:
            each.handlers, each.propagate = handlers, propagate
            each.setLevel(level)


def test_one_caller_tries_again_when_the_rest_is_over() -> None:
    now = 0.0
    away = Away(2.0, lambda: now)
    away.check()
    away.failed(ConnectionFailed("gone"))
    now = 1.9
    with pytest.raises(ConnectionFailed, match=r"^gone$"):
        away.check()
    now = 2.0
    away.check()
    with pytest.raises(ConnectionFailed):
        away.check()
    assert away.why == "gone"
    away.answered()
    away.check()
    assert away.why is None


def test_while_one_tries_again_the_others_are_told_at_once() -> None:
    now = 0.0
    away = Away(2.0, lambda: now)
    away.failed(ConnectionFailed("gone"))
    now = 2.0
    away.check()
    now = 31.9
    with pytest.raises(ConnectionFailed, match=r"^gone$"):
        away.check()
    now = 32.0
    away.check()
    away.failed(ConnectionFailed("still gone"))
    now = 33.9
    with pytest.raises(ConnectionFailed, match=r"^still gone$"):
        away.check()
    now = 34.0
    away.check()


def test_more_requests_than_may_wait_are_turned_away(recommender: Recommender) -> None:
    service = Service(recommender, ServeConfig(threads=0, waiting=0))
    answer = asking(service).get("/v1/hot")
    assert problem(answer)["type"] == "urn:kgrec:problem:busy"
    assert answer.headers["retry-after"] == "1"
