"""10,000 mixed requests while the catalogue changes: memory, files and threads stay as they are.

`python -m tests.bench soak [--requests N]`, on both engines, over the sample shop on a Neo4j of its
own. What is held is measured after a fifth of the requests, by when caches are filled, and at the
end.
"""

import argparse
import http.client
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from kg.build import build_graph
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.bench.figures import Figure
from tests.bench.serve import serving
from tests.conftest import kill_server

PRODUCTS, USERS, SEED = 300, 450, 7
REQUESTS = 10_000
WARM = 5
"""The share of the requests, one in so many, after which what is held is first measured."""


@dataclass(frozen=True)
class Held:
    """What a service and its workers hold: bytes of memory, open files and sockets, threads."""

    memory: int
    files: int
    threads: int


def run(options: list[str]) -> list[Figure]:
    """What each engine's service holds at the end, beside what it held before, and its errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench soak")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    requests: int = parser.parse_args(options).requests
    with TemporaryDirectory(prefix="kgrec-soak-") as folder:
        home, shop = Path(folder) / "home", Path(folder) / "shop"
        home.mkdir()
        sample_shop(shop, PRODUCTS, USERS, SEED)
        try:
            settings = ensure_running(home, lambda _: None)
            with Neo4jGraph(settings) as graph:
                build_graph(graph, open_source(shop))
            found: list[Figure] = []
            for engine in ("neo4j", "memory"):
                with serving(settings, engine) as (port, process):
                    found += _soaked(engine, port, process, requests)
            return found
        finally:
            kill_server(home)


def _soaked(engine: str, port: int, process: psutil.Process, requests: int) -> list[Figure]:
    wrong = _ask(port, 0, requests // WARM)
    before = _held(process)
    wrong += _ask(port, requests // WARM, requests)
    after = _held(process)
    for each in wrong[:5]:
        print(f"    {engine}: {each}")
    return [
        Figure(f"{engine}: errors", len(wrong), f"of {requests:,}", 0, "<="),
        Figure(f"{engine}: memory", after.memory / before.memory, "times", 1.1, "<="),
        Figure(f"{engine}: open files", after.files - before.files, "more", 4, "<="),
        Figure(f"{engine}: threads", after.threads - before.threads, "more", 2, "<="),
    ]


def _held(process: psutil.Process) -> Held:
    every = [process, *process.children(recursive=True)]
    return Held(
        sum(each.memory_info().rss for each in every),
        sum(each.num_fds() for each in every),
        sum(each.num_threads() for each in every),
    )


def _ask(port: int, first: int, end: int) -> list[str]:
    """Make the requests of these numbers, one after the other: answers that are none of ours."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    wrong = []
    for number in range(first, end):
        method, path, body = _drawn(random.Random(number), number)
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status >= 400 and answer.status != 404:
            wrong.append(f"{method} {path} {answer.status} {said[:200]!r}")
    connection.close()
    return wrong


Request = tuple[str, str, object]


def _drawn(drawn: random.Random, number: int) -> Request:
    """A request: lists most of the time, events often, a change of the catalogue now and then."""
    user, product = f"u{drawn.randrange(1, USERS):05}", f"p{drawn.randrange(1, PRODUCTS):05}"
    if number % 40 == 0:
        return "PATCH", f"/v1/products/{product}", {"price": f"{drawn.randrange(1, 90)}.50"}
    if number % 100 == 1:
        put = {"title": f"Waterproof Tent {number}", "categories": ["Garden"]}
        return "PUT", f"/v1/products/new{number % 1000}", put
    kinds: Sequence[Request] = (
        ("POST", "/v1/recommendations", {"user_id": user, "k": 10}),
        ("POST", "/v1/recommendations", {"user_id": user, "k": 10, "explain": True}),
        ("GET", f"/v1/search?q=waterproof+tent&user_id={user}&in_stock=true", None),
        ("GET", f"/v1/products/{product}", None),
        ("GET", f"/v1/products/{product}/similar", None),
        ("GET", f"/v1/users/{user}/profile", None),
        (
            "POST",
            "/v1/events",
            {"user_id": user, "product_id": product, "type": "view"},
        ),
        ("GET", f"/v1/products/nobody{number}", None),
    )
    return kinds[drawn.randrange(len(kinds))]
