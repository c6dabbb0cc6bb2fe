"""Objects as the rows of a file, so that what checks files checks them."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from kg.sources.columns import NAMES, Rows
from kg.sources.jsonlines import as_text
from kg.sources.table import LINE


def text_rows(
    kind: Rows, objects: Sequence[Mapping[str, Any]], missing: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Objects [n] as rows of text [n]; `line` is an object's place, `missing` what stands for an
    absent value of a column."""
    default = missing or {}
    columns = {
        name: [text_of(each.get(name)) or default.get(name) for each in objects]
        for name in NAMES[kind]
    }
    frame = pl.DataFrame(columns, dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.Series(LINE, range(len(objects)), pl.Int64))


def text_of(value: Any) -> str | None:
    """A JSON value as a cell, None for an empty one."""
    return as_text(value) or None
