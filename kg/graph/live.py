"""A copy of a graph in memory, and what happened since: a user's latest events count at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import polars as pl

from kg.graph import Call, Row
from kg.graph.memory import MemoryGraph
from kg.graph.memory.resolve import Event, events_of, history_rows
from kg.graph.memory.rules import Rules

Change = Callable[["LiveGraph"], None]
"""What is done to a copy because the graph has seen it already."""


@dataclass(frozen=True)
class Happened:
    """An event since the copy was made."""

    user_id: str
    product_id: str
    type: str
    at: int
    value: float | None

    @property
    def event(self) -> Event:
        """The event, without whose it is."""
        return Event(self.product_id, self.type, self.at, self.value)


def happened(events: pl.DataFrame) -> list[Happened]:
    """Canonical events [n], as SCHEMAS["events"] says them."""
    columns = list(Happened.__dataclass_fields__)
    return [Happened(*row) for row in events.select(columns).iter_rows()]


class LiveGraph:
    """A MemoryGraph whose histories have what happened since. Safe to share between threads.

    Events of products that the copy does not have wait for the next copy.
    """

    def __init__(self, copy: MemoryGraph, since: Iterable[Happened] = ()) -> None:
        self.copy = copy
        self._since: dict[str, dict[Event, None]] = {}
        self._replaced: dict[str, tuple[Event, ...]] = {}
        self._met: set[str] = set()
        self._forgotten: set[str] = set()
        self._lock = Lock()
        self.add(since)

    def add(self, events: Iterable[Happened], instead_of: Iterable[Happened] = ()) -> None:
        """The next read knows of these events, and no more of those that they replace; an event
        that is known already changes nothing.
        """
        known = self.copy.snapshot.products.code
        with self._lock:
            for user_id, some in _by_user(instead_of).items():
                since = self._since.get(user_id, {})
                copied = [event for event in some if event not in since]
                self._replaced[user_id] = (*self._replaced.get(user_id, ()), *copied)
                self._since[user_id] = {event: None for event in since if event not in some}
            for user_id, some in _by_user(events).items():
                copied = self._copied(user_id)
                new = [e for e in some if e.product_id in known and e not in copied]
                if new:
                    self._since.setdefault(user_id, {}).update(dict.fromkeys(new))

    def meet(self, user_id: str) -> None:
        """The next read knows that there is such a user."""
        with self._lock:
            self._met.add(user_id)

    def since(self, user_id: str | None) -> tuple[object, ...] | None:
        """What became known of a user since the copy was made, None for one who is forgotten."""
        with self._lock:
            if user_id in self._forgotten:
                return None
            known = ("known",) if user_id in self._met else ()
            replaced = self._replaced.get(user_id or "", ())
            return (*known, *replaced, *self._since.get(user_id or "", ()))

    def forget(self, user_id: str) -> None:
        """The next read knows of no such user."""
        with self._lock:
            self._forgotten.add(user_id)
            self._since.pop(user_id, None)
            self._replaced.pop(user_id, None)
            self._met.discard(user_id)

    def known_users(self) -> set[str]:
        """The ids of all users, the forgotten left out."""
        with self._lock:
            known = {*self.copy.snapshot.users, *self._since, *self._met}
            return known - self._forgotten

    def take_rules(self, rules: Rules) -> None:
        """The next read knows of these rules, unless it knows of later ones."""
        with self._lock:
            if self.copy.rules.revision <= rules.revision:
                self.copy.rules = rules

    def twin(self) -> "LiveGraph":
        """Another that knows the same, and goes on by itself."""
        with self._lock:
            other = LiveGraph(MemoryGraph(self.copy.snapshot, self.copy.rules))
            other._since = {user_id: dict(some) for user_id, some in self._since.items()}
            other._replaced = dict(self._replaced)
            other._met, other._forgotten = set(self._met), set(self._forgotten)
            return other

    def __getstate__(self) -> dict[str, object]:
        """What another process is to know."""
        return {name: part for name, part in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Know it, behind a lock of its own."""
        vars(self).update(state, _lock=Lock())

    def read(self, name: str, **params: Any) -> list[Row]:
        """Rows of the query `name`. Raises MissingParams."""
        if name == "resolve/users":
            return self._users(**params)
        rows = self.copy.read(name, **params)
        return self._histories(rows, params["requests"]) if name == "resolve/history" else rows

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """The rows of several queries, one after the other."""
        return [self.read(name, **given) for name, given in calls]

    @property
    def product_ids(self) -> Sequence[str]:
        """The ids of all products, sorted."""
        return self.copy.product_ids

    def as_of(self, until: int) -> MemoryGraph:
        """The copy as it was before `until` (exclusive), derived again."""
        return self.copy.as_of(until)

    def close(self) -> None:
        """Nothing to give back."""

    def _users(self, prefix: str, limit: int) -> list[Row]:
        """Those of the copy and those who came since, without the forgotten."""
        with self._lock:
            new = {each for each in self._met.union(self._since) if each.startswith(prefix)}
            gone = set(self._forgotten)
        rows = self.copy.read("resolve/users", prefix=prefix, limit=limit + len(gone))
        known = new.union(row["user_id"] for row in rows) - gone
        return [{"user_id": each} for each in sorted(known)[:limit]]

    def _histories(self, rows: Sequence[Row], requests: Sequence[Mapping[str, Any]]) -> list[Row]:
        by_request: dict[int, list[Row]] = {}
        for row in rows:
            by_request.setdefault(row["request"], []).append(row)
        found: list[Row] = []
        for number, request in enumerate(requests):
            found += self._history(number, by_request.get(number, []), request)
        return found

    def _history(self, number: int, rows: list[Row], request: Mapping[str, Any]) -> list[Row]:
        user_id, until = request["user_id"], request["until"]
        with self._lock:
            if user_id in self._forgotten:
                return []
            since, replaced = self._since.get(user_id, {}), user_id in self._replaced
            if since or replaced:
                return history_rows(number, [*self._copied(user_id), *since], until)
            return rows or (history_rows(number, (), until) if user_id in self._met else [])

    def _copied(self, user_id: str) -> list[Event]:
        """A user's events in the copy, without those that were replaced since."""
        events = events_of(self.copy.snapshot, user_id) or []
        for each in self._replaced.get(user_id, ()):
            if each in events:
                events.remove(each)
        return events


def _by_user(events: Iterable[Happened]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for each in events:
        found.setdefault(each.user_id, []).append(each.event)
    return found
