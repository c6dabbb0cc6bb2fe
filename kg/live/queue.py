"""Keep events on disk while the graph's server is away, and hand them on, in order, when it is
back: none lost, and, as each has an id of its own, none doubled."""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

from kg.errors import ConnectionFailed
from kg.home_files import usable

MOST = 1_000_000
"""Events that are kept."""

BATCH = 500
"""Events that are handed on together."""

ADVICE = "restore it, or move it away; events that wait in it are lost then"

Event = Mapping[str, Any]
Take = Callable[[Sequence[Event], int], object]
"""Takes events, and the moment at which those without a time happened."""


class EventQueue:
    """A file of events that wait. Safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._replaying = Lock()
        with usable(file, ADVICE):
            self._open(file)

    def _open(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        # Written through to the disk before anybody is told that an event is kept.
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA secure_delete = ON")  # what was taken is gone from the disk
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS waiting"
            " (place INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, event TEXT)"
        )

    def __len__(self) -> int:
        """How many wait."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def put(self, events: Sequence[Event], now: int | None = None) -> None:
        """Keep events behind those that wait. Raises ConnectionFailed where there are too many."""
        if len(self) + len(events) > MOST:
            raise ConnectionFailed("the graph's server is away, and no more events can be kept")
        at = int(time.time()) if now is None else now
        rows = [(at, json.dumps(event)) for event in events]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT INTO waiting (at, event) VALUES (?, ?)", rows)
            self._db.execute("COMMIT")

    def replay(self, take: Take) -> int:
        """Hand on what waits, in order, each event removed when it was taken; how many were.

        Whatever `take` raises ends it, with the events of that batch still waiting.
        """
        done = 0
        with self._replaying:
            while rows := self._first():
                at = rows[0][1]
                batch = list(next(groupby(rows, key=itemgetter(1)))[1])
                take([json.loads(row[2]) for row in batch], at)
                with self._lock:
                    self._db.execute("DELETE FROM waiting WHERE place <= ?", (batch[-1][0],))
                done += len(batch)
            if done:
                with self._lock:  # nor does the journal keep it
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return done

    def _first(self) -> list[tuple[int, int, str]]:
        asked = "SELECT place, at, event FROM waiting ORDER BY place LIMIT ?"
        with self._lock:
            return self._db.execute(asked, (BATCH,)).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
