"""The server engine: what it refuses, what it tries again, and how it says what went wrong."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np
import pytest

from kg.connection import Settings
from kg.errors import ConnectionFailed, GraphError, MissingParams, ServerFailed, TooSlow
from kg.graph.failures import explained, new_enough
from kg.graph.neo4j import Neo4jGraph

neo4j = pytest.mark.neo4j


class Wire:
    """A wire to a server that can be cut: it forwards a port's connections to another's."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def _begin(self, work: Callable[..., None], *given: socket.socket) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with self._listener, suppress(OSError):  # which says that it was shut down
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                self._begin(self._forward, near, far)
                self._begin(self._forward, far, near)

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with one, suppress(OSError):  # which says that it was cut
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Break every connection; new ones can be made."""
        for end in self._ends:
            with suppress(OSError):  # which says that it is closed
                end.shutdown(socket.SHUT_RDWR)

    def remove(self) -> None:
        """Break every connection and take no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def wire(neo4j_settings: Settings) -> Iterator[Wire]:
    address = urlsplit(neo4j_settings.uri)
    assert address.hostname is not None
    assert address.port is not None
    wire = Wire((address.hostname, address.port))
    yield wire
    wire.remove()


def through(wire: Wire, settings: Settings) -> Settings:
    return replace(settings, uri=f"bolt://127.0.0.1:{wire.port}")


def test_an_address_that_is_none_says_what_one_looks_like() -> None:
    with pytest.raises(ConnectionFailed, match=r"^'localhost:7687' is no address .* bolt://"):
        Neo4jGraph(Settings("localhost:7687"))


def test_a_refused_connection_says_how_to_start_a_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    with pytest.raises(ConnectionFailed) as failure:
        Neo4jGraph(Settings(f"bolt://127.0.0.1:{free}"))
    assert str(failure.value) == (
        f"no answer from bolt://127.0.0.1:{free}: Couldn't connect to 127.0.0.1:{free};"
        " start the server (kgrec db start) or set NEO4J_URI"
    )


@neo4j
def test_a_wrong_password_says_what_to_check(neo4j_settings: Settings) -> None:
    with pytest.raises(ConnectionFailed) as failure:
        Neo4jGraph(replace(neo4j_settings, password="wrong-password"))
    assert str(failure.value) == (
        f"{neo4j_settings.uri} refuses the login of neo4j; check NEO4J_USERNAME and NEO4J_PASSWORD"
    )


@neo4j
def test_a_missing_database_is_named(neo4j_settings: Settings) -> None:
    with pytest.raises(ConnectionFailed, match=r"has no database shop; set NEO4J_DATABASE$"):
        Neo4jGraph(replace(neo4j_settings, database="shop"))


@pytest.mark.parametrize("agent", ["Neo4j/5.26.12", "Neo4j/2026.03.0", "Neo4j/4.4", "other"])
def test_a_server_below_the_floor_is_refused(agent: str) -> None:
    with pytest.raises(GraphError, match=r"needs 2026\.04 or newer: upgrade it$"):
        new_enough(agent)


@pytest.mark.parametrize("agent", ["Neo4j/2026.04.0", "Neo4j/2027.01.1", "Neo4j/5.27-aura"])
def test_a_server_from_the_floor_on_is_taken(agent: str) -> None:
    assert new_enough(agent) == agent.removeprefix("Neo4j/")


def test_a_password_that_must_be_changed_counts_as_a_refused_login() -> None:
    code = "Neo.ClientError.Security.CredentialsExpired"
    error = explained(code, "Change it.", "connect", Settings("bolt://here"))
    assert isinstance(error, ConnectionFailed)
    assert str(error).startswith("bolt://here refuses the login of neo4j;")


def test_any_other_failure_names_its_query_in_one_line() -> None:
    code = "Neo.DatabaseError.General.UnknownError"
    error = explained(code, "It broke.\n  at line 1", "walk/brand", Settings("bolt://here"))
    assert str(error) == "walk/brand: It broke"


