"""What is thrown at a service: each attack sends requests and says which answers were wrong."""

import http.client
import itertools
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

TEXTS = (
    "' OR 1=1 //",
    "'}) DETACH DELETE n //",
    "x\\' RETURN 1 UNION MATCH (n) DETACH DELETE n //",
    "`) MATCH (n) DETACH DELETE n //",
    "$user_id",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    'title:"a" AND (b OR [c TO d]) ~2 *:* ^9 && || ! { } \\ /.*/',
    "*",
    "?" * 400,
    "(" * 200,
    "a AND " * 80,
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "{{7*7}} ${7*7} %s %n",
    "\u202ereversed\u202c \ufeff \u0000"[:-1],
    "\U0001f9e8" * 100,
    "é" * 500,
    "line\r\nX-Injected: yes\r\n\r\n",
)
HEADERS = ({"X-Request-Id": "a" * 500}, {"X-Request-Id": "<script>"}, {"If-None-Match": "*, W/,"})
DAY = 86_400


@dataclass
class Outcome:
    """How many requests an attack made, and what was wrong with answers."""

    sent: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, holds: bool, what: str) -> None:
        """Count an answer."""
        self.sent += 1
        if not holds:
            self.wrong.append(what[:200])


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def sound(self) -> bool:
        """Is it no error of the server's, as JSON or a problem, and nothing that was injected?"""
        kind = self.headers.get("content-type", "")
        right = "application/json" if self.status < 300 else "application/problem+json"
        return self.status < 500 and kind == right and "x-injected" not in self.headers


class Client:
    """Asks a service with keys of every scope."""

    def __init__(self, port: int, keys: Mapping[str, str]) -> None:
        self.port, self.keys = port, keys

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        scope: str | None = "admin",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request; `body` is sent as it is where it is bytes, else as JSON."""
        given = dict(headers or {})
        if scope is not None:
            given["Authorization"] = f"Bearer {self.keys.get(scope, scope)}"
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if sent is not None:
            given.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, sent, given)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def raw(self, sent: bytes) -> bytes:
        """What comes back for bytes that need not be HTTP."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            said = b""
            with suppress(ConnectionError):  # the service closed before it had read everything
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    said += part
            return said


def texts(client: Client) -> Outcome:
    """Hostile texts in every field, query parameter and path."""
    found = Outcome()
    for text in TEXTS:
        for method, path, body in _places(text):
            reply = client.ask(method, path, body)
            found.judge(reply.sound, f"{method} {path} {body}: {reply.status}")
    return found


def _places(text: str) -> Iterator[tuple[str, str, Any]]:
    """Requests with a text in each place that takes one."""
    lists = "/v1/recommendations"
    for name in ("user_id", "query", "product_id", "recipe"):
        yield "POST", lists, {name: text}
    for name in ("brands", "categories"):
        yield "POST", lists, {"filters": {name: [text]}}
        yield "POST", "/v1/what-if", {"without": {name: [text]}}
    yield "POST", lists, {"weights": {text: 1}}
    yield "POST", "/v1/explain", {"product_id": text, "request": {"query": text}}
    for name in ("user_id", "product_id", "type", "event_id", "at", "value", "request_id"):
        event = {"user_id": "eve", "product_id": "sock", "type": "view", name: text}
        yield "POST", "/v1/events", event
        yield "POST", "/v1/events", {**event, "type": "impression", name: text}
    asked = quote(text, safe="")
    for name in ("q", "user_id", "k"):
        yield "GET", f"/v1/search?q=shoe&{name}={asked}", None
    for name in ("category", "brand", "min_price_minor"):
        yield "GET", f"/v1/hot?{name}={asked}", None
    yield "GET", f"/v1/products/{asked}", None
    yield "GET", f"/v1/products/{asked}/similar", None
    yield "GET", f"/v1/users/{asked}/profile", None
    yield "GET", f"/v1/lists/{asked}", None
    yield "GET", f"/v1/stats?product_id={asked}&since={asked}", None
    yield "GET", f"/v1/rules?ended={asked}", None
    for name in ("title", "description", "brand", "image_url", "currency"):
        yield "PATCH", "/v1/products/soap", {name: text}
    yield "DELETE", f"/v1/rules/{asked}", None


def headers(client: Client) -> Outcome:
    """Hostile headers, hosts and paths; nothing of a file, no header of the sender's."""
    found = Outcome()
    for given in HEADERS:
        reply = client.ask("GET", "/v1/products/sock", headers=given)
        held = reply.status in (200, 304) and "script" not in str(reply.headers)
        held &= len(reply.headers["x-request-id"]) < 200
        found.judge(held, f"{given}: {reply.status}")
    for path in (
        "/../../etc/passwd",
        "/page.js/../server.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc",
    ):
        said = client.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        found.judge(said.startswith(b"HTTP/1.1 4") and b"root:" not in said, path)
    return found


