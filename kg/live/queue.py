"""Events that wait on disk while Neo4j is away, and are handed on in order once it is back.

Those that are refused then are set aside in the same file: nothing waits behind them for ever. An
event may be handed on twice, where a program ends in between: those without an `event_id` count
once all the same, as each has an id of its own, none doubled.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from kg.database import Database
from kg.errors import ConnectionFailed, KgrecError, ServerFailed
from kg.live.events import RejectedEvent
from kg.live.rows import text_of
from kg.load.forgotten import CODE as FORGOTTEN
from kg.load.forgotten import hash_of

FILE = "events.sqlite"

MOST = 1_000_000
"""Events that are kept, and as many that were refused, the newest."""

BATCH = 500
"""Events that are handed on together."""

ADVICE = "restore it, or move it away; events that wait in it are lost then"

ALIKE = 10
"""So many events of a batch are tried one by one: where all are refused, the rest is too."""

REFUSED = "refused"
"""The code of events that the graph did not take at all, as when it is empty."""

PASSING = (ConnectionFailed, ServerFailed)
"""Errors that have nothing to do with the events: they wait on."""

Event = Mapping[str, Any]
Take = Callable[[Sequence[Event], Sequence[int]], Iterable[RejectedEvent]]
"""Takes events [n] that happened at moments [n] where they do not say when; which it rejected."""

Row = tuple[int, int, str]
"""A place in the queue, when the event was kept, and the event as JSON."""


@dataclass(frozen=True)
class Refused:
    """An event that was kept `at` a moment, and refused later: the code of the reason, and why."""

    at: int
    refused_at: int
    code: str
    reason: str
    event: Event


_TABLES = (
    "CREATE TABLE IF NOT EXISTS waiting"
    " (place INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, event TEXT)",
    "CREATE TABLE IF NOT EXISTS refused (place INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " refused_at INTEGER, code TEXT, reason TEXT, event TEXT)",
    "CREATE TABLE IF NOT EXISTS forgotten (hash TEXT PRIMARY KEY)",
)
_REFUSE = "INSERT INTO refused (at, refused_at, code, reason, event) VALUES (?, ?, ?, ?, ?)"
_IS_FORGOTTEN = "SELECT 1 FROM forgotten WHERE hash = ?"
_TRIM = f"DELETE FROM refused WHERE place <= (SELECT max(place) FROM refused) - {MOST}"  # noqa: S608


class EventQueue:
    """A file of events that wait, and of those that were refused. Safe to share between threads,
    and between processes.
    """

    def __init__(self, file: Path) -> None:
        self._replaying = Lock()
        self._db = Database(file, _TABLES, ADVICE)

    def __len__(self) -> int:
        """How many wait."""
        return self._count("waiting")

    @property
    def set_aside(self) -> int:
        """How many were refused."""
        return self._count("refused")

    @property
    def oldest_at(self) -> int | None:
        """Since when the first of those that wait does so."""
        rows = self._first(1)
        return rows[0][1] if rows else None

    def put(self, events: Sequence[Event], now: int | None = None) -> None:
        """Keep events behind those that wait. Raises ConnectionFailed where that cannot be."""
        if len(self) + len(events) > MOST:
            raise ConnectionFailed("the graph's server is away, and no more events can be kept")
        at = int(time.time()) if now is None else now
        rows = [(at, json.dumps(event)) for event in events]
        try:
            with self._db.writing() as db:
                db.executemany("INSERT INTO waiting (at, event) VALUES (?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise ConnectionFailed(
                f"the graph's server is away, and events cannot be kept: {error}"
            ) from error

    def replay(self, take: Take) -> int:
        """Hand on what waits, in order; how many events did not wait on.

        Those that `take` rejects are set aside, and those of a batch that it refuses whatever is
        done. Where it raises ConnectionFailed or ServerFailed, the events of that batch wait on.
        """
        done = 0
        with self._replaying:
            while rows := self._first(BATCH):
                self._settle(rows, _handed_on(rows, take))
                done += len(rows)
            if done:
                self._db.wipe()
        return done

    def refused(self) -> list[Refused]:
        """Those that were refused, the oldest first."""
        asked = "SELECT at, refused_at, code, reason, event FROM refused ORDER BY place"
        with self._db.reading() as db:
            rows = db.execute(asked).fetchall()
        return [
            Refused(at, when, code, why, json.loads(event)) for at, when, code, why, event in rows
        ]

    def knows(self, hashed: str) -> bool:
        """Is there an event of a user, by the hash of the id?"""
        asked = "SELECT event FROM waiting UNION ALL SELECT event FROM refused"
        with self._db.reading() as db:
            return any(_whose(event) == hashed for (event,) in db.execute(asked))

    def refusals(self) -> dict[str, int]:
        """How many were refused, by code."""
        with self._db.reading() as db:
            return dict(db.execute("SELECT code, count(*) FROM refused GROUP BY code").fetchall())

    def retry(self) -> int:
        """Let those that were refused wait again, behind the others; how many."""
        with self._db.writing() as db:
            db.execute(
                "INSERT INTO waiting (at, event) SELECT at, event FROM refused ORDER BY place"
            )
            return db.execute("DELETE FROM refused").rowcount

    def discard(self) -> int:
        """Erase those that were refused; how many."""
        with self._db.writing() as db:
            erased = db.execute("DELETE FROM refused").rowcount
        self._db.wipe()
        return erased

    def forget(self, hashes: Collection[str]) -> int:
        """Erase all events of users, by the hashes of their ids, and set none of theirs aside from
        now on; how many there were.
        """
        with self._db.writing() as db:
            db.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", ((_,) for _ in hashes))
            db.create_function("is_theirs", 1, lambda event: _whose(event) in hashes)
            erased = sum(
                db.execute(f"DELETE FROM {table} WHERE is_theirs(event)").rowcount  # noqa: S608
                for table in ("waiting", "refused")
            )
        self._db.wipe()
        return erased

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _count(self, table: str) -> int:
        with self._db.reading() as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608

    def _first(self, most: int) -> list[Row]:
        asked = "SELECT place, at, event FROM waiting ORDER BY place LIMIT ?"
        with self._db.reading() as db:
            return db.execute(asked, (most,)).fetchall()

    def _settle(self, rows: Sequence[Row], rejected: Iterable[RejectedEvent]) -> None:
        """Rows wait no more; those that were rejected are set aside, but for forgotten users'."""
        now = int(time.time())
        with self._db.writing() as db:
            db.executemany("DELETE FROM waiting WHERE place = ?", ((row[0],) for row in rows))
            for each in rejected:
                _, at, event = rows[each.index]
                gone = db.execute(_IS_FORGOTTEN, (_whose(event),)).fetchone()
                if each.code != FORGOTTEN and gone is None:
                    db.execute(_REFUSE, (at, now, each.code, each.reason, event))
            db.execute(_TRIM)


