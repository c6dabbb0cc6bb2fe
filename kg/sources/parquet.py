"""Tables as parquet: typed columns turned into the text that csv would hold."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from kg.catalog import Rejects
from kg.errors import SourceError
from kg.sources.table import LINE, PATH, SEGMENT, Table

_ROWS = 20_000


def open_parquet(path: Path) -> Table:
    """Open a parquet file. Raises SourceError where it is none."""
    columns = tuple(_file(path).schema_arrow.names)
    return Table(path, columns, partial(_read, path, columns))


def _file(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as parquet: {reason}") from error


def _read(
    path: Path, known: tuple[str, ...], columns: Mapping[str, str], rejects: Rejects
) -> Iterator[pl.DataFrame]:
    del rejects  # a parquet file has no rows that are none
    wanted = sorted({column for column in columns.values() if column in known})
    line = 1
    for frame in _frames(path, wanted):
        lines = pl.Series(LINE, range(line, line + frame.height), pl.Int64)
        yield pl.DataFrame(
            [
                _as_text(frame[column]).alias(name)
                if column in known
                else lines.cast(pl.String).alias(name)
                for name, column in columns.items()
            ]
            + [lines]
        )
        line += frame.height


def _frames(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    import pyarrow as pa

    try:
        for batch in _file(path).iter_batches(_ROWS, columns=columns):
            yield pl.DataFrame(batch)
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as parquet: {reason}") from error


def _as_text(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype.is_temporal():
        return _epoch(column).cast(pl.String)
    if dtype.is_float():
        whole = column.is_nan() | (column == column.round()) & (column.abs() < 2**53)
        as_number = column.cast(pl.Int64, strict=False) if whole.all() else column
        return as_number.cast(pl.String).set(column.is_nan(), None)
    if isinstance(dtype, pl.List):
        return _joined(column, dtype)
    if isinstance(dtype, pl.Struct):
        return column.struct.json_encode()
    return column.cast(pl.String, strict=False)


def _epoch(column: pl.Series) -> pl.Series:
    return column.cast(pl.Datetime("us")).dt.epoch("s")


def _joined(column: pl.Series, dtype: pl.List) -> pl.Series:
    frame = column.alias("cell").to_frame()
    items = pl.col("cell")
    if isinstance(dtype.inner, pl.List):
        paths = items.list.eval(pl.element().cast(pl.List(pl.String)).list.join(SEGMENT))
        return frame.select(paths.list.join(PATH)).to_series()
    return frame.select(items.cast(pl.List(pl.String)).list.join(SEGMENT)).to_series()
