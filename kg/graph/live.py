"""A copy of a graph in memory, and what happened since: a user's latest events count at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import polars as pl

from kg.graph import Call, Row
from kg.graph.memory import MemoryGraph
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


Happenings = tuple[Happened, ...]


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
        self._since: dict[str, Happenings] = {}
        self._met: set[str] = set()
        self._forgotten: set[str] = set()
        self._lock = Lock()
        self.add(since)

    def add(self, events: Iterable[Happened]) -> None:
        """The next read knows of these events; of one that is known already nothing changes."""
        with self._lock:
            for each in events:
                if each.product_id in self.copy.snapshot.products.code:
                    known = self._since.get(each.user_id, ())
                    self._since[each.user_id] = (*known, each)

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
            return (*known, *self._since.get(user_id or "", ()))

    def forget(self, user_id: str) -> None:
        """The next read knows of no such user."""
        with self._lock:
            self._forgotten.add(user_id)
            self._since.pop(user_id, None)
            self._met.discard(user_id)

    def take_rules(self, rules: Rules) -> None:
        """The next read knows of these rules, unless it knows of later ones."""
        with self._lock:
            if self.copy.rules.revision <= rules.revision:
                self.copy.rules = rules

    def twin(self) -> "LiveGraph":
        """Another that knows the same, and goes on by itself."""
        with self._lock:
            other = LiveGraph(MemoryGraph(self.copy.snapshot, self.copy.rules))
            other._since, other._met = dict(self._since), set(self._met)
            other._forgotten = set(self._forgotten)
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
            since, met = self._since.get(user_id, ()), user_id in self._met
        new = [each for each in since if until is None or each.at < until]
        if not new:
            return rows or ([_nothing(number)] if met else [])
        known = {row["product_id"]: row for row in rows if row["product_id"] is not None}
        for each in sorted(new, key=lambda event: (event.at, event.value or 0.0)):
            known[each.product_id] = _with(number, known.get(each.product_id), each)
        return sorted(known.values(), key=lambda row: (-row["at"], row["product_id"]))


def _nothing(number: int) -> Row:
    """The history of a user who did nothing."""
    return {"request": number, "product_id": None, "at": None, "types": [], "value": None}


def _with(number: int, row: Row | None, event: Happened) -> Row:
    """A product's row of a history, with one more event."""
    before = row or {"at": event.at, "types": [], "value": None}
    rated = event.type == "RATED" and event.value is not None
    return {
        "request": number,
        "product_id": event.product_id,
        "at": max(before["at"], event.at),
        "types": sorted({*before["types"], event.type}),
        "value": event.value if rated else before["value"],
    }