@pytest.mark.parametrize(
    ("code", "passing"),
    [
        ("Neo.TransientError.Transaction.DeadlockDetected", True),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", True),
        ("Neo.ClientError.Statement.TypeError", False),
    ],
)
def test_a_failure_of_the_servers_own_is_told_from_one_of_the_statement(
    code: str, passing: bool
) -> None:
    error = explained(code, "It broke.", "load/users", Settings("bolt://here"))
    assert isinstance(error, GraphError)
    assert isinstance(error, ServerFailed) is passing


@neo4j
def test_a_missing_parameter_is_named(neo4j_graph: Neo4jGraph) -> None:
    with pytest.raises(MissingParams, match="walk/brand needs requests"):
        neo4j_graph.read("walk/brand")


@neo4j
def test_reads_side_by_side_answer_in_their_order(neo4j_graph: Neo4jGraph) -> None:
    neo4j_graph.run_auto("schema/category_key")
    calls = [("resolve/subtree", {"category_ids": ["a"]}), ("resolve/meta", {})] * 5
    assert neo4j_graph.read_all(calls) == [[]] * 10
    assert neo4j_graph.read_all([]) == []


@neo4j
def test_one_failing_read_of_several_is_raised(neo4j_graph: Neo4jGraph) -> None:
    with pytest.raises(MissingParams, match="resolve/subtree needs category_ids"):
        neo4j_graph.read_all([("resolve/meta", {}), ("resolve/subtree", {})])


@neo4j
def test_reading_cannot_write(neo4j_graph: Neo4jGraph) -> None:
    with pytest.raises(GraphError, match="not allowed"):
        neo4j_graph.ask("CREATE (:Product {product_id: 'x'})")
    assert neo4j_graph.ask("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


@neo4j
def test_vectors_travel_as_arrays(neo4j_graph: Neo4jGraph) -> None:
    sent = np.array([0.1, -2.5, 1e-20], np.float32)
    (row,) = neo4j_graph.ask("CYPHER 25 RETURN $v AS v, valueType($v) AS type", v=sent)
    assert row["type"] == "VECTOR<FLOAT32 NOT NULL>(3) NOT NULL"
    assert (row["v"].dtype, row["v"].tolist()) == (np.float32, sent.tolist())


@neo4j
def test_a_failing_query_is_named_in_one_line(neo4j_graph: Neo4jGraph) -> None:
    with pytest.raises(GraphError) as failure:
        neo4j_graph.read("resolve/vector_products_a", vectors=[[1.0]], limit=5)
    assert str(failure.value).startswith("resolve/vector_products_a: ")
    assert "\n" not in str(failure.value)


@neo4j
def test_a_lost_connection_is_made_again(wire: Wire, neo4j_settings: Settings) -> None:
    with Neo4jGraph(through(wire, neo4j_settings), patience=5.0) as graph:
        assert graph.read("resolve/subtree", category_ids=[]) == []
        wire.cut()
        assert graph.read("resolve/subtree", category_ids=[]) == []


@neo4j
def test_a_lost_server_is_named_once_patience_is_over(wire: Wire, neo4j_settings: Settings) -> None:
    with Neo4jGraph(through(wire, neo4j_settings), patience=1.0) as graph:
        wire.remove()
        started = time.monotonic()
        with pytest.raises(ConnectionFailed, match=r"^no answer from .* \(kgrec db start\)"):
            graph.read("resolve/meta")
        assert time.monotonic() - started < 10


@neo4j
def test_a_plan_shows_its_operators(neo4j_graph: Neo4jGraph) -> None:
    plan = neo4j_graph.plan("resolve/meta")
    assert plan["operatorType"] == "ProduceResults@neo4j"
    assert plan["children"]


@pytest.mark.neo4j
def test_a_read_that_takes_longer_than_it_may_is_ended(neo4j_settings: Settings) -> None:
    with Neo4jGraph(neo4j_settings, patience=0.1, timeout=0.2) as graph:
        begun = time.monotonic()
        with pytest.raises(TooSlow, match="too long"):
            graph.ask("UNWIND range(1, 100000000000) AS n RETURN count(n % 7 + n % 11) AS n")
        assert time.monotonic() - begun < 30
        assert graph.ask("RETURN 1 AS n") == [{"n": 1}]
