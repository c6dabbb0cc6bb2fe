"""The service under load on Beauty, over loopback: closed and open loops, on both engines.

Every request is of a user who was not asked for before, so that the cache, which is measured apart,
has nothing to give.
In a closed loop each client asks again when it has its answer; in an open loop requests come when
they are due, as a shop's visitors do, and wait where the service is behind.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import psutil

from kg.connection import Settings
from kg.graph.neo4j import Neo4jGraph
from kg.local_server.ports import choose
from tests.bench.beauty import beauty_server, missing
from tests.bench.figures import Figure

SEED, WARM_UP = 7, 200
CLIENTS = {1: 200, 8: 600, 32: 600}
"""Clients of a closed loop, and the requests that they make together."""

OPEN = 400
"""Requests of the open loop, at half the rate of eight clients."""

AGAIN = 500
"""Users that are asked for twice, one after the other, to see what the cache gives."""

CHANGING, CHANGED_S = 4_000, 2.0
"""Requests while another product is changed every so many seconds: the copy is renewed all the
time."""

FILL, MANY = 6_000, 20_000
"""Requests after which the cache and the lists for later pages are full, and how many follow."""

KGREC = str(Path(sys.executable).with_name("kgrec"))


def run() -> list[Figure]:
    """Requests a second and milliseconds, beside round trips of RETURN 1 by as many clients."""
    if missing():
        return []
    settings = beauty_server()
    with Neo4jGraph(settings) as graph:
        rows = graph.ask("MATCH (u:User) RETURN u.user_id AS id ORDER BY id")
        bodies = [
            json.dumps({"user_id": row["id"], "explain": False}).encode()
            for row in random.Random(SEED).sample(rows, len(rows))
        ]
        rows = graph.ask("MATCH (p:Product) RETURN p.product_id AS id ORDER BY id LIMIT 100")
        products = [row["id"] for row in rows]
        trips = _closed(8, 2_000, lambda: lambda _: graph.ask("RETURN 1"))
    found = [Figure("RETURN 1, 8 clients", trips.rate, "/s")]
    rates = {}
    for engine in ("neo4j", "memory"):
        with serving(settings, engine) as (port, process):
            figures, rates[engine] = _engine(engine, port, process, bodies, products, trips.rate)
            found += figures
    return [
        *found,
        Figure("memory / neo4j, 8 clients", rates["memory"] / rates["neo4j"], "times", 10),
    ]


def _engine(
    engine: str,
    port: int,
    process: psutil.Process,
    bodies: Sequence[bytes],
    products: Sequence[str],
    trips: float,
) -> tuple[list[Figure], float]:
    """What an engine's service does, and its requests a second at 8 clients."""
    next_user = count()

    def client() -> Callable[[int], object]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return lambda _: _ask(connection, bodies[next(next_user) % len(bodies)])

    def again() -> Callable[[int], object]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return lambda at: _ask(connection, bodies[at % AGAIN])

    _closed(8, WARM_UP, client)
    loops, cost = {}, {}
    for clients, asked in CLIENTS.items():
        before = _cpu(process)
        loops[clients] = _closed(clients, asked, client)
        cost[clients] = 1000 * (_cpu(process) - before) / asked
    found = [_alive(engine, port), Figure(f"{engine}, 8 clients, CPU a request", cost[8], "ms")]
    for clients, loop in loops.items():
        found += loop.figures(f"{engine}, {clients} clients")
    rate = loops[8].rate
    found += [
        Figure(f"{engine}: RETURN 1 / requests, 8 clients", trips / rate, "times"),
        Figure(
            f"{engine}: p95 at 8 clients / p50 alone",
            loops[8].quantile(95) / loops[1].quantile(50),
            "times",
            4.0,
            "<=",
        ),
        *_open(rate / 2, client).figures(f"{engine}, open, {rate / 2:.0f}/s"),
    ]
    if engine == "memory":
        _closed(8, AGAIN, again)
        found += _closed(8, 4 * AGAIN, again).figures("memory, asked again, 8 clients")
        with _changing(port, products):
            found += _closed(8, CHANGING, client).figures("memory, products change, 8 clients")
        _closed(8, FILL, client)
        before = process.memory_info().rss
        _closed(8, MANY, client)
        grown = process.memory_info().rss / before
        found.append(Figure(f"memory after {MANY:,} requests / before", grown, "times", 1.1, "<="))
    return found, rate


