"""Tables as csv: comma, semicolon, tab or bar between fields, found from the header."""

import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from kg.catalog import Rejects
from kg.errors import SourceError
from kg.sources.blocks import line_blocks
from kg.sources.records import Cutter, Layout, Piece, joined
from kg.sources.table import LINE, Table

SEPARATORS = ",;\t|"
_GROUP = 1 << 20


def open_delimited(path: Path, header: tuple[str, ...] | None = None) -> Table:
    """Open a csv file; `header` names the columns where its first line does not.

    Raises SourceError for a file that is empty or whose header is no text.
    """
    first = _first_line(path)
    separator = max(SEPARATORS, key=first.count)
    columns = header or _fields(first, separator, path)
    layout = Layout(separator.encode(), len(columns))
    read = partial(_read, path, columns, layout, header is None)
    return Table(path, tuple(dict.fromkeys(name for name in columns if name)), read)


def _first_line(path: Path) -> str:
    for _, block in line_blocks(path, lambda *_: None):
        for line in block.split(b"\n"):
            if line.strip():
                return _decoded(line, path)
    raise SourceError(f"{path} is empty; expected a header line and rows")


def _decoded(line: bytes, path: Path) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise SourceError(f"{path} begins with a line that is no UTF-8 text") from None
    if "\0" in text:
        raise SourceError(f"{path} is no text: its first line holds NUL bytes")
    return text


def _fields(line: str, separator: str, path: Path) -> tuple[str, ...]:
    try:
        fields = next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise SourceError(f"{path} has no readable header: {error}") from None
    return tuple(name.strip() for name in fields)


def _read(
    path: Path,
    header: tuple[str, ...],
    layout: Layout,
    skip_header: bool,
    columns: Mapping[str, str],
    rejects: Rejects,
) -> Iterator[pl.DataFrame]:
    wanted = {name: header.index(column) for name, column in columns.items() if column in header}
    numbered = [name for name, column in columns.items() if column not in header]
    for piece in _grouped(_pieces(path, layout, skip_header, rejects)):
        frame = _parsed(piece, layout)
        lines = pl.Series(LINE, piece.lines, pl.Int64)
        yield pl.DataFrame(
            [frame.to_series(at).alias(name) for name, at in wanted.items()]
            + [lines.cast(pl.String).alias(name) for name in numbered]
            + [lines]
        )


def _pieces(path: Path, layout: Layout, skip_header: bool, rejects: Rejects) -> Iterator[Piece]:
    reject = partial(rejects.add, path.name)
    cutter = Cutter(layout, reject)
    header_due = skip_header
    for line, block in line_blocks(path, reject):
        if header_due:
            line, block, header_due = _after_header(line, block)
        yield from cutter.feed(line, block)
    yield from cutter.finish()


def _after_header(line: int, block: bytes) -> tuple[int, bytes, bool]:
    """Go past blank lines and the header: the rest with its line; is the header yet to come."""
    at = 0
    while at < len(block):
        end = block.index(b"\n", at) + 1
        blank = not block[at:end].strip()
        at, line = end, line + 1
        if not blank:
            return line, block[at:], False
    return line, b"", True


def _grouped(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join small pieces, so that each is worth a parser's start."""
    held: list[Piece] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece.text)
        if size >= _GROUP:
            yield from joined(held)
            held, size = [], 0
    yield from joined(held)


def _parsed(piece: Piece, layout: Layout) -> pl.DataFrame:
    """All fields of well-formed records [n, columns] as text."""
    try:
        frame = pl.read_csv(
            piece.text,
            has_header=False,
            separator=layout.separator.decode(),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return _parsed_slowly(piece, layout)
    if frame.shape != (len(piece.lines), layout.columns):
        return _parsed_slowly(piece, layout)
    return frame


def _parsed_slowly(piece: Piece, layout: Layout) -> pl.DataFrame:
    """The same by Python's parser, for text that the fast one reads otherwise."""
    separator = layout.separator.decode()
    csv.field_size_limit(max(csv.field_size_limit(), len(piece.text)))
    rows = csv.reader(io.StringIO(piece.text.decode(), newline=""), delimiter=separator)
    names = [f"column_{i}" for i in range(layout.columns)]
    return pl.DataFrame(list(rows), dict.fromkeys(names, pl.String), orient="row")
