"""Tables as JSON lines: an object a row, its lists kept apart by control characters."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from kg.catalog import Rejects
from kg.errors import SourceError
from kg.sources.blocks import Reject, line_blocks
from kg.sources.table import LINE, PATH, SEGMENT, Table

Object = dict[str, Any]
_PEEK = 1000
DEEPEST = 50
"""Lists and objects within each other that a row may have: Python cannot go down for ever."""
_SEPARATORS = re.compile(f"[{PATH}{SEGMENT}]")


def open_jsonlines(path: Path, reshape: Callable[[Object], Object] | None = None) -> Table:
    """Open a file of JSON objects, each changed by `reshape`; columns are the first rows' keys.

    Raises SourceError for a file without an object, and for one JSON array.
    """
    rows = (row for block in _blocks(path, Rejects()) for _, row in block)
    first = (reshape(row) if reshape else row for row in islice(rows, _PEEK))
    columns = tuple(dict.fromkeys(key for row in first for key in row))
    if not columns:
        raise SourceError(f"{path} holds no JSON object; expected one object a line{_hint(path)}")
    return Table(path, columns, partial(_read, path, columns, reshape))


def _hint(path: Path) -> str:
    start = next((block[:1] for _, block in line_blocks(path, lambda *_: None)), b"")
    return ", not one array" if start == b"[" else ""


def _blocks(path: Path, rejects: Rejects) -> Iterator[list[tuple[int, Object]]]:
    """Yield the objects of a block of lines, each with its line."""
    reject = partial(rejects.add, path.name)
    for first_line, block in line_blocks(path, reject):
        lines = enumerate(block.split(b"\n"), first_line)
        found = ((line, _object(text, line, reject)) for line, text in lines if text.strip())
        yield [(line, row) for line, row in found if row is not None]


def _object(text: bytes, line: int, reject: Reject) -> Object | None:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        reject(line, *_why_unreadable(text, error))
        return None
    if not isinstance(row, dict):
        reject(line, "bad_json", f"a JSON {type(row).__name__} where an object belongs")
        return None
    if text.count(b"{") + text.count(b"[") > DEEPEST and _is_deep(row):
        reject(line, "bad_json", f"values within values, more than {DEEPEST} deep")
        return None
    return row


def _is_deep(row: Object) -> bool:
    level: list[Any] = [row]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _why_unreadable(text: bytes, error: orjson.JSONDecodeError) -> tuple[str, str]:
    if b"\0" in text:
        return "nul_byte", "the row holds NUL bytes"
    try:
        text.decode()
    except UnicodeDecodeError as bad:
        return "bad_utf8", f"byte {text[bad.start]:#04x} is no UTF-8"
    return "bad_json", f"no JSON: {error.msg} at column {error.colno}"


def _read(
    path: Path,
    known: tuple[str, ...],
    reshape: Callable[[Object], Object] | None,
    columns: Mapping[str, str],
    rejects: Rejects,
) -> Iterator[pl.DataFrame]:
    for block in _blocks(path, rejects):
        lines = pl.Series(LINE, [line for line, _ in block], pl.Int64)
        objects = [reshape(row) if reshape else row for _, row in block]
        yield pl.DataFrame(
            [
                _column(name, [row.get(column) for row in objects])
                if column in known
                else lines.cast(pl.String).alias(name)
                for name, column in columns.items()
            ]
            + [lines]
        )


def _column(name: str, values: list[Any]) -> pl.Series:
    if not set(map(type, values)) <= {str, type(None)}:
        values = [as_text(value) for value in values]
    return pl.Series(name, values, pl.String)


def as_text(value: Any) -> str | None:
    """A JSON value as a cell: lists by SEGMENT, lists of lists by PATH, objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        separator = PATH if any(isinstance(item, list) for item in value) else SEGMENT
        items = (_item(item) for item in value)
        return separator.join(item for item in items if item)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return str(value)


def _item(value: Any) -> str:
    """An item of a list; the separators within it, were there any, would tear it apart."""
    if isinstance(value, list):
        return SEGMENT.join(text for item in value if (text := _item_text(item)))
    return _item_text(value)


def _item_text(value: Any) -> str:
    return _SEPARATORS.sub(" ", as_text(value) or "")