def _cpu(process: psutil.Process) -> float:
    """Seconds of CPU that a service and its workers have taken."""
    every = [process, *process.children(recursive=True)]
    return sum(each.cpu_times().user + each.cpu_times().system for each in every)


def _alive(engine: str, port: int) -> Figure:
    """What the service can answer a second that has nothing to compute: the share of HTTP."""

    def client() -> Callable[[int], object]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return lambda _: _read(connection, "GET", "/healthz", b"")

    return Figure(f"{engine}, /healthz, 8 clients", _closed(8, 2_000, client).rate, "/s")


class Loop:
    """What a loop measured: milliseconds of each request, and seconds in all."""

    def __init__(self, spent: list[float], seconds: float) -> None:
        self.spent = spent
        self.seconds = seconds

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.spent) / self.seconds

    def quantile(self, percent: int) -> float:
        """Milliseconds that `percent` of the requests took at most."""
        return statistics.quantiles(self.spent, n=100)[percent - 1]

    def figures(self, name: str) -> list[Figure]:
        """Its figures."""
        told = [Figure(name, self.rate, "/s")]
        return told + [
            Figure(f"{name}, p{each}", self.quantile(each), "ms") for each in (50, 95, 99)
        ]


def _closed(clients: int, asked: int, client: Callable[[], Callable[[int], object]]) -> Loop:
    """Each of the clients asks again when it has its answer."""
    return _loop(clients, asked, client, lambda _: time.perf_counter())


def _open(rate: float, client: Callable[[], Callable[[int], object]]) -> Loop:
    """Requests are due at a steady rate; what they wait for a client counts."""
    begun = time.perf_counter()

    def due(at: int) -> float:
        moment = begun + at / rate
        time.sleep(max(0.0, moment - time.perf_counter()))
        return moment

    return _loop(32, OPEN, client, due)


def _loop(
    clients: int,
    asked: int,
    client: Callable[[], Callable[[int], object]],
    due: Callable[[int], float],
) -> Loop:
    numbers, spent = count(), list[float]()

    def work() -> None:
        ask = client()
        while (at := next(numbers)) < asked:
            started = due(at)
            ask(at)
            spent.append(1000 * (time.perf_counter() - started))

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for each in [pool.submit(work) for _ in range(clients)]:
            each.result()
    return Loop(spent, time.perf_counter() - begun)


@contextmanager
def _changing(port: int, products: Sequence[str]) -> Iterator[None]:
    """Change the image of one product after the other, which no list depends on."""
    connection, over = http.client.HTTPConnection("127.0.0.1", port, timeout=60), Event()

    def work() -> None:
        for at in count():
            body = json.dumps({"image_url": f"https://example.com/{at}.png"}).encode()
            _read(connection, "PATCH", f"/v1/products/{products[at % len(products)]}", body)
            if over.wait(CHANGED_S):
                return

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(work)
        try:
            yield
        finally:
            over.set()
        going.result()


def _ask(connection: http.client.HTTPConnection, body: bytes) -> None:
    _read(connection, "POST", "/v1/recommendations", body)


def _read(connection: http.client.HTTPConnection, method: str, path: str, body: bytes) -> None:
    connection.request(method, path, body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    said = response.read()
    if response.status != 200:
        raise ValueError(f"expected 200, got {response.status}: {said[:200]!r}")


@contextmanager
def serving(settings: Settings, engine: str) -> Iterator[tuple[int, psutil.Process]]:
    """`kgrec serve` on a free port, ready to answer; ended afterwards."""
    port = choose(None, print).http
    with TemporaryDirectory(prefix="kgrec-bench-") as home:
        login = {
            "NEO4J_URI": settings.uri,
            "NEO4J_USERNAME": settings.username,
            "NEO4J_PASSWORD": settings.password,
            "KGREC_HOME": home,
        }
        command = [KGREC, "serve", "--engine", engine, "--port", str(port)]
        with subprocess.Popen(
            command,
            env={**os.environ, **login},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _until_ready(port)
                yield port, psutil.Process(process.pid)
            finally:
                process.terminate()


def _until_ready(port: int) -> None:
    for _ in range(600):
        if _is_ready(port):
            return
        time.sleep(0.2)
    raise TimeoutError("the service is not ready after two minutes")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False  # it does not listen yet
    finally:
        connection.close()
