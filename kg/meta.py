"""What kgrec notes about the graph in its one KgrecMeta node, and the lock of the one writer."""

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import psutil

from kg.errors import GraphError, KgrecError
from kg.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

LOCK_SECONDS = 60
"""How long a lock holds without being kept: after that its holder counts as dead."""
BEAT_SECONDS = 15
NOISE_SECONDS = 2.0

_HELD: set[str] = set()
"""The locks that this process holds, or is about to take."""


@dataclass(frozen=True)
class Meta:
    """The properties of KgrecMeta; None for what is not known yet. Times are as in the graph.

    `sources` is JSON (kg.source_records reads it), `until` what the events were cut at,
    `derived_until` what the derived parts were; `newest_at` is the newest event's moment,
    `last_source` was loaded last, `unfinished` is true while a build runs and where one was
    killed; `out_of_stock` is one of kg.stock's.
    """

    schema_version: int = SCHEMA_VERSION
    kgrec_version: str | None = None
    revision: int = 0
    clock: str | None = None
    currency: str | None = None
    language: str | None = None
    encoder: str | None = None
    encoder_revision: str | None = None
    until: int | None = None
    newest_at: int | None = None
    sources: str | None = None
    derived_until: int | None = None
    derived_at: int | None = None
    last_source: str | None = None
    unfinished: bool | None = None
    out_of_stock: str | None = None


def read_meta(graph: "Neo4jGraph") -> tuple[Meta | None, int]:
    """What is noted, None where kgrec has not built the graph, and how many nodes there are."""
    row = graph.read("load/meta")[0]
    if row["meta"] is None:
        return None, row["nodes"]
    known = Meta.__dataclass_fields__.keys() & row["meta"].keys()
    return Meta(**{name: row["meta"][name] for name in known}), row["nodes"]


def built_meta(graph: "Neo4jGraph") -> Meta:
    """What is noted. Raises GraphError where the graph is not kgrec's or of another version."""
    meta, _ = read_meta(graph)
    if meta is None:
        raise GraphError("the graph is empty: fill it with kgrec build-graph SOURCE")
    check_version(meta)
    return meta


def check_version(meta: Meta) -> None:
    """Raise GraphError where another kgrec laid out the graph."""
    if meta.schema_version != SCHEMA_VERSION:
        raise GraphError(
            f"the graph has layout {meta.schema_version}, this kgrec knows {SCHEMA_VERSION};"
            " use the kgrec that built it, or build it anew (kgrec db reset)"
        )


def note(graph: "Neo4jGraph", **properties: Any) -> None:
    """Note properties of the graph; None removes one."""
    graph.write("load/set_meta", properties=properties)


def raise_revision(graph: "Neo4jGraph") -> int:
    """Tell readers that the graph changed; the new revision."""
    return int(graph.write("load/raise_revision")[0]["revision"])


class Lock:
    """The writer's lock, held. It is kept by a thread until it is freed or lost."""

    def __init__(self, graph: "Neo4jGraph", owner: str) -> None:
        self.id = uuid.uuid4().hex
        self.owner = f"{owner} (process {os.getpid()} on {socket.gethostname()})"
        self._graph = graph
        self._done = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._beat, name="kgrec-lock", daemon=True)

    def take(self) -> None:
        """Take the lock. Raises GraphError that says who holds it, and since when."""
        _HELD.add(self.id)  # before it is seen in the graph: other threads take it for dead else
        try:
            holder = self._ask(free=None)
            if holder["id"] != self.id and _is_dead(holder["id"], holder["process"]):
                holder = self._ask(free=holder["id"])
            if holder["id"] != self.id:
                raise GraphError(_held(holder))
        except BaseException:
            _HELD.discard(self.id)
            raise
        self._thread.start()

    def check(self) -> None:
        """Raise GraphError if another writer has taken over, because this one seemed dead."""
        if self._lost:
            raise GraphError(
                "another writer took over while the server could not be reached;"
                " run the same command again, it goes on from here"
            )

    def free(self) -> None:
        """Give the lock back; where the server is gone, it runs out by itself."""
        self._done.set()
        self._thread.join()
        _HELD.discard(self.id)
        with suppress(KgrecError):
            self._graph.write("load/lock_free", id=self.id)

    def _ask(self, free: str | None) -> dict[str, Any]:
        rows = self._graph.write(
            "load/lock_take",
            id=self.id,
            owner=self.owner,
            process=_this_process(),
            seconds=LOCK_SECONDS,
            free=free,
            schema_version=SCHEMA_VERSION,
        )
        return rows[0]

    def _beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            try:
                kept = self._graph.write("load/lock_keep", id=self.id, seconds=LOCK_SECONDS)
            except KgrecError:
                continue  # the server is away; whoever writes will be told, or it comes back
            if not kept:
                self._lost = True
                return


@contextmanager
def writing(graph: "Neo4jGraph", owner: str) -> Iterator[Lock]:
    """Be the one writer of the graph in a `with` block; `owner` is the command's name.

    Makes KgrecMeta where there is none. Raises GraphError where another writer is at work.
    """
    lock = Lock(graph, owner)
    lock.take()
    try:
        yield lock
    finally:
        lock.free()


@cache
def _this_process() -> str:
    return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def _is_dead(id_: str, process: str | None) -> bool:
    """Is the holder of a lock gone: a process of this machine that has ended, or this very one,
    which gave the lock up when the server was away? Other machines cannot be seen.
    """
    if process == _this_process():
        return id_ not in _HELD
    host, _, rest = (process or "").partition("/")
    pid, _, started = rest.partition("/")
    if host != socket.gethostname():
        return False
    try:
        # The same process; only its moment is told with some noise, when clocks are set.
        return abs(psutil.Process(int(pid)).create_time() - float(started)) > NOISE_SECONDS
    except (psutil.NoSuchProcess, ValueError):
        return True


def _held(holder: dict[str, Any]) -> str:
    since = datetime.fromtimestamp(holder["since"] / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    left = max(1, round((holder["until"] - holder["now"]) / 1000))
    return (
        f"{holder['owner']} has been writing to the graph since {since}; wait until it is done"
        f" (should it be dead, its lock ends in {left} s)"
    )
