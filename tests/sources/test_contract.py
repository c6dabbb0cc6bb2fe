"""What every source promises, whatever its format; and that no bytes at all break a table."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.catalog import SCHEMAS, Batch, Source, SourceOptions
from kg.errors import RejectsError, SourceError
from kg.ids import event_id
from kg.schema import EVENTS
from kg.sources import SOURCES, open_source
from tests.sources import test_amazon, test_orders
from tests.sources.rows import NOW, OPTIONS, rows, write


def _tables(folder: Path) -> Path:
    write(folder / "products.csv", "product_id,title,price\na,Shoe,1\nb,Hat,2\n,None,3\n")
    write(folder / "events.csv", "user_id,product_id,at\nann,a,2025-01-01\nann,b,soon\n")
    return folder


def _amazon(folder: Path) -> Path:
    bad = {**test_amazon.REVIEW_2018, "overall": "good"}
    return test_amazon.dump(folder, test_amazon.REVIEW_2018, bad)


SHOPS: dict[str, Callable[[Path], Path]] = {
    "amazon": _amazon,
    "orders": test_orders.till,
    "tables": _tables,
}
"""A small shop with a broken row in every format."""

every_format = pytest.mark.parametrize("name", SOURCES)


def opened(name: str, folder: Path, options: SourceOptions = OPTIONS) -> Source:
    return open_source(SHOPS[name](folder), options)


def test_every_format_has_a_shop_here() -> None:
    assert SHOPS.keys() == SOURCES.keys()


@every_format
def test_a_shop_is_recognised_as_what_it_is(tmp_path: Path, name: str) -> None:
    named = opened(name, tmp_path, SourceOptions(format=name, now=NOW))
    found = opened(name, tmp_path)
    assert next(n for n, f in SOURCES.items() if f.recognises(SHOPS[name](tmp_path))) == name
    assert (found.kinds, found.files) == (named.kinds, named.files)


@every_format
def test_batches_hold_the_canonical_columns_in_order_of_kind(tmp_path: Path, name: str) -> None:
    batches = list(opened(name, tmp_path).batches())
    assert all(batch.frame.schema == SCHEMAS[batch.kind] for batch in batches)
    assert all(batch.frame["line"][0] == batch.line for batch in batches)
    order = [list(SCHEMAS).index(batch.kind) for batch in batches]
    assert order == sorted(order)
    assert {batch.kind for batch in batches} == {"products", "events"}


@every_format
def test_events_are_of_the_graphs_types_and_have_stable_ids(tmp_path: Path, name: str) -> None:
    events = rows(opened(name, tmp_path), "events")
    assert events
    for event in events:
        parts = (event[k] for k in ("user_id", "type", "product_id", "at", "order_id"))
        assert event["event_id"] == event_id(*parts)
        assert event["type"] in EVENTS


@every_format
def test_reading_again_gives_the_same_rows_and_rejects(tmp_path: Path, name: str) -> None:
    source = opened(name, tmp_path)
    first = _whole(source.batches()), source.rejects.counts.copy(), list(source.rejects.first)
    again = _whole(source.batches()), source.rejects.counts, source.rejects.first
    assert first == again
    assert source.rejects.broken > 0


@every_format
def test_small_batches_hold_the_same_rows(tmp_path: Path, name: str) -> None:
    small = opened(name, tmp_path, SourceOptions(batch_rows=1, now=NOW))
    batches = list(small.batches())
    assert all(batch.frame.height == 1 for batch in batches)
    assert _whole(iter(batches)) == _whole(opened(name, tmp_path).batches())


@every_format
def test_strict_yields_nothing_of_a_shop_with_a_broken_row(tmp_path: Path, name: str) -> None:
    with pytest.raises(RejectsError):
        next(opened(name, tmp_path, SourceOptions(strict=True, now=NOW)).batches())


@every_format
def test_the_name_is_the_folders_or_the_one_given(tmp_path: Path, name: str) -> None:
    assert opened(name, tmp_path).name == SHOPS[name](tmp_path).name
    assert opened(name, tmp_path, SourceOptions(name="mine", now=NOW)).name == "mine"


@every_format
def test_a_shop_of_nothing_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(tmp_path, SourceOptions(format=name))
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)


def _whole(batches: Iterator[Batch]) -> dict[str, list[tuple[object, ...]]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    for batch in batches:
        frames.setdefault(batch.kind, []).append(batch.frame)
    return {kind: pl.concat(parts).rows() for kind, parts in frames.items()}


CELL = st.sampled_from(
    (
        *(b"", b"a", b"b", b"7", b"2025-01-01", b"$1", b'"', b'"a"', b'"a,b"', b'"a\nb"'),
        *(b'5" x', b"\xff", b"\0", b"\xc3\xbc", b"a\rb", b" ", b"1e400", b"-1", b"nan", b"'"),
    )
)
LINE = st.lists(CELL, min_size=1, max_size=5).map(b",".join)
BODY = st.lists(LINE, max_size=12).map(b"\n".join) | st.binary(max_size=80)
JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
anything = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@anything
@given(body=BODY, packed=st.booleans())
def test_every_line_is_either_in_a_batch_or_rejected(
    tmp_path: Path, body: bytes, packed: bool
) -> None:
    content = b"user_id,product_id,at\n" + body
    path = tmp_path / ("events.csv.gz" if packed else "events.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    kept, left_out = _lines(path)
    assert not set(kept) & set(left_out)
    assert len(kept) == len(set(kept))
    assert len(left_out) == len(set(left_out))
    blank = {n for n, line in enumerate(_physical(content), 1) if not line.strip()}
    within = set(range(2, len(_physical(content)) + 1)) - set(kept) - set(left_out) - blank
    assert all(_continues(content, n, kept + left_out) for n in within)


@anything
@given(body=BODY)
def test_no_bytes_break_a_table_of_products(tmp_path: Path, body: bytes) -> None:
    header = b"product_id,title,price,categories,category_path\n"
    write(tmp_path / "products.csv", header + body)
    kept, left_out = _lines(tmp_path / "products.csv")
    assert not set(kept) & set(left_out)


@anything
@given(content=st.binary(max_size=120), name=st.sampled_from(["csv", "csv.gz", "jsonl", "parquet"]))
def test_no_bytes_at_all_raise_anything_but_a_source_error(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / f"events.{name}"
    path.write_bytes(content)
    _lines(path)


@anything
@given(
    objects=st.lists(
        st.dictionaries(st.sampled_from(["id", "title", "categories", "price"]), JSON_VALUE),
        max_size=4,
    )
)
def test_every_json_object_is_either_in_a_batch_or_rejected(
    tmp_path: Path, objects: list[dict[str, object]]
) -> None:
    import json

    lines = [json.dumps({**row, "id": f"p{n}"} if n % 2 else row) for n, row in enumerate(objects)]
    kept, left_out = _lines(write(tmp_path / "products.jsonl", "\n".join(lines)))
    repeated = len(objects) - len(kept) - len(left_out)
    assert not set(kept) & set(left_out)
    if kept:
        assert 0 <= repeated <= len(objects) - len({json.dumps(row) for row in objects})


def _lines(path: Path) -> tuple[list[int], list[int]]:
    """The lines in batches and those rejected; what was rejected alone where nothing is left."""
    kept: list[int] = []
    try:
        source = open_source(path, OPTIONS)
    except SourceError:
        return [], []
    with suppress(SourceError):
        for batch in source.batches():
            kept += batch.frame["line"].to_list()
    return kept, [reject.line for reject in source.rejects.first]


def _physical(content: bytes) -> list[bytes]:
    return content.replace(b"\r\n", b"\n").split(b"\n")


def _continues(content: bytes, line: int, begun: list[int]) -> bool:
    """Is this line within a quoted record that began on an earlier one."""
    start = max(n for n in [1, *begun] if n < line)
    before = b"\n".join(_physical(content)[start - 1 : line - 1])
    return before.count(b'"') % 2 == 1
