"""Let a row that the table library gives up on cost that row, and not the whole load."""

from collections.abc import Callable

import polars as pl

from kg.catalog import Rejects
from kg.sources.table import LINE

GIVEN_UP = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,  # no Exception: nothing else catches it
    ArithmeticError,
    ValueError,
)
"""What polars, and the reading of numbers, raise for values that nobody foresaw."""


def sparing(
    frame: pl.DataFrame,
    parse: Callable[[pl.DataFrame], pl.DataFrame],
    file: str,
    rejects: Rejects,
) -> pl.DataFrame:
    """`parse` of the frame [n], without the rows on which it fails: these go to `rejects`.

    `parse` makes a row [m] of each row and changes nothing else. Where it fails, it is asked for
    each half, down to the rows that are to blame.
    """
    try:
        return parse(frame)
    except GIVEN_UP as error:
        if frame.height > 1:
            half = frame.height // 2
            parts = (sparing(part, parse, file, rejects) for part in (frame[:half], frame[half:]))
            return pl.concat(parts, how="vertical_relaxed")
        if not frame.height:
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        rejects.add(file, frame[LINE][0], "unreadable", f"the row cannot be read: {reason}")
        return parse(frame.clear())
