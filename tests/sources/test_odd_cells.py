"""Cells that nobody foresaw: each costs its row or less, and never the load."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.catalog import Rejects, Source, SourceOptions
from kg.sources import open_source
from kg.sources.parquet import open_parquet
from kg.sources.prices import price_columns
from kg.sources.sparing import sparing
from kg.sources.table import LINE

NOW = 1_800_000_000

WORDS = """
٣ ３ ² 𝟛 ½ ४२ €٣ ٣€ ١٢٫٥ ١٬٢٣٤ −5 5- 5. 5,- .5 ,5 +5 5e3 5d 1,2,3.4.5 0x10 1_000 1e400 -1e400 1e308
1e19 inf -inf nan -0 9223372036854775807 9223372036854775808 -9223372036854775808 true $ $$5 5$5 USD
٣/٤/2025 31/12/٢٠٢٥ 1/1/99999999999 2025-01-01T00:00:00+٠٢:٠٠ 2025-01-01T00:00:00+99:99 2025-13-45
99999-01-01 -2025-01-01 0000-00-00 2025-02-30 1969-12-31 2262-04-12 292277-01-01 20259999 \\n
"""
WITH_BLANKS = ("1\u00a0000,5", "\u202e12", "USD 5", "kr. 5", " ", "2025-01-01 25:61:61")
ODD = (*WORDS.split(), *WITH_BLANKS, "9" * 400)

SOUND = {
    "products.csv": {"product_id": "p", "title": "T", "price": "5", "released_at": "2020-01-01"},
    "events.csv": {"user_id": "u", "product_id": "p", "type": "buy", "at": "2020-01-01"},
    "lines.csv": {
        "order_id": "o",
        "product_id": "p",
        "title": "T",
        "quantity": "1",
        "at": "2020-01-01",
        "price": "5",
        "user_id": "u",
    },
}
"""A sound row of each kind of file."""

COLUMNS = {
    "products.csv": (
        "title",
        "description",
        "brand",
        "category_path",
        "categories",
        "price",
        "price_minor",
        "currency",
        "in_stock",
        "image_url",
        "released_at",
    ),
    "events.csv": ("type", "at", "position", "value", "order_id", "event_id", "quantity"),
    "lines.csv": ("title", "quantity", "at", "price", "currency", "brand", "category_path"),
}
"""The columns that a file may have; ids are what tells its rows apart here."""

CASES = [(file, column) for file, columns in COLUMNS.items() for column in columns]


def opened(folder: Path, file: str, rows: list[dict[str, str]]) -> Source:
    with (folder / file).open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return open_source(folder, SourceOptions(now=NOW, currency="USD"))


@pytest.mark.parametrize(("file", "column"), CASES)
def test_an_odd_cell_costs_its_row_at_most(tmp_path: Path, file: str, column: str) -> None:
    sound = dict(SOUND[file])
    if column == "position":
        del sound["at"]
    own = "user_id" if file == "events.csv" else "product_id"
    rows = [{**sound, own: f"{own} {n}", column: odd} for n, odd in enumerate(["7", *ODD])]
    source = opened(tmp_path, file, rows)
    kind = "products" if file == "products.csv" else "events"
    read = [batch.frame for batch in source.batches() if batch.kind == kind]
    assert sum(frame.height for frame in read) + source.rejects.total == len(rows)
    assert source.rejects.counts["unreadable"] == 0


def test_digits_of_every_script_are_digits_of_prices() -> None:
    texts = pl.Series(["٣", "３", "१२.५", "$٣", "5", "²", None])
    minor, foreign = price_columns(texts, "USD")
    assert minor.to_list() == [300, 300, 1250, 300, 500, None, None]
    assert foreign.to_list() == [False] * 7


def broken(text: bytes) -> pa.StringArray:
    """A column of one string that is no UTF-8, which some writers of parquet let pass."""
    offsets = pa.py_buffer((0).to_bytes(4, "little") + len(text).to_bytes(4, "little"))
    return pa.StringArray.from_buffers(1, offsets, pa.py_buffer(text))


TYPED: dict[str, tuple[Any, str | None]] = {
    "a time of day": (pa.array([dt.time(1, 2, 3)]), "01:02:03"),
    "a time of day in nanoseconds": (pa.array([3], pa.time64("ns")), None),
    "a duration": (pa.array([dt.timedelta(days=1)]), "1 day, 0:00:00"),
    "durations": (pa.array([[dt.timedelta(days=1)]]), "1 day, 0:00:00"),
    "a day": (pa.array([dt.date(2020, 1, 1)]), "1577836800"),
    "the last day there is": (pa.array([2**31 - 1], pa.date32()), "185542587100800"),
    "a moment of a zone": (
        pa.array([1_577_836_800], pa.timestamp("s", "Europe/Berlin")),
        "1577836800",
    ),
    "a moment of no zone that is known": (pa.array([7], pa.timestamp("s", "No/Where")), "7"),
    "bytes that are text": (pa.array([b"tent"]), "tent"),
    "bytes that are none": (pa.array([b"ab\xff"]), None),
    "bytes of one length": (pa.array([b"ab\xff"], pa.binary(3)), None),
    "bytes in a list": (pa.array([[b"\xff"]]), None),
    "bytes in an object": (pa.array([{"a": b"\xff"}]), None),
    "a string that is no UTF-8": (broken(b"\xff\xfe"), None),
    "one in a list": (pa.ListArray.from_arrays(pa.array([0, 1]), broken(b"\xff")), None),
    "a wide decimal": (pa.array([Decimal("1.25")], pa.decimal256(60, 2)), "1.25"),
    "a decimal": (pa.array([Decimal("1.25")]), "1.25"),
    "an object": (pa.array([{"a": 1, "b": None}]), '{"a":1,"b":null}'),
    "objects": (pa.array([[{"a": 1}]]), '{"a":1}'),
    "pairs": (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "a\x1f1"),
    "lists of lists of lists": (pa.array([[[["a"], ["b"]]]]), "a\x1fb"),
    "as many in each": (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), "1\x1f2"),
    "words by number": (pa.array(["tent"]).dictionary_encode(), "tent"),
}


@pytest.mark.parametrize("name", TYPED)
def test_a_typed_cell_is_text_or_costs_its_row(tmp_path: Path, name: str) -> None:
    column, text = TYPED[name]
    nothing = pa.nulls(1, column.type)
    path = tmp_path / "products.parquet"
    titles = pa.chunked_array([column, nothing])
    pq.write_table(pa.table({"product_id": ["a", "b"], "title": titles}), path)
    rejects = Rejects()
    (frame,) = open_parquet(path).read({"id": "product_id", "title": "title"}, rejects)
    kept = [("a", text, 1), ("b", None, 2)] if text is not None else [("b", None, 2)]
    assert frame.rows() == kept
    assert [(each.line, each.code) for each in rejects.first] == (
        [] if text is not None else [(1, "bad_cell")]
    )


def test_a_rejected_cell_says_which_it_was_and_why(tmp_path: Path) -> None:
    path = tmp_path / "products.parquet"
    pq.write_table(pa.table({"product_id": ["a"], "title": pa.array([b"ab\xff"])}), path)
    rejects = Rejects()
    list(open_parquet(path).read({"title": "title"}, rejects))
    assert rejects.first[0].reason == "title: byte 0xff is no UTF-8"


@pytest.mark.parametrize("deep", ["[" * 900 + "]" * 900, '{"a":' * 300 + "1" + "}" * 300])
def test_an_object_that_is_too_deep_costs_its_row(tmp_path: Path, deep: str) -> None:
    sound = "\n".join(f'{{"product_id": "p{n}", "title": [["a"], ["b"]]}}' for n in range(60))
    odd = f'{{"product_id": "deep", "title": {deep}}}'
    (tmp_path / "products.jsonl").write_text(f"{sound}\n{odd}\n")
    source = open_source(tmp_path)
    assert sum(batch.frame.height for batch in source.batches()) == 60
    assert [(each.line, each.code) for each in source.rejects.first] == [(61, "bad_json")]


class PanicError(pl.exceptions.PanicException):
    """What polars raises where it gives up: no Exception."""


@pytest.mark.parametrize("error", [pl.exceptions.ComputeError("odd\nmore"), PanicError("odd")])
def test_rows_that_the_table_library_gives_up_on_are_rejected_alone(error: BaseException) -> None:
    frame = pl.DataFrame({"text": list("abcdefgh"), LINE: range(2, 10)})

    def parse(part: pl.DataFrame) -> pl.DataFrame:
        if part["text"].is_in(["c", "h"]).any():
            raise error
        return part.with_columns(pl.col("text").str.to_uppercase())

    rejects = Rejects()
    read = sparing(frame, parse, "shop.csv", rejects)
    assert read["text"].to_list() == list("ABDEFG")
    assert [(each.line, each.code, each.reason) for each in rejects.first] == [
        (4, "unreadable", "the row cannot be read: odd"),
        (9, "unreadable", "the row cannot be read: odd"),
    ]


def test_what_fails_without_any_row_is_no_fault_of_a_row() -> None:
    def parse(part: pl.DataFrame) -> pl.DataFrame:
        raise pl.exceptions.ComputeError("always")

    with pytest.raises(pl.exceptions.ComputeError):
        sparing(pl.DataFrame({"text": ["a"], LINE: [2]}), parse, "shop.csv", Rejects())
