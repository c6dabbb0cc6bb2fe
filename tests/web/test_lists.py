"""The lists over HTTP are those of the library."""

import re
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from cli.web.app import LARGE
from cli.web.examples import EXPLAINED, PRODUCT, RESULT
from kg.recommend.as_json import as_json
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Request

ASKED: list[tuple[str, str, Any, Request]] = [
    ("POST", "/v1/recommendations", {}, Request()),
    ("POST", "/v1/recommendations", {"user_id": "ann", "k": 3}, Request("ann", k=3)),
    (
        "POST",
        "/v1/recommendations",
        {
            "user_id": "bob",
            "query": "red lipstick under $10 not by Acme",
            "filters": {"brands": ["Rosa"], "max_price_minor": 800},
            "weights": {"alpha": 2.0},
            "diversity": 0.5,
            "include_bought": True,
            "explain": False,
        },
        Request(
            "bob",
            "red lipstick under $10 not by Acme",
            filters=Filters(brands=("Rosa",), max_price_minor=800),
            weights={"alpha": 2.0},
            diversity=0.5,
            include_bought=True,
            explain=False,
        ),
    ),
    (
        "POST",
        "/v1/recommendations",
        {"user_id": "dan", "until": 1736121601},
        Request("dan", until=1736121601),
    ),
    (
        "GET",
        "/v1/search?q=running+shoe&user_id=ann&k=2&in_stock=true",
        None,
        Request("ann", "running shoe", k=2, filters=Filters(in_stock=True)),
    ),
    (
        "GET",
        "/v1/hot?category=Beauty+%3E+Lips&category=Shoes&k=4",
        None,
        Request(k=4, recipe="hot", filters=Filters(categories=("Beauty > Lips", "Shoes"))),
    ),
    (
        "GET",
        "/v1/products/runner/similar?k=3&min_price_minor=1000",
        None,
        Request(product_id="runner", recipe="similar", k=3, filters=Filters(min_price_minor=1000)),
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "request_"), ASKED)
def test_an_answer_is_the_object_of_the_library(
    method: str,
    path: str,
    body: Any,
    request_: Request,
    client: TestClient,
    recommender: Recommender,
) -> None:
    answer = client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    wanted = orjson.loads(
        orjson.dumps(as_json(recommender.recommend(request_)), option=orjson.OPT_SERIALIZE_NUMPY)
    )
    got = answer.json()
    assert got.pop("timings_ms").keys() == wanted.pop("timings_ms").keys()
    assert got == wanted


def test_a_product_is_what_the_catalogue_says(client: TestClient) -> None:
    answer = client.get("/v1/products/trail")
    assert (answer.status_code, answer.json()) == (200, PRODUCT)
    kept = client.get("/v1/products/trail", headers={"If-None-Match": answer.headers["etag"]})
    assert (kept.status_code, kept.content, kept.headers["etag"]) == (
        304,
        b"",
        answer.headers["etag"],
    )
    other = client.get("/v1/products/sock", headers={"If-None-Match": answer.headers["etag"]})
    assert (other.status_code, other.json()["title"]) == (200, "Bolt Running Sock")


def shape(value: Any) -> Any:
    """The names of the fields, all the way down; of lists the first element's."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return [shape(part) for part in value[:1]] if isinstance(value, list) else None


def test_the_example_has_the_fields_of_an_answer(client: TestClient) -> None:
    answer = client.post("/v1/recommendations", json={"user_id": "ann", "k": 1}).json()
    for name in ("request", "intent"):
        assert shape(answer[name]) == shape(RESULT[name])
    assert answer.keys() == RESULT.keys()
    for name in ("entities", "neighbours", "results"):
        assert answer[name][0].keys() == RESULT[name][0].keys()


def test_the_description_has_every_route_and_the_page_shows_them(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    assert {"/v1/recommendations", "/v1/search", "/v1/hot", "/healthz", "/readyz"} < set(
        spec["paths"]
    )
    assert (
        "application/problem+json" in spec["paths"]["/v1/hot"]["get"]["responses"]["503"]["content"]
    )
    shown = client.get("/docs").text
    assert [path for path in spec["paths"] if f" {path}</code></h2>" not in shown] == []
    assert "red lipstick under $10 not by Acme" in shown
    sent = ("&quot;type&quot;: &quot;view&quot;", "&quot;type&quot;: &quot;click&quot;")
    assert [each in shown for each in (*sent, "&quot;state&quot;: &quot;holds&quot;")] == [True] * 3
    assert "http" not in shown.replace("http-equiv", "")


def test_the_page_begins_with_recommendations_and_shows_code_as_code(client: TestClient) -> None:
    shown = client.get("/docs").text
    heads = re.findall("<h2><code>(.*?)</code></h2>", shown)
    assert heads[:7] == [
        "POST /v1/recommendations",
        "GET /v1/search",
        "GET /v1/hot",
        "GET /v1/products/{product_id}/similar",
        "GET /v1/lists/{cursor}",
        "POST /v1/explain",
        "POST /v1/what-if",
    ]
    assert "`" not in shown
    assert "are listed as <code>rejected</code>, the others" in shown
    assert "<p>While Neo4j is away events are <code>kept</code> on disk" in shown


def test_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    path = "/v1/products/trail"
    head, answer = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type"):
        assert head.headers[name] == answer.headers[name]
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.head(path, headers=known).status_code == 304
    told = {each: client.head(each).status_code for each in ("/", "/healthz", "/v1/hot?k=3")}
    assert told == {"/": 200, "/healthz": 200, "/v1/hot?k=3": 200}
    assert (client.head("/v2").status_code, client.head("/v1/recommendations").status_code) == (
        404,
        405,
    )
    counted = 'kgrec_requests_total{method="HEAD",route="/v1/hot",status="200"} 1.0'
    assert counted in client.get("/metrics").text


def test_large_answers_are_packed_for_those_who_take_that(client: TestClient) -> None:
    plain, packed = (
        client.get("/openapi.json", headers={"Accept-Encoding": each})
        for each in ("identity", "gzip")
    )
    assert len(plain.content) > LARGE
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert (packed.content == plain.content, packed.headers["vary"]) == (True, "Accept-Encoding")
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    small = client.get("/v1/hot?k=3", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers


def test_an_unknown_user_is_told_and_an_unknown_name_is_no_list(client: TestClient) -> None:
    for answer in (
        client.get("/v1/search?q=shoe&user_id=nobody"),
        client.post("/v1/recommendations", json={"user_id": "nobody", "query": "shoe"}),
    ):
        assert answer.status_code == 200
        assert answer.json()["notes"][0] == {
            "code": "unknown_user",
            "text": "user 'nobody' is not in the graph",
        }
    names = {"brand": "Nobody", "category": "Nowhere"}
    told = {each: client.get("/v1/hot", params={each: name}) for each, name in names.items()}
    assert {each: answer.status_code for each, answer in told.items()} == {
        "brand": 404,
        "category": 404,
    }
    said = client.get("/openapi.json").json()["paths"]["/v1/recommendations"]["post"]
    assert "with the note `unknown_user`" in said["description"]


def test_why_not_is_told_over_http(client: TestClient) -> None:
    asked = {"product_id": "runner", "request": {"user_id": "ann"}}
    answer = client.post("/v1/explain", json=asked).json()
    assert answer.keys() == EXPLAINED[200]["content"]["application/json"]["example"].keys()
    assert answer["gate"] == {
        "code": "bought",
        "text": "the user has bought it",
        "change": {"include_bought": True},
    }
    assert (answer["listed"], answer["admitted"]) == (False, True)