def _whose(event: str) -> str:
    """The hash of the id of an event's user."""
    return hash_of((text_of(json.loads(event).get("user_id")) or "").strip())


def _handed_on(rows: Sequence[Row], take: Take) -> list[RejectedEvent]:
    """What `take` rejects of rows [n]; where it refuses them all, they are tried one by one."""
    events = [json.loads(event) for _, _, event in rows]
    try:
        return list(take(events, [at for _, at, _ in rows]))
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001 - else all that comes later would wait for ever
        if len(rows) == 1:
            return [RejectedEvent(0, text_of(events[0].get("event_id")), REFUSED, _reason(error))]
    found: list[RejectedEvent] = []
    for at, row in enumerate(rows):
        found += [_at(at, each) for each in _handed_on([row], take)]
        if at + 1 == ALIKE and [each.code for each in found] == [REFUSED] * ALIKE:
            return found + [_at(later, found[-1]) for later in range(ALIKE, len(rows))]
    return found


def _at(index: int, rejected: RejectedEvent) -> RejectedEvent:
    return RejectedEvent(index, rejected.event_id, rejected.code, rejected.reason)


def _reason(error: Exception) -> str:
    """An error that nobody expected may name a person."""
    return str(error) if isinstance(error, KgrecError) else f"an error: {type(error).__name__}"
