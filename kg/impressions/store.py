"""Keep impressions and clicks in a file beside the graph: each once, the oldest leaving first."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from kg.database import Database
from kg.impressions.types import Impression
from kg.load.forgotten import hash_of

FILE = "impressions.sqlite"

ADVICE = "restore it, or move it away; the impressions in it are lost then"

KEPT_DAYS = 400
"""A year and a month to compare with; what is older is for those who exported it."""

MOST = 20_000_000
"""Impressions and clicks that are kept, some 4 GB."""

DAY = 86_400
_TABLES = (
    "CREATE TABLE IF NOT EXISTS shown (place INTEGER PRIMARY KEY AUTOINCREMENT,"
    " event_id TEXT NOT NULL, type TEXT NOT NULL, user_id TEXT NOT NULL, product_id TEXT NOT NULL,"
    " at INTEGER NOT NULL, request_id TEXT, rank INTEGER, UNIQUE (type, event_id))",
    "CREATE INDEX IF NOT EXISTS shown_user ON shown (user_id)",
    "CREATE INDEX IF NOT EXISTS shown_at ON shown (at)",
    "CREATE INDEX IF NOT EXISTS clicks ON shown (user_id, product_id, at) WHERE type = 'click'",
    "CREATE TABLE IF NOT EXISTS totals (product_id TEXT PRIMARY KEY,"
    " impressions INTEGER NOT NULL DEFAULT 0, clicks INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS forgotten (hash TEXT PRIMARY KEY)",
)
_COLUMNS = "event_id, type, user_id, product_id, at, request_id, rank"
_INSERT = (
    f"INSERT INTO shown ({_COLUMNS})"  # noqa: S608 - names of our own
    " VALUES (:event_id, :type, :user_id, :product_id, :at, :request_id, :rank)"
    " ON CONFLICT (type, event_id) DO NOTHING"
)
_COUNT = {
    type_: f"INSERT INTO totals (product_id, {type_}s) VALUES (?, 1)"  # noqa: S608
    f" ON CONFLICT (product_id) DO UPDATE SET {type_}s = {type_}s + 1"
    for type_ in ("impression", "click")
}


class ImpressionStore:
    """A file of impressions and clicks, and what they sum up to for each product.

    Several processes may have it open; safe to share between threads. Sums outlive the rows that
    made them: they name nobody.
    """

    def __init__(self, file: Path) -> None:
        self._db = Database(file, _TABLES, ADVICE)

    def add(self, impressions: Sequence[Impression]) -> tuple[list[Impression], set[str]]:
        """Keep impressions [n]: those that are new, and the users among theirs who are to stay
        forgotten, of whom nothing is kept.
        """
        new: list[Impression] = []
        with self._db.writing() as db:
            gone = self._forgotten(db, {each.user_id for each in impressions})
            for each in impressions:
                if each.user_id not in gone and db.execute(_INSERT, asdict(each)).rowcount:
                    db.execute(_COUNT[each.type], (each.product_id,))
                    new.append(each)
        return new, gone

    def knows(self, user_id: str) -> bool:
        """Is there a row of this user?"""
        asked = "SELECT 1 FROM shown WHERE user_id = ? LIMIT 1"
        with self._db.reading() as db:
            return db.execute(asked, (user_id,)).fetchone() is not None

    def forget(self, user_id: str) -> int:
        """Erase a user's rows and take no more of them; how many there were."""
        with self._db.writing() as db:
            db.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (hash_of(user_id),))
            erased = db.execute("DELETE FROM shown WHERE user_id = ?", (user_id,)).rowcount
        self._db.wipe()
        return erased

    def keep_forgotten(self, hashes: Collection[str]) -> int:
        """Erase the rows of users whom the graph has forgotten, by the hashes of their ids, and
        take no more of them; how many there were.
        """
        with self._db.writing() as db:
            known = {hash_ for (hash_,) in db.execute("SELECT hash FROM forgotten")}
            new = set(hashes) - known
            if not new:
                return 0
            db.executemany("INSERT INTO forgotten VALUES (?)", ((each,) for each in new))
            users = [user for (user,) in db.execute("SELECT DISTINCT user_id FROM shown")]
            theirs = [(user,) for user in users if hash_of(user) in new]
            gone = db.executemany("DELETE FROM shown WHERE user_id = ?", theirs).rowcount
        self._db.wipe()
        return max(0, gone)

    def rotate(self, now: int) -> int:
        """Let go of rows that are too old, or too many; how many."""
        with self._db.writing() as db:
            old = db.execute("DELETE FROM shown WHERE at < ?", (now - KEPT_DAYS * DAY,)).rowcount
            newest = db.execute("SELECT coalesce(max(place), 0) FROM shown").fetchone()[0]
            return old + db.execute("DELETE FROM shown WHERE place <= ?", (newest - MOST,)).rowcount

    def totals(self, product_ids: Collection[str] | None = None) -> list[tuple[str, int, int]]:
        """Product id, impressions and clicks since the store was begun: of these, or of all."""
        asked = "SELECT product_id, impressions, clicks FROM totals"
        with self._db.reading() as db:
            if product_ids is None:
                return db.execute(asked).fetchall()
            one = f"{asked} WHERE product_id = ?"
            found = (db.execute(one, (id_,)).fetchone() for id_ in sorted(product_ids))
            return [row for row in found if row is not None]

    def counted(self, since: int, until: int, product_id: str | None) -> dict[str, int]:
        """How many there are of each type with since <= at < until."""
        asked = (
            "SELECT type, count(*) FROM shown WHERE at >= ? AND at < ?"
            " AND (?3 IS NULL OR product_id = ?3) GROUP BY type"
        )
        with self._db.reading() as db:
            return dict(db.execute(asked, (since, until, product_id)).fetchall())

    def clicks(
        self, since: int, until: int, product_id: str | None
    ) -> Iterator[tuple[str, str, int]]:
        """User, product and moment of each click, by user and product."""
        asked = (
            "SELECT user_id, product_id, at FROM shown WHERE type = 'click' AND at >= ? AND at < ?"
            " AND (?3 IS NULL OR product_id = ?3) ORDER BY user_id, product_id, at"
        )
        with self._db.reading() as db:
            rows = db.execute(asked, (since, until, product_id)).fetchall()
        yield from rows

    def rows(self, since: int, until: int, page: int = 10_000) -> Iterator[Impression]:
        """All with since <= at < until, in the order in which they came."""
        asked = (
            f"SELECT place, {_COLUMNS} FROM shown"  # noqa: S608
            " WHERE place > ? AND at >= ? AND at < ? ORDER BY place LIMIT ?"
        )
        place = 0
        while True:
            with self._db.reading() as db:
                rows = db.execute(asked, (place, since, until, page)).fetchall()
            yield from (Impression(*row[1:]) for row in rows)
            if len(rows) < page:
                return
            place = rows[-1][0]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @staticmethod
    def _forgotten(db: sqlite3.Connection, users: Collection[str]) -> set[str]:
        asked = "SELECT 1 FROM forgotten WHERE hash = ?"
        return {user for user in users if db.execute(asked, (hash_of(user),)).fetchone()}