def bodies(client: Client) -> Outcome:
    """Bodies that are too large, too deep, cut off or no JSON; requests that are no HTTP."""
    found = Outcome()
    lists = "/v1/recommendations"
    whole = b'{"user_id": "ann"}'
    for body in (
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe\x00",
        b'{"query": "\\ud800"}',
        b'{"k": 1e999}',
        b'{"k": NaN}',
        b'{"user_id": "a", "user_id": "b", "k": "1"}',
        b'{"events": []}',
        b'{"query": "' + b"x" * 2_000_000 + b'"}',
        json.dumps({"filters": {"brands": ["x"] * 10_000}}).encode(),
        json.dumps({"weights": {str(at): 1 for at in range(10_000)}}).encode(),
    ):
        reply = client.ask("POST", lists, body)
        held = reply.status in (200, 400, 404, 413, 415, 422) and reply.sound
        found.judge(held, f"{body[:40]!r}: {reply.status}")
    head = b"POST " + lists.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"
    key = f"Authorization: Bearer {client.keys['read']}\r\n".encode()
    for sent in (
        b"GARBAGE\r\n\r\n",
        b"GET / HTTX/1.1\r\n\r\n",
        head + b"Content-Length: -1\r\n\r\n" + whole,
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + whole,
        head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        head + key + b"Content-Length: 999\r\n\r\n" + whole,
        head + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    ):
        said = client.raw(sent)
        held = not said.startswith((b"HTTP/1.1 5", b"HTTP/1.1 200"))
        found.judge(held, f"{sent[:60]!r}: {said[:30]!r}")
    found.judge(client.ask("GET", "/v1/hot").status == 200, "it answers on")
    return found


def scopes(client: Client) -> Outcome:
    """Every route without a key, with one that is none, and with one that may too little."""
    found = Outcome()
    routes: tuple[tuple[str, str, Any, str], ...] = (
        ("GET", "/v1/hot", None, "read"),
        ("GET", "/v1/stats", None, "read"),
        ("GET", "/v1/rules", None, "read"),
        ("GET", "/v1/users/ann/profile", None, "read"),
        ("POST", "/v1/recommendations", {}, "read"),
        ("POST", "/v1/explain", {"product_id": "sock"}, "read"),
        ("POST", "/v1/events", {"user_id": "eve", "product_id": "sock"}, "write"),
        ("PUT", "/v1/products/sock", {"title": "x"}, "write"),
        ("PATCH", "/v1/products/sock", {"title": "x"}, "write"),
        ("DELETE", "/v1/products/sock", None, "write"),
        ("PUT", "/v1/users/eve", None, "write"),
        ("DELETE", "/v1/users/ann", None, "admin"),
        ("POST", "/v1/rules", {"kind": "hide", "products": ["sock"]}, "admin"),
        ("DELETE", "/v1/rules/none", None, "admin"),
    )
    ladder = ("read", "write", "admin")
    for method, path, body, needed in routes:
        for scope in (None, "kgrec_0_0", "", "x" * 3000, *ladder[: ladder.index(needed)]):
            reply = client.ask(method, path, body, scope)
            wanted = 403 if scope in ladder else 401
            found.judge(reply.status == wanted, f"{method} {path} as {scope}: {reply.status}")
    return found


def replays(client: Client) -> Outcome:
    """The same batch of a hundred, sixteen at a time: each event counts once."""
    found, created = Outcome(), 0
    batch = [_view("replayed", f"r{at}", int(time.time()) - at) for at in range(100)]
    with ThreadPoolExecutor(16) as pool:
        for reply in pool.map(lambda _: _sent(client, batch), range(50)):
            created += json.loads(reply.body).get("created", 0)
            found.judge(reply.status == 200, f"{reply.status} {reply.body[:100]!r}")
    found.judge(created == 100, f"{created} created of 100")
    return found


def clocks(client: Client) -> Outcome:
    """Events from clocks that are wrong: a day ahead is taken, more or no time at all is told."""
    found, now = Outcome(), int(time.time())
    skewed: tuple[tuple[Any, bool], ...] = (
        (now + 3_600, True),
        (now + DAY - 60, True),
        (now + DAY + 60, False),
        (now + 3650 * DAY, False),
        (-1, False),
        (2**62, False),
        ("tomorrow", False),
        (0, True),
    )
    for (at, taken), type_ in itertools.product(skewed, ("view", "click")):
        event = {**_view("skewed", f"s{at}{type_}", at), "type": type_}
        said = json.loads(_sent(client, [event]).body)
        held = (said["created"], len(said["rejected"])) == ((1, 0) if taken else (0, 1))
        found.judge(held, f"{at}: {said}")
    return found


def crowd(client: Client, events: int = 10_000) -> Outcome:
    """So many events of one user by 32 clients at once, single and in tens: all are counted."""
    found, now = Outcome(), int(time.time())
    every = [_view("crowd", f"c{at}", now - at % 1000) for at in range(events)]
    parts = [[each] for each in every[:1000]]
    parts += [every[at : at + 10] for at in range(1000, events, 10)]
    with ThreadPoolExecutor(32) as pool:
        for reply in pool.map(lambda part: _sent(client, part), parts):
            held = reply.status in (200, 202)
            found.judge(held, f"{reply.status} {reply.body[:100]!r}")
    return found


def _view(user: str, event_id: str, at: Any) -> dict[str, Any]:
    return {
        "user_id": user,
        "product_id": "sock",
        "type": "view",
        "event_id": event_id,
        "at": at,
    }


def _sent(client: Client, batch: list[dict[str, Any]]) -> Reply:
    """Send events as clients do: again where there is no room at the moment."""
    for _ in range(200):
        reply = client.ask("POST", "/v1/events", {"events": batch}, "write")
        if reply.status not in (429, 503):
            break
        time.sleep(0.2)
    return reply


ATTACKS: dict[str, Callable[[Client], Outcome]] = {
    "hostile texts in every field": texts,
    "hostile headers and paths": headers,
    "oversized and malformed bodies": bodies,
    "missing, wrong and weak keys": scopes,
    "replayed events": replays,
    "events of wrong clocks": clocks,
    "10,000 events of one user, 32 clients": crowd,
}
