"""What every source hands on: batches of rows in canonical columns, and the rows it had to reject.

Columns of the frames [n rows each]; `line` is where a row began in its file (header = line 1;
a parquet file's first row is line 1):
    products    product_id, title, description, brand, categories (paths, root first), price_minor,
                in_stock (null means true), image_url, released_at
    categories  path
    users       user_id
    events      user_id, product_id, type, at, value, order_id, event_id
Money is in minor units of the source's one currency, times are seconds since 1970.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from kg.errors import RejectsError
from kg.reading_code import reading_code
from kg.rejects_file import RejectsFile

Kind = Literal["products", "categories", "users", "events"]
Clock = Literal["time", "order"]

SCHEMAS: dict[Kind, pl.Schema] = {
    "products": pl.Schema(
        {
            "product_id": pl.String(),
            "title": pl.String(),
            "description": pl.String(),
            "brand": pl.String(),
            "categories": pl.List(pl.List(pl.String())),
            "price_minor": pl.Int64(),
            "in_stock": pl.Boolean(),
            "image_url": pl.String(),
            "released_at": pl.Int64(),
            "line": pl.Int64(),
        }
    ),
    "categories": pl.Schema({"path": pl.List(pl.String()), "line": pl.Int64()}),
    "users": pl.Schema({"user_id": pl.String(), "line": pl.Int64()}),
    "events": pl.Schema(
        {
            "user_id": pl.String(),
            "product_id": pl.String(),
            "type": pl.String(),
            "at": pl.Int64(),
            "value": pl.Float64(),
            "order_id": pl.String(),
            "event_id": pl.String(),
            "line": pl.Int64(),
        }
    ),
}


@dataclass(frozen=True)
class Batch:
    """Rows of one kind from one file. `line` is the first row's; `file` is the file's name."""

    kind: Kind
    frame: pl.DataFrame
    line: int
    file: str


SET_ASIDE = ("cancelled", "annulled", "no_customer", "forgotten_user")
"""Codes of rows that are in order and yet no event; `strict` does not mind them."""

CUT = ("category_orphan", "category_cycle")
"""Codes of links to a parent that were cut: the rows that have them are loaded all the same."""


def broken(counts: Mapping[str, int]) -> int:
    """Of rows left out, counted by code, those that something is wrong with."""
    return sum(count for code, count in counts.items() if code not in SET_ASIDE)


@dataclass(frozen=True)
class Reject:
    """A row that was left out: where it is, a stable code to count by, and why in words."""

    file: str
    line: int
    code: str
    reason: str


class Rejects:
    """Rows left out, counted by code, streamed to a csv file where a path is given.

    `forgotten` counts, by file and column, unreadable values of rows that were kept all the same;
    `repeated`, by file, rows that say again what an earlier row said.
    Memory stays flat: only the first `KEPT` are held. Not safe to share between threads.
    """

    KEPT = 1000

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._file = None if path is None else RejectsFile(path)
        self.counts: Counter[str] = Counter()
        self.first: list[Reject] = []
        self.forgotten: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()
        self._unwritten: list[Reject] = []

    def add(self, file: str, line: int, code: str, reason: str) -> None:
        """Leave out a row of `file`."""
        reject = Reject(file, line, code, reason)
        self.counts[code] += 1
        if len(self.first) < self.KEPT:
            self.first.append(reject)
        if self._file is not None:
            self._unwritten.append(reject)
            if len(self._unwritten) >= self.KEPT:
                self._write(self._file)

    def forget(self, file: str, column: str, count: int) -> None:
        """Count values that could not be read in rows that are kept without them."""
        if count:
            self.forgotten[f"{file}: {column}"] += count

    def repeat(self, file: str, count: int) -> None:
        """Count rows that say again what an earlier row said."""
        if count:
            self.repeated[file] += count

    @property
    def total(self) -> int:
        """All rows left out."""
        return self.counts.total()

    @property
    def broken(self) -> int:
        """Rows left out because something is wrong with them."""
        return broken(self.counts)

    def flush(self) -> None:
        """Write all rows left out so far to the csv file; it replaces an earlier list."""
        if self._file is not None:
            self._write(self._file)
            self._file.end()

    def clear(self) -> None:
        """Forget all: a source is about to be read from its start. Raises OptionError where the
        csv file cannot be written, or is none of kgrec's.
        """
        self.counts.clear()
        self.first.clear()
        self.forgotten.clear()
        self.repeated.clear()
        self._unwritten.clear()
        if self._file is not None:
            self._file.begin()

    def check(self, files: Iterable[Path]) -> None:
        """Raise OptionError where the csv file is one of a source's `files`, or of others."""
        if self._file is not None:
            self._file.check(files)

    def raise_if_broken(self) -> None:
        """Raise RejectsError, with the counts and the first row, unless all rows were in order."""
        if not self.broken:
            return
        raise RejectsError(
            f"{self.broken} rows rejected {self.told()}; correct them or leave out --strict"
        )

    def _write(self, file: RejectsFile) -> None:
        if self._unwritten:
            file.write((r.file, r.line, r.code, r.reason) for r in self._unwritten)
            self._unwritten.clear()

    def told(self) -> str:
        """The counts, and the first row that something is wrong with, or else was set aside."""
        counts = ", ".join(f"{n} {code}" for code, n in self.counts.most_common())
        first = next((r for r in self.first if r.code not in SET_ASIDE), self.first[0])
        return f"({counts}), first {first.file} line {first.line}: {first.reason}"


