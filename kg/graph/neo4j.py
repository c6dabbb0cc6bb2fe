"""Run the `.cypher` files on a Neo4j server: the one file that imports its driver."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import cache
from typing import Any, TypeVar

import neo4j
import numpy as np
from neo4j import exceptions as failures
from neo4j.vector import Vector

from kg.connection import Settings, check_address
from kg.errors import KgrecError
from kg.graph import Call, Row
from kg.graph.failures import explained, new_enough, no_address
from kg.queries import Query, query

Answer = TypeVar("Answer")


class Neo4jGraph:
    """A Neo4j database as a Graph: one driver and one bounded pool of threads.

    `patience` is how many seconds a lost connection is tried again before it is given up, `timeout`
    how many a read or a `write` may take (None: as many as it needs).
    `strict` turns every notification of the server (deprecations, bad plans) into a warning.
    Raises ConnectionFailed where the server cannot be reached or refuses the login, GraphError
    where it is too old.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        threads: int = 4,
        patience: float = 15.0,
        timeout: float | None = None,
        strict: bool = False,
    ) -> None:
        self.settings = settings
        self._timeout = timeout
        self._patience = patience
        self._driver = _driver(settings, patience, strict)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="kgrec-read")
        self._commits = threading.Lock()
        try:
            self.server = self._connect()
        except BaseException:
            self.close()
            raise

    def within(self, timeout: float | None) -> "Neo4jGraph":
        """The same, with the same connections, whose reads and writes may take `timeout` seconds.

        Closing this one closes both.
        """
        other = copy(self)
        other._timeout = timeout
        return other

    def read(self, name: str, **params: object) -> list[Row]:
        """Rows of the query `name`; a lost connection is retried, since reading changes nothing.

        Columns called `embedding` come as float32 arrays [d].
        """
        asked = _checked(name, params)

        def attempt() -> list[Row]:
            with self._session(neo4j.READ_ACCESS) as session:
                timely = neo4j.Query(_in_one(asked), timeout=self._timeout)
                return _rows(asked, session.run(timely, _packed(params)))

        return self._patiently(asked, attempt)

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """The rows of independent queries, run side by side, in the order of `calls`."""
        if not calls:
            return []
        others = [self._threads.submit(self.read, name, **given) for name, given in calls[1:]]
        name, given = calls[0]
        first = self.read(name, **given)  # this thread would only wait otherwise
        return [first, *(other.result() for other in others)]

    def write(self, name: str, **params: object) -> list[Row]:
        """Run the writing query `name` in one transaction, retried where that is safe."""
        asked = _checked(name, params)

        @neo4j.unit_of_work(timeout=self._timeout)
        def work(transaction: neo4j.ManagedTransaction) -> list[Row]:
            return _decoded(transaction.run(asked.text, _packed(params)))

        def attempt() -> list[Row]:
            with self._driver.session(database=self.settings.database) as session:
                return session.execute_write(work)

        return self._named(asked.name, attempt)

    def create(self, name: str, **params: object) -> list[Row]:
        """Run a statement that only creates relationships, once, beside others of its kind.

        Their commits take turns: it is at commit that Neo4j locks the chains of relationships that
        two nodes share, and two commits at a time end in deadlocks.
        """
        asked = _checked(name, params)

        def attempt() -> list[Row]:
            with (
                self._session(neo4j.WRITE_ACCESS) as session,
                session.begin_transaction() as transaction,
            ):
                rows = _decoded(transaction.run(asked.text, _packed(params)))
                with self._commits:
                    transaction.commit()
                return rows

        return self._named(name, attempt)

    def run_auto(self, name: str, **params: object) -> list[Row]:
        """Run a statement that opens its own transactions (IN TRANSACTIONS, schema), once."""
        asked = _checked(name, params)
        return self._named(name, lambda: self._rows(asked.text, params, neo4j.WRITE_ACCESS))

    def ask(self, cypher: str, **params: object) -> list[Row]:
        """Rows of a reading statement that is no file of kgrec's, as a person would paste it."""
        timely = neo4j.Query(cypher, timeout=self._timeout)
        return self._named("query", lambda: self._rows(timely, params, neo4j.READ_ACCESS))

    def plan(self, name: str, **params: object) -> Mapping[str, Any]:
        """The plan of the query `name`: nested operators with `operatorType` and `children`."""
        text = _in_one(query(name)).replace("CYPHER 25", "CYPHER 25 EXPLAIN", 1)

        def attempt() -> Mapping[str, Any]:
            # The server would remark on every parameter that is not given.
            with self._session(neo4j.READ_ACCESS, notifications_min_severity="OFF") as session:
                return session.run(text, _packed(params)).consume().plan or {}

        return self._named(name, attempt)

    def close(self) -> None:
        """Give back connections and threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._driver.close()

    def __enter__(self) -> "Neo4jGraph":
        """Use the graph in a `with` block, closed at its end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _session(self, access: str, **more: Any) -> neo4j.Session:
        database = self.settings.database
        return self._driver.session(database=database, default_access_mode=access, **more)

    def _rows(
        self, text: str | neo4j.Query, params: Mapping[str, object], access: str
    ) -> list[Row]:
        with self._session(access) as session:
            return _decoded(session.run(text, _packed(params)))

    def _connect(self) -> str:
        def agent() -> str:
            with self._session(neo4j.READ_ACCESS) as session:
                return str(session.run("RETURN 1").consume().server.agent)

        return new_enough(self._named("connect", agent))

    def _patiently(self, asked: Query, attempt: Callable[[], Answer]) -> Answer:
        """Try again, each time a little later, while errors are passing and patience lasts."""
        give_up = time.monotonic() + self._patience
        delay = 0.1
        while True:
            try:
                return attempt()
            except (failures.Neo4jError, failures.DriverError) as error:
                if not error.is_retryable() or time.monotonic() + delay > give_up:
                    raise _explained(error, asked.name, self.settings) from error
            time.sleep(delay)
            delay = min(2 * delay, 2.0)

    def _named(self, name: str, attempt: Callable[[], Answer]) -> Answer:
        try:
            return attempt()
        except (failures.Neo4jError, failures.DriverError) as error:
            raise _explained(error, name, self.settings) from error


