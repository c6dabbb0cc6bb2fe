"""SQLite files beside the graph: open to their owner alone, written through to the disk."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from kg.home_files import usable
from kg.private import private_file

WAIT_S = 10.0
"""How long a process waits for another that writes."""


class Database:
    """A file that several threads and processes share; `tables` are made where they are missing.

    What is deleted is gone from the disk (`wipe` says when), what is written is on it.
    """

    def __init__(self, file: Path, tables: Sequence[str], advice: str) -> None:
        """Open the file. `advice` is what to do where it is damaged. Raises HomeError."""
        self._lock = Lock()
        with usable(file, advice):
            self._open(file, tables)

    def _open(self, file: Path, tables: Sequence[str]) -> None:
        self._db = sqlite3.connect(
            private_file(file), timeout=WAIT_S, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA secure_delete = ON")
        with self.writing() as db:
            for each in tables:
                db.execute(each)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock:
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, of which all is kept or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def wipe(self) -> None:
        """Let the journal keep nothing of what was deleted."""
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