@dataclass(frozen=True)
class SourceOptions:
    """How to read a source.

    `format` is a key of SOURCES (None: recognised). `mapping` is canonical column -> the file's.
    `name` is the source's name in the graph (None: the folder's or file's). `currency` is an ISO
    code (None: the one that most rows have). `now` is seconds since 1970 (None: the clock's).
    `rejects` is a csv file to write; `reviews` a parquet file to keep review texts in. `day_first`
    says how 3/4/2025 is meant (None: as the other dates of the column show, else month first).
    """

    format: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    currency: str | None = None
    strict: bool = False
    now: int | None = None
    batch_rows: int = 10_000
    rejects: Path | None = None
    reviews: Path | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class Source:
    """A shop's files, opened: what they are called, how they tell time, and their rows.

    `kinds` says which rows there are; `currency` is None where no price names one;
    `ignored` names the files and columns that are used for nothing; `remarks` say in words what
    was taken so and may be meant otherwise.
    """

    name: str
    clock: Clock
    currency: str | None
    kinds: tuple[Kind, ...]
    files: tuple[Path, ...]
    options: SourceOptions
    rejects: Rejects
    read: Callable[[], Iterator[Batch]] = field(repr=False)
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def batches(self) -> Iterator[Batch]:
        """All rows from the start: products, then categories, users, events. Again if called again.

        Raises SourceError; with `strict` RejectsError before the first batch, so that nothing is
        half written. Events of one id (identical rows) may come more than once.
        """
        if self.options.strict:
            self.check()
        self.rejects.clear()
        try:
            yield from self.read()
        finally:
            self.rejects.flush()

    def check(self) -> None:
        """Read everything once and raise RejectsError if a row is broken."""
        self.rejects.clear()
        for _ in self.read():
            pass
        self.rejects.flush()
        self.rejects.raise_if_broken()

    def digest(self, code: str | None = None) -> str:
        """SHA-256 of the files' bytes, of the options that change how they are read, and of the
        `code` that reads them (None: this kgrec's), so that a mended parser reads them again.
        """
        options = self.options
        read_as = (options.format, sorted(options.mapping.items()), options.currency)
        known = (self.name, read_as, options.day_first, code or reading_code())
        digest = hashlib.sha256(repr(known).encode())
        for path in self.files:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.name}:{content}\n".encode())
        return digest.hexdigest()
