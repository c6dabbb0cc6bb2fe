"""Part the rows that are in order from those that are not, and say why of each of the latter."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kg.catalog import Rejects
from kg.sources.table import LINE

_VERDICT = "__verdict"
_SHOWN = 80


@dataclass(frozen=True)
class Check:
    """A row is left out where `fails` holds; `reason` may show the `{value}` of `column`."""

    code: str
    fails: pl.Expr
    reason: str
    column: str | None = None


def sift(frame: pl.DataFrame, checks: Sequence[Check], file: str, rejects: Rejects) -> pl.DataFrame:
    """The rows [m <= n] that fail no check; the others go to `rejects` by the first they fail."""
    verdicts = [
        pl.when(check.fails.fill_null(value=False)).then(pl.lit(i, pl.Int8))
        for i, check in enumerate(checks)
    ]
    judged = frame.with_columns(pl.coalesce(verdicts).alias(_VERDICT))
    if judged[_VERDICT].null_count() == judged.height:
        return frame
    for row in judged.filter(pl.col(_VERDICT).is_not_null()).iter_rows(named=True):
        check = checks[row[_VERDICT]]
        value = row[check.column] if check.column else None
        rejects.add(file, row[LINE], check.code, check.reason.format(value=shown(value)))
    return judged.filter(pl.col(_VERDICT).is_null()).drop(_VERDICT)


def shown(value: object) -> str:
    """A value as a reason quotes it: short, on one line."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
