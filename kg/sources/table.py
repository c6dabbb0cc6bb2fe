"""A file of rows, whatever its format: its columns, and its rows as text."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kg.catalog import Rejects
from kg.errors import SourceError

LINE = "line"
"""The column with each row's line; named in a mapping, it is the order of the rows."""

SEGMENT, PATH = "\x1f", "\x1e"
"""What stands between the items of a list in a cell, and between lists of a list of lists."""

Read = Callable[[Mapping[str, str], Rejects], Iterator[pl.DataFrame]]


@dataclass(frozen=True)
class Table:
    """A file, opened. `read(columns, rejects)` yields frames of `columns` (new name -> the
    file's) as text, null where empty, and `line` [n each]; rows that are none are rejected.
    """

    path: Path
    columns: tuple[str, ...]
    read: Read = field(repr=False)

    @property
    def name(self) -> str:
        """What the rejects call the file."""
        return self.path.name

    def sample(self, columns: Mapping[str, str]) -> pl.DataFrame:
        """The first frame of `columns` (no row at all in an empty file)."""
        empty = pl.DataFrame(schema={name: pl.String() for name in columns} | {LINE: pl.Int64()})
        return next(self.read(columns, Rejects()), empty)


def completed(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The frame [n] with all of these columns of text, null where it had them not."""
    absent = (pl.lit(None, pl.String).alias(c) for c in columns if c not in frame.columns)
    return frame.with_columns(*absent)


def open_table(path: Path) -> Table:
    """Open a file by its ending. Raises SourceError where it cannot be read or has no columns."""
    from kg.sources.delimited import open_delimited
    from kg.sources.jsonlines import open_jsonlines
    from kg.sources.parquet import open_parquet

    if not path.is_file():
        raise SourceError(f"{path} is no file; expected one table")
    openers: dict[str, Callable[[Path], Table]] = {
        "csv": open_delimited,
        "jsonl": open_jsonlines,
        "parquet": open_parquet,
    }
    return openers[format_of(path)](path)


ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}


def stem_of(path: Path) -> str:
    """The file's name without its endings: `products` of products.csv.gz."""
    name = path.name.removesuffix(".gz")
    return name.removesuffix(Path(name).suffix)


def is_table(path: Path) -> bool:
    """Has the file an ending that says it is a table."""
    return Path(path.name.removesuffix(".gz")).suffix.lower() in ENDINGS


def format_of(path: Path) -> str:
    """csv, jsonl or parquet, by the ending. Raises SourceError for any other."""
    if not is_table(path):
        raise SourceError(
            f"{path.name} is no table that kgrec reads: expected {', '.join(ENDINGS)},"
            " of these all but parquet also as .gz"
        )
    return ENDINGS[Path(path.name.removesuffix(".gz")).suffix.lower()]
