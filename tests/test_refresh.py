"""Refresh: what changed is derived and embedded again, on a schedule that no failure ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver

from kg.build import build_graph
from kg.connection import Settings
from kg.errors import EncoderError, GraphError, KgrecError, OptionError
from kg.graph import Row
from kg.graph.neo4j import Neo4jGraph
from kg.local_server.ports import are_free, choose
from kg.meta import writing
from kg.refresh import RefreshSummary, keep_fresh, refresh, seconds_of, wait_after
from kg.sources import open_source
from tests.conftest import make_empty

TOY_SHOP = Path(__file__).parent / "toy_shop"

BUYS_A_SOCK = """
MATCH (u:User {user_id: 'dan'}), (p:Product {product_id: 'sock'})
CREATE (u)-[:BOUGHT {event_id: 'new', at: 1736121700, source: 'till'}]->(p)
"""
RETURNS_IT = "MATCH ()-[b:BOUGHT {event_id: 'new'}]->() DELETE b"
NEXT = """CYPHER 25
MATCH (a:Product)-[n:BOUGHT_NEXT]->(b:Product)
RETURN a.product_id AS a, b.product_id AS b, n.weight AS weight, n.support AS support
ORDER BY a, b
"""


@pytest.fixture(scope="module")
def toy(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop, built; a test that changes it takes the change back."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY_SHOP))
        yield graph


@pytest.mark.neo4j
def test_on_a_fresh_graph_nothing_is_written(toy: Neo4jGraph) -> None:
    before = _meta(toy)["revision"]
    done = refresh(toy)
    assert done.embeddings.embedded == 0
    assert done.derived.changed is False
    assert _meta(toy)["revision"] == before


@pytest.mark.neo4j
def test_a_new_event_is_derived_from_and_its_going_takes_that_back(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    before = toy.ask(NEXT)
    _run(neo4j_driver, BUYS_A_SOCK)
    looked = refresh(toy, dry_run=True)
    assert toy.ask(NEXT) == before
    done = refresh(toy)
    assert done.derived.counts == looked.derived.counts
    # dan bought a runner and then a sock, as ann (at the same time, by id) and bob did.
    support = {(row["a"], row["b"]): row["support"] for row in toy.ask(NEXT)}
    was = {(row["a"], row["b"]): row["support"] for row in before}
    assert support["runner", "sock"] == was["runner", "sock"] + 1
    _run(neo4j_driver, RETURNS_IT)
    refresh(toy)
    assert toy.ask(NEXT) == before


@pytest.mark.neo4j
def test_a_success_and_a_failure_are_noted(toy: Neo4jGraph, tmp_path: Path) -> None:
    started = int(time.time())
    with pytest.raises(EncoderError):
        refresh(toy, str(tmp_path))
    assert "is no text encoder" in _meta(toy)["last_refresh_error"]
    refresh(toy)
    assert _meta(toy)["last_refresh_ok"] >= started
    assert "last_refresh_error" not in _meta(toy)


@pytest.mark.neo4j
def test_beside_another_writer_it_is_refused_and_names_it(toy: Neo4jGraph) -> None:
    with (
        writing(toy, "build-graph"),
        pytest.raises(GraphError, match=r"build-graph \(process \d+ on .*wait until it is done"),
    ):
        refresh(toy)


@pytest.mark.neo4j
def test_a_dry_run_needs_no_lock(toy: Neo4jGraph) -> None:
    with writing(toy, "build-graph"):
        assert refresh(toy, dry_run=True).embeddings.left == 0


@pytest.mark.neo4j
def test_the_schedule_outlives_a_server_that_is_away_and_goes_on(
    toy: Neo4jGraph, neo4j_settings: Settings
) -> None:
    nobody = replace(neo4j_settings, uri=f"bolt://127.0.0.1:{_free_port()}")
    servers = iter([nobody, neo4j_settings, neo4j_settings])
    stop, told, done = threading.Event(), list[tuple[str, float]](), list[RefreshSummary]()

    def run() -> RefreshSummary:
        with Neo4jGraph(next(servers), patience=0) as graph:
            return refresh(graph)

    def succeeded(summary: RefreshSummary) -> None:
        done.append(summary)
        if len(done) == 2:
            stop.set()

    def failed(error: KgrecError, wait: float) -> None:
        told.append((str(error), wait))

    keep_fresh(run, 0.2, succeeded, failed, stop)
    assert [(text.count("\n"), wait) for text, wait in told] == [(0, 0.2)]
    assert told[0][0].startswith(f"no answer from {nobody.uri}")
    assert len(done) == 2


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_schedule_that_is_ended_by_sigterm_ends_well(
    toy: Neo4jGraph, neo4j_settings: Settings, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "NEO4J_URI": neo4j_settings.uri,
        "NEO4J_PASSWORD": neo4j_settings.password,
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        sys.executable,
        "-c",
        "from cli.main import main; main()",
        "refresh",
        "--every",
        "1d",
        "--quiet",
    ]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("embedded 0 of 26 texts in ")
        assert process.stdout.readline().startswith("derived: nothing changed in ")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "refresh: stopped\n")


def test_waits_double_up_to_the_pace_of_the_schedule() -> None:
    assert [wait_after(n, 60.0) for n in range(6)] == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    assert wait_after(10_000, 60.0) == 60.0


@pytest.mark.parametrize(
    ("span", "seconds"), [("90s", 90), ("15m", 900), (" 1h ", 3600), ("2 d", 172800)]
)
def test_a_span_is_read(span: str, seconds: int) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "1", "h", "0h", "-1h", "1 week", "1h30m"])
def test_what_is_no_span_says_what_is(span: str) -> None:
    with pytest.raises(
        OptionError, match="is no span of time up to a year: say it like 15m, 1h or 1d"
    ):
        seconds_of(span)


def _meta(graph: Neo4jGraph) -> Row:
    found: Row = graph.read("doctor/meta")[0]["meta"]
    return found


def _free_port() -> int:
    ports = choose(None, lambda _: None)
    assert are_free(ports)
    return ports.bolt


def _run(driver: Driver, cypher: str) -> None:
    with driver.session() as session:
        session.run(cypher).consume()
