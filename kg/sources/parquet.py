"""Tables as parquet: typed columns turned into the text that csv would hold."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from kg.catalog import Rejects
from kg.errors import SourceError
from kg.sources.cells import as_series
from kg.sources.table import LINE, Table

_ROWS = 20_000


def open_parquet(path: Path) -> Table:
    """Open a parquet file. Raises SourceError where it is none."""
    columns = tuple(dict.fromkeys(_file(path).schema_arrow.names))
    return Table(path, columns, partial(_read, path, columns))


def _file(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    said = file.metadata
    held = sum(said.row_group(at).num_rows for at in range(said.num_row_groups))
    if held != said.num_rows:
        raise SourceError(f"{path} is damaged: it says {said.num_rows} rows and holds {held}")
    return file


def _read(
    path: Path, known: tuple[str, ...], columns: Mapping[str, str], rejects: Rejects
) -> Iterator[pl.DataFrame]:
    """Rows with a cell that is no text are rejected. Of columns of one name the first counts."""
    wanted = sorted({column for column in columns.values() if column in known})
    line = 1
    for batch in _batches(path, wanted):
        lines = pl.Series(LINE, range(line, line + batch.num_rows), pl.Int64)
        names = batch.schema.names
        read = {column: as_series(batch.column(names.index(column))) for column in wanted}
        line += batch.num_rows
        frame = pl.DataFrame(
            [
                read[column].texts.alias(name)
                if column in known
                else lines.cast(pl.String).alias(name)
                for name, column in columns.items()
            ]
            + [lines]
        )
        yield _without_bad(frame, {c: each.bad for c, each in read.items()}, path.name, rejects)


def _without_bad(
    frame: pl.DataFrame, bad: Mapping[str, Mapping[int, str]], file: str, rejects: Rejects
) -> pl.DataFrame:
    """The rows [m <= n] of the frame [n] whose cells could all be read."""
    reasons = {row: f"{column}: {why}" for column, rows in bad.items() for row, why in rows.items()}
    for row in sorted(reasons):
        rejects.add(file, frame[LINE][row], "bad_cell", reasons[row])
    if not reasons:
        return frame
    return frame.filter(~pl.int_range(frame.height).is_in(sorted(reasons)))


def _batches(path: Path, columns: list[str]) -> Iterator[Any]:
    import pyarrow as pa

    try:
        yield from _file(path).iter_batches(_ROWS, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> SourceError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return SourceError(f"{path} cannot be read as parquet: {reason}")
