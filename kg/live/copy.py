"""A copy of a graph in memory that keeps up: with changes at once, with the graph when it moves."""

import time
from collections.abc import Callable
from operator import methodcaller
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar

from kg.graph.live import Change, LiveGraph
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import read_rules
from kg.recommend.rulebook import BUDGETS_S
from kg.recommend.served import read_meta
from kg.snapshot import export

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


COPY_S = 600.0
"""How long Neo4j may take over one read of a copy, which is of all there is of a kind."""


class Follower(Protocol):
    """What is told of every change."""

    def change(self, change: Change) -> None:
        """Make a change."""
        ...


Following = TypeVar("Following", bound=Follower)


class Copy:
    """A copy of a graph, `graph`, that is served until `turn` puts a renewed one into its place.

    Safe to share between threads.
    """

    def __init__(self, store: "Neo4jGraph") -> None:
        self._store = store
        self._lock = Lock()
        self._meanwhile: list[Change] | None = None
        self._followers: list[Follower] = []
        self._fresh: tuple[LiveGraph, float] | None = None
        self._written: dict[str, float] = {}
        self._made_at = time.monotonic()
        self._counted_at = time.monotonic()
        self.graph = _copied(store)

    @property
    def age_s(self) -> float:
        """How long ago the copy was made."""
        return time.monotonic() - self._made_at

    def change(self, change: Change) -> None:
        """Make a change that the graph has seen already, also in a copy that is yet to come."""
        with self._lock:
            self._make(change)
            if self._meanwhile is not None:
                self._meanwhile.append(change)

    def wrote(self, product_id: str) -> None:
        """A product of the graph was put in, changed or taken out."""
        with self._lock:
            self._written[product_id] = time.monotonic()

    def is_behind(self, product_id: str) -> bool:
        """Was a product written that the copy may not have as it is?"""
        with self._lock:
            return product_id in self._written

    def follow(self, begin: Callable[[LiveGraph], Following]) -> Following:
        """What `begin` makes of a twin of the copy, told of every change from now on."""
        with self._lock:
            follower = begin(self.graph.twin())
            self._followers.append(follower)
            return follower

    def unfollow(self, follower: Follower) -> None:
        """Tell it of no more changes."""
        with self._lock:
            self._followers = [each for each in self._followers if each is not follower]

    def follow_rules(self) -> None:
        """Take over the graph's rules where they have changed; each minute what was bought."""
        known, revision = self.graph.copy.rules, read_meta(self._store).rules_revision
        old = known.has_budgets and time.monotonic() - self._counted_at >= BUDGETS_S
        if revision == known.revision and not old:
            return
        self._counted_at = time.monotonic()
        rules = read_rules(self._store, revision)
        with self._lock:
            self._make(methodcaller("take_rules", rules))

    def renewed(self) -> LiveGraph | None:
        """A newer copy to be turned to, None where the graph has the revision of this one."""
        asked = time.monotonic()
        if read_meta(self._store).revision == read_meta(self.graph).revision:
            self._knows(asked)
            return None
        with self._lock:
            self._meanwhile = []
        begun = time.monotonic()
        try:
            fresh = _copied(self._store)
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
                rules = self.graph.copy.rules
                self.graph, self._made_at = self._fresh
                self._make(methodcaller("take_rules", rules))  # some put up while it was read
            self._fresh = None
        self._knows(self._made_at)

    def _knows(self, moment: float) -> None:
        """The copy has what was written before a moment."""
        with self._lock:
            self._written = {id_: at for id_, at in self._written.items() if at >= moment}

    def _make(self, change: Change) -> None:
        """Make a change wherever it is to be known. Whoever asks holds the lock."""
        change(self.graph)
        if self._fresh is not None:
            change(self._fresh[0])
        for each in self._followers:
            each.change(change)


def _copied(store: "Neo4jGraph") -> LiveGraph:
    store = store.within(COPY_S)
    return LiveGraph(MemoryGraph(export(store), read_rules(store)))
