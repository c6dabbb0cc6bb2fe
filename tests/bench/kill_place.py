"""Where works are killed: a home, a shop, and what an undisturbed build makes of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from neo4j import GraphDatabase

from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running
from kg.local_server.layout import Layout
from kg.sources.sample_shop import sample_shop
from tests.bench.graph_state import GraphState, graph_state
from tests.conftest import QUICK, kill_server

KGREC = str(Path(sys.executable).with_name("kgrec"))
PRODUCTS, USERS, SEED = 300, 450, 7
WAIT_S = 300
"""How long a command may take before it counts as hanging."""

EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS"


@dataclass
class Place:
    """A home with a server of its own, a shop, and what an undisturbed build makes of it.

    `built` is the graph as built undisturbed, `wanted` the same without the users who were
    forgotten since; `seconds` is how long each command takes undisturbed, `model` the arrays that
    training makes.
    """

    home: Path
    shop: Path
    built: GraphState = field(default_factory=lambda: GraphState(frozenset(), {}))
    wanted: GraphState = field(default_factory=lambda: GraphState(frozenset(), {}))
    model: Mapping[str, np.ndarray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """That of a command that uses this home."""
        mine = {**os.environ, "KGREC_HOME": str(self.home)}
        mine.pop("NEO4J_URI", None)
        return mine

    @contextmanager
    def graph(self) -> Iterator[Neo4jGraph]:
        """The graph, on a server that is started where it was killed."""
        with Neo4jGraph(ensure_running(self.home, lambda _: None)) as graph:
            yield graph

    def start_server(self) -> None:
        """Start the server where it does not run."""
        ensure_running(self.home, lambda _: None)

    def run(self, *statements: str) -> None:
        """Run writing statements, past kgrec."""
        settings = ensure_running(self.home, lambda _: None)
        login = (settings.username, settings.password)
        with (
            GraphDatabase.driver(settings.uri, auth=login) as driver,
            driver.session() as session,
        ):
            for statement in statements:
                session.run(statement).consume()

    def kill_server(self) -> None:
        """End the server at once."""
        kill_server(self.home)


@contextmanager
def opened_place(folder: Path) -> Iterator[Place]:
    """A place in a folder: the shop built, refreshed and trained once without a disturbance."""
    place = Place(folder / "home", folder / "shop")
    if place.home.exists():  # a run that was ended left events that wait, and a graph half way
        place.kill_server()
        shutil.rmtree(place.home)
    place.home.mkdir()
    Layout(place.home).settings_file.write_text(QUICK)
    sample_shop(place.shop, PRODUCTS, USERS, SEED, force=True)
    try:
        place.run(EMPTY)
        timed(place, "build-graph", build_command(place))
        with place.graph() as graph:
            place.built = place.wanted = graph_state(graph)
        yield place
    finally:
        place.kill_server()


def timed(place: Place, name: str, command: list[str]) -> None:
    started = time.monotonic()
    done = completed(place, command)
    place.seconds[name] = time.monotonic() - started
    if done:
        raise RuntimeError(f"{name} fails undisturbed: {done}")


def build_command(place: Place) -> list[str]:
    return ["build-graph", str(place.shop), "--rejects", str(place.home / "rejects.csv")]


def compared(place: Place) -> list[str]:
    """How the graph differs from that of an undisturbed run."""
    with place.graph() as graph:
        return graph_state(graph).differences(place.wanted)[:20]


def begun(place: Place, command: list[str]) -> "subprocess.Popen[str]":
    """A command that runs, with what it says on stderr to be read."""
    return subprocess.Popen(
        [KGREC, *command],
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def disturbed(place: Place, name: str, command: list[str], victim: str, share: float) -> list[str]:
    """Begin a command, kill it or the server at its moment, and see that it ends well."""
    with begun(place, command) as process:
        time.sleep(share * place.seconds[name])
        if victim == "client":
            process.send_signal(signal.SIGKILL)
        else:
            place.kill_server()
        return _ended(process, killed=victim == "client")


def _ended(process: "subprocess.Popen[str]", *, killed: bool) -> list[str]:
    try:
        said = process.communicate(timeout=WAIT_S)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return ["it hangs after the server was killed"]
    if killed or process.returncode == 0:
        return []
    errors = [line for line in said.splitlines() if line.startswith("kgrec: ")]
    if "Traceback" in said or len(errors) != 1:
        return [f"exit status {process.returncode}: {said[-500:]}"]
    return []


def completed(place: Place, command: list[str]) -> list[str]:
    """Run a command to its end: what it said where it failed."""
    done = subprocess.run(
        [KGREC, *command, *([] if command[0] == "forget-user" else ["--quiet"])],
        env=place.environment(),
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    if done.returncode == 0:
        return []
    return [f"run again it failed ({done.returncode}): {done.stderr[-500:]}"]
