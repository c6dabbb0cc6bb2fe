"""HTTP requests, changed in body, path, parameters and heads: no answer is the service's fault."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import jsonschema_rs
from starlette.types import Message

from tests.fuzz import requests
from tests.fuzz.cases import judged, packed, unpacked
from tests.fuzz.odd import TEXTS, changed_bytes, changed_text
from tests.fuzz.world import World

BRAND = {"title": "Acme Trail Shoe", "brand": "Acme", "categories": [["Shoes"]], "price_minor": 99}
EVENT = {
    "user_id": "ann",
    "product_id": "trail",
    "type": "view",
    "event_id": "e1",
    "at": 1736500000,
}
RULE = {"kind": "boost", "brands": ["Acme"], "weight": 0.3, "until": 1736500000}
PLAIN = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/docs", "/page/page.js")
SAFE = "/-_.~!$&'()*+,;=:@"

Made = tuple[str, str, dict[str, Any], Any]
"""Method, path, parameters, body."""


def _events(rng: Random) -> Made:
    event = {**EVENT, "type": rng.choice(("view", "buy", "cart", "like", "rate", "click", "nope"))}
    if rng.random() < 0.5:
        event["value"] = rng.choice((5, -1, 0.5, 1e308, "5", None, True))
    return "POST", "/v1/events", {}, rng.choice((event, {"events": [event, EVENT]}))


def _product(rng: Random) -> Made:
    body = {
        **BRAND,
        rng.choice(("price_minor", "released_at", "in_stock", "currency", "image_url")): rng.choice(
            (0, 1, None, True, 2**53, "USD", "x")
        ),
    }
    return rng.choice(("PUT", "PATCH")), f"/v1/products/{_id(rng)}", {}, body


def _search(rng: Random) -> Made:
    given = {"q": requests.text(rng)} | {
        name: value
        for name, value in (
            ("user_id", rng.choice(requests.USERS)),
            ("k", rng.choice((1, 5, 12, 0, "x"))),
            ("brand", rng.choice(requests.BRANDS)),
            ("category", rng.choice(requests.CATEGORIES)),
            ("max_price_minor", rng.choice((0, 790, 2000, -1))),
            ("in_stock", rng.choice(("true", "false", "x"))),
        )
        if rng.random() < 0.3
    }
    return "GET", "/v1/search", given, None


def _id(rng: Random) -> str:
    return quote(rng.choice((*requests.PRODUCTS, *requests.USERS)), safe="")


def _explain(rng: Random) -> Made:
    body = {"product_id": rng.choice(requests.PRODUCTS), "request": requests.make(rng)}
    return "POST", "/v1/explain", {}, body


def _what_if(rng: Random) -> Made:
    body = {"request": requests.make(rng), "without": {"brands": ["Acme"]}}
    return "POST", "/v1/what-if", {}, body


def _rule(rng: Random) -> Made:
    name = rng.choice(("weight", "position", "budget", "discount", "from", "kind"))
    return "POST", "/v1/rules", {}, {**RULE, name: rng.choice((0, 1, -1, 0.5, 200, "pin"))}


ROUTES: tuple[Callable[[Random], Made], ...] = (
    lambda rng: ("POST", "/v1/recommendations", {}, requests.make(rng)),
    lambda rng: ("POST", "/v1/recommendations", {}, requests.make(rng)),
    _explain,
    _what_if,
    _search,
    _search,
    lambda rng: ("GET", "/v1/hot", {"category": rng.choice(requests.CATEGORIES), "k": 5}, None),
    lambda rng: ("GET", f"/v1/products/{_id(rng)}", {}, None),
    lambda rng: ("GET", f"/v1/products/{_id(rng)}/similar", {"k": 3}, None),
    lambda rng: ("GET", f"/v1/users/{_id(rng)}/profile", {}, None),
    lambda rng: ("GET", "/v1/users", {"prefix": rng.choice(("a", "", "é"))}, None),
    lambda rng: ("GET", "/v1/rules", {}, None),
    lambda rng: ("GET", "/v1/stats", {"product_id": _id(rng)}, None),
    _events,
    _product,
    _rule,
    lambda rng: ("DELETE", f"/v1/users/fuzz-{_id(rng)}", {}, None),
    lambda rng: ("DELETE", f"/v1/products/fuzz-{_id(rng)}", {}, None),
    lambda rng: ("GET", rng.choice(PLAIN), {}, None),
)


def make(rng: Random) -> dict[str, Any]:
    """A request to one of the routes, often with something changed."""
    method, path, given, body = rng.choice(ROUTES)(rng)
    odd = rng.random()
    if odd < 0.1:
        path = _odd_path(rng, path)
    elif odd < 0.2 and given:
        given[rng.choice((*given, rng.choice(TEXTS)))] = rng.choice(TEXTS)
    elif odd < 0.45 and body is not None:
        body = changed_json(rng, body)
    query = urlencode(given, errors="replace").encode()
    if rng.random() < 0.05:
        query = changed_bytes(rng, query)
    content = b"" if body is None else json.dumps(body).encode(errors="replace")
    if content and rng.random() < 0.2:
        content = changed_bytes(rng, content)
    heads = {"content-type": "application/json"} if content else {}
    if rng.random() < 0.05:
        name = rng.choice(
            (
                "content-type",
                "x-request-id",
                "if-match",
                "if-none-match",
                "accept",
                "range",
                "authorization",
                "content-length",
            )
        )
        heads[name] = rng.choice(TEXTS[:60])
    if rng.random() < 0.02:
        method = rng.choice(("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "get", "X"))
    return {
        "method": method,
        "path": path,
        "query": packed(query),
        "heads": heads,
        "body": packed(content),
    }


def _odd_path(rng: Random, path: str) -> str:
    parts = path.split("/")
    at = rng.randrange(1, len(parts)) if len(parts) > 1 else 0
    parts[at] = rng.choice((
        quote(rng.choice(TEXTS)[:600], safe="", errors="replace"),
        quote(changed_text(rng, parts[at])[:600], safe=SAFE, errors="replace"),
        quote_from_bytes(changed_bytes(rng, parts[at].encode())),
        "..", "", "%00", "%ff", "a%2Fb", "%",
    ))  # fmt: skip
    return "/".join(parts)


ODD_JSON: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    2**53,
    2**63,
    2**64,
    -(2**70),
    [],
    {},
    [[]],
    [None],
    {"a": {}},
)


def changed_json(rng: Random, value: Any) -> Any:
    """A JSON value with one part changed, left out, or put in."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(list(value))
        match rng.randrange(4):
            case 0:
                return {key: part for key, part in value.items() if key != name}
            case 1:
                return {**value, rng.choice((*TEXTS[:30], *requests.TERMS)): rng.choice(ODD_JSON)}
            case _:
                return {**value, name: changed_json(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.7:
        at = rng.randrange(len(value))
        return [
            *value[:at],
            changed_json(rng, value[at]),
            *value[at + 1 :],
            *value[: rng.randint(0, 1)],
        ]
    odd = changed_text(rng, value) if isinstance(value, str) else rng.choice(TEXTS)
    return rng.choice((rng.choice(ODD_JSON), rng.choice(TEXTS), odd))


@dataclass
class Answer:
    """What came back."""

    status: int
    heads: dict[str, str]
    body: bytes


async def asked(app: Any, given: dict[str, Any]) -> Answer:
    """Hand a request to the application as a server would, whatever is in it."""
    body, path = unpacked(given["body"]), given["path"].encode(errors="replace")
    heads = {"host": "127.0.0.1:8000", "content-length": str(len(body)), **given["heads"]}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": given["method"],
        "scheme": "http",
        "path": _unquoted(path),
        "raw_path": path,
        "query_string": unpacked(given["query"]),
        "root_path": "",
        "headers": [(n.encode(), v.encode("latin-1", "replace")) for n, v in heads.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    sent: list[Message] = []
    due = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return due.pop() if due else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    started = sent[0]
    named = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in started["headers"]}
    return Answer(started["status"], named, b"".join(m.get("body", b"") for m in sent[1:]))


def _unquoted(path: bytes) -> str:
    from urllib.parse import unquote

    return unquote(path.decode("ascii", "replace"))


def judge(world: World, given: dict[str, Any]) -> list[str]:
    """What is wrong with an answer."""
    wrong: list[str] = []
    client = world.client
    with judged(wrong):
        assert client.portal is not None
        answer = client.portal.call(asked, client.app, given)
        wrong += wrong_answer(client.app, given, answer)
    return wrong


def wrong_answer(app: Any, given: dict[str, Any], answer: Answer) -> Iterator[str]:
    """What an answer breaks of the description of the service and of its own request."""
    kind = answer.heads.get("content-type", "").partition(";")[0]
    text = answer.body.decode(errors="replace")
    if answer.status >= 500 and not (answer.status == 503 and given["path"] == "/readyz"):
        yield f"{answer.status}: {text[:300]}"
        return
    if answer.status >= 400 and answer.body and kind != "application/problem+json":
        yield f"{answer.status} as {kind!r}: {text[:100]}"
    if "x-request-id" not in answer.heads:
        yield f"{answer.status} without an id"
    if not answer.body or not kind.endswith("json") or given["path"] == "/openapi.json":
        return
    yield from _wrong_schema(app, given, answer)
    if answer.status == 200 and given["path"] in ("/v1/recommendations", "/v1/search", "/v1/hot"):
        yield from _broken(json.loads(answer.body))


def _wrong_schema(app: Any, given: dict[str, Any], answer: Answer) -> Iterator[str]:
    method = given["method"].lower() if given["method"].isupper() else ""
    route = _route(app, given["path"])
    try:
        told = json.loads(answer.body, parse_constant=lambda name: name + " is no JSON")
    except ValueError as error:
        yield f"{answer.status} is no JSON: {error}"
        return
    if answer.status >= 400 and told.get("status") != answer.status:
        yield f"{answer.status} with a problem of {told.get('status')}"
    validator = _validator(app, method, route, str(answer.status))
    if validator == "none":
        yield f"{method} {route} describes no {answer.status}"
    elif validator is not None:
        for wrong in validator.iter_errors(told):
            place = list(wrong.instance_path)
            yield f"{method} {route} {answer.status}: {wrong.message[:200]} at {place}"


def _route(app: Any, path: str) -> str | None:
    """The described route of a path as it was made: by its length and fixed parts."""
    parts = path.split("/")
    for route in app.openapi()["paths"]:
        named = route.split("/")
        if len(named) == len(parts) and all(
            a == b or (a[:1] == "{" and b) for a, b in zip(named, parts, strict=True)
        ):
            return str(route)
    return None


@cache
def _validator(app: Any, method: str, route: str | None, status: str) -> Any:
    """Of an answer as OpenAPI describes it, "none" where it does not, None where no route is."""
    described = app.openapi()
    operation = described["paths"].get(route, {}).get(method) if route else None
    if operation is None:
        return None
    if status not in operation["responses"]:
        return "none"
    content = operation["responses"][status].get("content", {})
    schema = next((each["schema"] for each in content.values() if "schema" in each), None)
    if schema is None:
        return None
    return jsonschema_rs.validator_for({**schema, "components": described.get("components", {})})


def _broken(answer: dict[str, Any]) -> Iterator[str]:
    """Products that the limits of a request do not let in, or one product too many."""
    limits = (answer["request"]["filters"], answer["intent"])
    lows, highs = ([each[f"{side}_price_minor"] for each in limits] for side in ("min", "max"))
    if len(answer["results"]) > answer["request"]["k"]:
        yield f"{len(answer['results'])} products of {answer['request']['k']}"
    for each in answer["results"]:
        price = each["price_minor"]
        low = all(bound is None or (price is not None and price >= bound) for bound in lows)
        high = all(bound is None or (price is not None and price <= bound) for bound in highs)
        stock = each["in_stock"] is not False or not answer["request"]["filters"]["in_stock"]
        if not (low and high and stock):
            yield f"{each['product_id']} at {price}, in stock {each['in_stock']}, breaks {limits}"