def _driver(settings: Settings, patience: float, strict: bool) -> neo4j.Driver:
    notifications: dict[str, Any] = (
        # Names that the graph does not have yet are no fault of a query.
        {
            "warn_notification_severity": "INFORMATION",
            "notifications_disabled_classifications": ["UNRECOGNIZED"],
        }
        if strict
        else {"notifications_min_severity": "OFF"}
    )
    check_address(settings.uri)
    try:
        return neo4j.GraphDatabase.driver(
            settings.uri,
            auth=(settings.username, settings.password),
            max_transaction_retry_time=patience,
            connection_timeout=10.0,
            telemetry_disabled=True,
            user_agent="kgrec",
            **notifications,
        )
    except (failures.ConfigurationError, ValueError) as error:
        raise no_address(settings.uri) from error


def _checked(name: str, params: Mapping[str, object]) -> Query:
    asked = query(name)
    asked.check(params)
    return asked


_IN_ONE = ("resolve/", "walk/", "score/", "export/")


@cache
def _in_one(asked: Query) -> str:
    """The query's text; where speed counts with all of its rows in one record.

    The driver spends 50 microseconds on a record, hardly one on a row of a list.
    """
    if not asked.name.startswith(_IN_ONE):
        return asked.text
    body = asked.text.replace("CYPHER 25", "", 1)
    return f"CYPHER 25\nCALL () {{{body}}}\nRETURN collect([{', '.join(asked.columns)}]) AS rows"


def _rows(asked: Query, result: neo4j.Result) -> list[Row]:
    if not asked.name.startswith(_IN_ONE):
        return _decoded(result)
    packed: list[list[Any]] = result.single(strict=True)["rows"]
    rows = [dict(zip(asked.columns, values, strict=True)) for values in packed]
    if "embedding" in asked.columns:
        return [{**row, "embedding": _plain(row["embedding"])} for row in rows]
    return rows


def _decoded(result: neo4j.Result) -> list[Row]:
    keys = result.keys()
    return [dict(zip(keys, map(_plain, record.values()), strict=True)) for record in result]


def _plain(value: object) -> object:
    """A VECTOR arrives as packed big-endian numbers: a numpy array [d], float32."""
    return value.to_numpy().astype(np.float32) if isinstance(value, Vector) else value


def _packed(params: Mapping[str, object]) -> dict[str, object]:
    """Arrays of float32, and lists of them, as VECTOR: several times as fast to send as a list."""
    return {name: _vectors(value) for name, value in params.items()}


def _vectors(value: object) -> object:
    if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        return [Vector.from_numpy(each) for each in value]
    return Vector.from_numpy(value) if isinstance(value, np.ndarray) else value


def _explained(error: failures.GqlError, name: str, settings: Settings) -> KgrecError:
    message = getattr(error, "message", None) or str(error)
    return explained(getattr(error, "code", None), message, name, settings)
