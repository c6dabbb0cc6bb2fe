"""A copy of a graph in memory that keeps up: with changes at once, with the graph when it moves."""

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from kg.graph.live import LiveGraph
from kg.graph.memory import MemoryGraph
from kg.recommend.served import read_meta
from kg.snapshot import export

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

Change = Callable[[LiveGraph], None]


class Copy:
    """A copy of a graph, `graph`, that is served until `turn` puts a renewed one into its place.

    Safe to share between threads.
    """

    def __init__(self, store: "Neo4jGraph") -> None:
        self._store = store
        self._lock = Lock()
        self._meanwhile: list[Change] | None = None
        self._fresh: tuple[LiveGraph, float] | None = None
        self._made_at = time.monotonic()
        self.graph = LiveGraph(MemoryGraph(export(store)))

    @property
    def age_s(self) -> float:
        """How long ago the copy was made."""
        return time.monotonic() - self._made_at

    def change(self, change: Change) -> None:
        """Make a change that the graph has seen already, also in a copy that is yet to come."""
        with self._lock:
            change(self.graph)
            if self._fresh is not None:
                change(self._fresh[0])
            if self._meanwhile is not None:
                self._meanwhile.append(change)

    def renewed(self) -> LiveGraph | None:
        """A newer copy to be turned to, None where the graph has the revision of this one."""
        if read_meta(self._store).revision == read_meta(self.graph).revision:
            return None
        with self._lock:
            self._meanwhile = []
        begun = time.monotonic()
        try:
            fresh = LiveGraph(MemoryGraph(export(self._store)))
        except BaseException:
            self._meanwhile = None
            raise
        with self._lock:
            for change in self._meanwhile or ():
                change(fresh)
            self._meanwhile = None
            self._fresh = fresh, begun
        return fresh

    def turn(self) -> None:
        """Serve the renewed copy from now on."""
        with self._lock:
            if self._fresh is not None:
                self.graph, self._made_at = self._fresh
            self._fresh = None
