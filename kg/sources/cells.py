"""Typed columns of parquet files as the text that csv would hold, whatever their type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from kg.sources.jsonlines import as_text
from kg.sources.table import PATH, SEGMENT

_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_A_DAY = 86_400


@dataclass(frozen=True)
class Texts:
    """A column [n] as text; `bad` are the rows whose cells could not be read, and why."""

    texts: pl.Series
    bad: Mapping[int, str] = field(default_factory=dict)


def as_series(column: Any) -> Texts:
    """A column [n] of Arrow as text: a time as seconds since 1970, an item of a list after
    SEGMENT, anything else as a person would write it."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return Texts(_epoch(column).cast(pl.String))
    if _is_plain(column.type) and _is_valid(column):
        return Texts(_as_text(pl.Series(column)))
    return _one_by_one(column)


def _is_plain(type_: Any) -> bool:
    """Is it a type that polars turns into text, alone, in a list, or in a list of lists?"""
    from pyarrow import types

    for _ in range(2):
        if types.is_list(type_) or types.is_large_list(type_):
            type_ = type_.value_type
    return any(
        is_of(type_)
        for is_of in (
            types.is_string,
            types.is_large_string,
            types.is_integer,
            types.is_floating,
            types.is_boolean,
            types.is_null,
            types.is_decimal128,
        )
    )


def _is_valid(column: Any) -> bool:
    """Is all of its text UTF-8? Writers of parquet do not always see to that."""
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _epoch(column: Any) -> pl.Series:
    """Seconds since 1970 of dates and timestamps [n]."""
    import pyarrow as pa

    if pa.types.is_date32(column.type):
        return pl.Series(column.view(pa.int32())).cast(pl.Int64) * _A_DAY
    parts = _A_SECOND["ms" if pa.types.is_date64(column.type) else column.type.unit]
    return pl.Series(column.view(pa.int64())) // parts


def _as_text(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype.is_float():
        whole = column.is_nan() | (column == column.round()) & (column.abs() < 2**53)
        as_number = column.cast(pl.Int64, strict=False) if whole.all() else column
        return as_number.cast(pl.String).set(column.is_nan(), None)
    if isinstance(dtype, pl.List):
        return _joined(column, dtype)
    return column.cast(pl.String, strict=False)


def _joined(column: pl.Series, dtype: pl.List) -> pl.Series:
    frame = column.alias("cell").to_frame()
    items = pl.col("cell")
    if isinstance(dtype.inner, pl.List):
        paths = items.list.eval(pl.element().cast(pl.List(pl.String)).list.join(SEGMENT))
        return frame.select(paths.list.join(PATH)).to_series()
    return frame.select(items.cast(pl.List(pl.String)).list.join(SEGMENT)).to_series()


def _one_by_one(column: Any) -> Texts:
    texts: list[str | None] = []
    bad: dict[int, str] = {}
    for row in range(len(column)):
        try:
            texts.append(as_text(_plain(column[row].as_py())))
        except UnicodeDecodeError as error:
            bad[row] = f"byte {error.object[error.start]:#04x} is no UTF-8"
            texts.append(None)
        except (ValueError, OverflowError, RecursionError, orjson.JSONEncodeError) as error:
            bad[row] = (str(error).splitlines() or [type(error).__name__])[0]
            texts.append(None)
    return Texts(pl.Series(texts, dtype=pl.String), bad)


def _plain(value: Any) -> Any:
    """A value as JSON would hold it: bytes are text, a time or an amount what is written of it."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
