"""The service under attack: `kgrec serve --keys` over the toy shop, on a Neo4j of its own.

Every figure is how many answers were wrong; a target of 0 is the claim of SECURITY.md.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.build import build_graph
from kg.graph.neo4j import Neo4jGraph
from kg.keys import SCOPES, create_key
from kg.local_server import ensure_running
from kg.local_server.ports import choose
from kg.sources import open_source
from tests.bench.attacks import ATTACKS, Client, Outcome
from tests.bench.figures import Figure
from tests.bench.floods import FLOODS
from tests.conftest import TOY_SHOP, kill_server

KGREC = str(Path(sys.executable).with_name("kgrec"))
KEPT = "MATCH (p:Product) RETURN count(p) AS n UNION ALL MATCH (u:User) RETURN count(u) AS n"
CROWD = "MATCH (:User {user_id: 'crowd'})-[e:VIEWED]->() RETURN count(e) AS n"
EVENTS = 10_000


def run() -> list[Figure]:
    """Wrong answers by attack, what is missing of the graph and of the events afterwards."""
    with TemporaryDirectory(prefix="kgrec-attack-") as folder:
        home = Path(folder)
        try:
            return _attacked(home)
        finally:
            kill_server(home)


def _attacked(home: Path) -> list[Figure]:
    settings = ensure_running(home, lambda _: None)
    with Neo4jGraph(settings) as graph:
        build_graph(graph, open_source(TOY_SHOP))
        products = graph.ask(KEPT)[0]["n"]
        with _serving(home) as client:
            found = [_figure(name, ATTACKS[name], client) for name in ATTACKS]
            lost = _lost(graph)
        for engine in ("neo4j", "memory"):
            with _serving(home, engine) as client:
                found += [
                    _figure(f"others, {name}, {engine}", FLOODS[name], client) for name in FLOODS
                ]
        gone = products - graph.ask(KEPT)[0]["n"]
    return [
        *found,
        Figure("products that injections removed", gone, f"of {products}", 0, "<="),
        Figure("events of one user lost or doubled", lost, f"of {EVENTS:,}", 0, "<="),
    ]


def _figure(name: str, attack: Callable[[Client], Outcome], client: Client) -> Figure:
    outcome = attack(client)
    for each in outcome.wrong[:5]:
        print(f"    {name}: {each}", file=sys.stderr)
    return Figure(name, len(outcome.wrong), f"wrong of {outcome.sent:,}", 0, "<=")


def _lost(graph: Neo4jGraph) -> int:
    """How far the graph is from all events, once those that wait have been taken."""
    for _ in range(100):
        if (counted := int(graph.ask(CROWD)[0]["n"])) == EVENTS:
            break
        time.sleep(0.2)
    return abs(EVENTS - counted)


@contextmanager
def _serving(home: Path, engine: str = "neo4j") -> Iterator[Client]:
    """A service that asks for keys; it ends with the block."""
    keys = {scope: create_key(home, scope, "attack")[1] for scope in SCOPES}
    port = choose(None, print).http
    command = [KGREC, "serve", "--keys", "--engine", engine, "--port", str(port)]
    environment = {**os.environ, "KGREC_HOME": str(home)}
    environment.pop("NEO4J_URI", None)
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _until_ready(port)
            yield Client(port, keys)
        finally:
            process.terminate()


def _until_ready(port: int) -> None:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with closing(connection), suppress(OSError):  # it does not listen yet
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError("the service is not ready after two minutes")
