"""Rows of a file as a sheet, ways to change them, and the formats that they are written in."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any, Literal

from kg.sources.columns import NAMES
from tests.fuzz.odd import TEXTS, changed_text

Row = list[Any]


@dataclass(frozen=True)
class Sheet:
    """Names of columns [c], and rows [n] of c values: text, or what JSON and parquet hold."""

    columns: list[str]
    rows: list[Row]


HEADERS = sorted(
    {name for columns in NAMES.values() for names in columns.values() for name in names.split()}
)


def changed(rng: Random, sheet: Sheet) -> Sheet:
    """The sheet with one to four changes of its cells, rows and columns."""
    for _ in range(rng.randint(1, 4)):
        sheet = rng.choice(_CHANGES)(rng, sheet)
    return sheet


def _cell(rng: Random, sheet: Sheet) -> Sheet:
    rows = [list(row) for row in sheet.rows]
    if rows and sheet.columns:
        for _ in range(rng.randint(1, 4)):
            row, at = rng.choice(rows), rng.randrange(len(sheet.columns))
            odd = rng.choice((rng.choice(TEXTS), changed_text(rng, str(row[at] or ""))))
            row[at] = odd
    return replace(sheet, rows=rows)


def _column_of_one(rng: Random, sheet: Sheet) -> Sheet:
    """One odd value in a whole column."""
    if not sheet.columns:
        return sheet
    at, value = rng.randrange(len(sheet.columns)), rng.choice(TEXTS)
    return replace(sheet, rows=[[*row[:at], value, *row[at + 1 :]] for row in sheet.rows])


def _repeated_row(rng: Random, sheet: Sheet) -> Sheet:
    if not sheet.rows:
        return sheet
    row = list(rng.choice(sheet.rows))
    if rng.random() < 0.5 and row:
        row[rng.randrange(len(row))] = rng.choice(TEXTS)
    rows = list(sheet.rows)
    rows.insert(rng.randint(0, len(rows)), row)
    return replace(sheet, rows=rows)


def _fewer_rows(rng: Random, sheet: Sheet) -> Sheet:
    kept = rng.choice((0, 1, max(1, len(sheet.rows) - 1)))
    return replace(sheet, rows=rng.sample(sheet.rows, min(kept, len(sheet.rows))))


def _other_order(rng: Random, sheet: Sheet) -> Sheet:
    return replace(sheet, rows=rng.sample(sheet.rows, len(sheet.rows)))


def _without_column(rng: Random, sheet: Sheet) -> Sheet:
    if not sheet.columns:
        return sheet
    at = rng.randrange(len(sheet.columns))
    return Sheet(
        sheet.columns[:at] + sheet.columns[at + 1 :],
        [row[:at] + row[at + 1 :] for row in sheet.rows],
    )


def _more_column(rng: Random, sheet: Sheet) -> Sheet:
    name = rng.choice((rng.choice(HEADERS), rng.choice(TEXTS[:40]), *sheet.columns[:2]))
    at = rng.randint(0, len(sheet.columns))
    values = [rng.choice(TEXTS) for _ in range(rng.randint(1, 3))]
    return Sheet(
        [*sheet.columns[:at], name, *sheet.columns[at:]],
        [[*row[:at], rng.choice(values), *row[at:]] for row in sheet.rows],
    )


def _renamed(rng: Random, sheet: Sheet) -> Sheet:
    if not sheet.columns:
        return sheet
    columns = list(sheet.columns)
    at = rng.randrange(len(columns))
    columns[at] = rng.choice((rng.choice(HEADERS), changed_text(rng, columns[at])))
    return replace(sheet, columns=columns)


def _moved_column(rng: Random, sheet: Sheet) -> Sheet:
    order = rng.sample(range(len(sheet.columns)), len(sheet.columns))
    return Sheet(
        [sheet.columns[at] for at in order], [[row[at] for at in order] for row in sheet.rows]
    )


def _typed(rng: Random, sheet: Sheet) -> Sheet:
    """A column of another type: what parquet and JSON can hold and csv cannot."""
    if not sheet.columns:
        return sheet
    at, make = rng.randrange(len(sheet.columns)), rng.choice(TYPES)
    rows = [list(row) for row in sheet.rows]
    for number, row in enumerate(rows):
        if rng.random() < 0.9:
            row[at] = make(number, row[at])
    return replace(sheet, rows=rows)


TYPES: tuple[Callable[[int, Any], Any], ...] = (
    lambda n, v: None,
    lambda n, v: n,
    lambda n, v: n + 0.5,
    lambda n, v: float("nan") if n % 2 else float("inf"),
    lambda n, v: n % 2 == 0,
    lambda n, v: -(2**63) + n,
    lambda n, v: 2**63 + n,
    lambda n, v: [str(v), None, ""],
    lambda n, v: [[str(v)], [], ["a", "b"]],
    lambda n, v: {"value": str(v), "n": n},
    lambda n, v: [{"name": str(v)}],
    lambda n, v: {},
    lambda n, v: [],
    lambda n, v: str(v).encode() + b"\xff",
    lambda n, v: Decimal(n) / 100,
    lambda n, v: Decimal(10**37 + n),
    lambda n, v: dt.date(2025, 1, 1) + dt.timedelta(n),
    lambda n, v: dt.date(1, 1, 1) if n % 2 else dt.date(9999, 12, 31),
    lambda n, v: dt.datetime(2025, 1, 1, 12, n % 60, tzinfo=dt.UTC),
    lambda n, v: dt.datetime(9999, 12, 31, 23, 59),
    lambda n, v: dt.time(n % 24, 30),
    lambda n, v: dt.timedelta(days=n, microseconds=1),
)

_CHANGES: tuple[Callable[[Random, Sheet], Sheet], ...] = (
    _cell,
    _cell,
    _cell,
    _column_of_one,
    _repeated_row,
    _fewer_rows,
    _other_order,
    _without_column,
    _more_column,
    _renamed,
    _moved_column,
    _typed,
)


def read_csv(content: bytes) -> Sheet:
    """A sheet of csv, whatever its separator."""
    text = content.decode(errors="replace")
    first = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count)))
    columns, *rest = [row for row in rows if row] or [[]]
    width = len(columns)
    return Sheet(columns, [list((row + [""] * width)[:width]) for row in rest])


def read_jsonl(content: bytes) -> Sheet:
    """A sheet of JSON lines; what a row has not is None."""
    objects = [json.loads(line) for line in content.splitlines() if line.strip()]
    columns = list(dict.fromkeys(key for each in objects for key in each))
    return Sheet(columns, [[each.get(name) for name in columns] for each in objects])


def _as_csv(rng: Random, sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL if rng.random() < 0.5 else csv.QUOTE_ALL
    ends = rng.choice(("\n", "\n", "\r\n"))
    writer = csv.writer(out, delimiter=rng.choice(",,,;\t|"), quoting=quoting, lineterminator=ends)
    writer.writerow(sheet.columns)
    writer.writerows(sheet.rows)
    return out.getvalue().encode(errors="replace")


def _as_jsonl(rng: Random, sheet: Sheet) -> bytes:
    escaped = rng.random() < 0.5
    lines = [
        json.dumps(dict(zip(sheet.columns, row, strict=True)), ensure_ascii=escaped, default=str)
        for row in sheet.rows
    ]
    return "\n".join(lines).encode(errors="replace")


def _as_parquet(rng: Random, sheet: Sheet) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, arrays = [], []
    for at, name in enumerate(sheet.columns):
        values = [row[at] for row in sheet.rows]
        try:
            array = pa.array(values)
        except (pa.ArrowException, OverflowError, ValueError, TypeError):
            array = pa.array([None if value is None else str(value) for value in values])
        if rng.random() < 0.1 and pa.types.is_string(array.type):
            array = array.dictionary_encode()
        names.append(name)
        arrays.append(array)
    out = io.BytesIO()
    try:
        pq.write_table(pa.table(arrays, names=names), out, row_group_size=rng.choice((1, 3, 1000)))
    except pa.ArrowException:  # types that parquet has not
        texts = [pa.array([str(value) for value in array.to_pylist()]) for array in arrays]
        out = io.BytesIO()
        pq.write_table(pa.table(texts, names=names), out)
    return out.getvalue()


FORMATS: dict[str, Callable[[Random, Sheet], bytes]] = {
    "csv": _as_csv,
    "jsonl": _as_jsonl,
    "parquet": _as_parquet,
}
"""How a sheet is written, by the ending of the file's name; another format is one more entry."""
