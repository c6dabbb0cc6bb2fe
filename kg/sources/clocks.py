"""How events tell time: by a moment, or only by their order."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kg.catalog import Clock, Rejects
from kg.errors import SourceError
from kg.sources.columns import Plan
from kg.sources.table import LINE
from kg.sources.texts import meant
from kg.sources.times import days_come_first, short_date

_UNUSED: dict[Clock, str] = {"time": "position", "order": "at"}


def clocked(plans: Sequence[Plan]) -> tuple[Clock, list[Plan]]:
    """How the events tell time, and their plans with only the column for that.

    Raises SourceError where some events have a time and others only a position.
    """
    clocks = [_clock_of(plan) for plan in plans]
    if len(set(clocks)) > 1:
        named = ", ".join(f"{p.table.name}: {c}" for p, c in zip(plans, clocks, strict=True))
        raise SourceError(
            f"events tell time in two ways ({named}); give all a time, or all a place"
        )
    kept = [p.without(_UNUSED[c]) for p, c in zip(plans, clocks, strict=True)]
    return (clocks[0] if clocks else "time"), kept


def _clock_of(plan: Plan) -> Clock:
    """time where there is a time, order where there is but a position."""
    if not {"at", "position"} <= plan.columns.keys():
        return "time" if "at" in plan.columns else "order"
    timed = ordered = None
    for frame in plan.table.read({c: plan.columns[c] for c in ("at", "position")}, Rejects()):
        has_time = meant(frame["at"]).is_not_null()
        timed = timed or _first_line(frame, has_time)
        ordered = ordered or _first_line(frame, ~has_time & meant(frame["position"]).is_not_null())
    if timed and ordered:
        raise SourceError(
            f"{plan.table.name} line {ordered} has a position and no time, line {timed} has a"
            " time; give all a time, or all a place"
        )
    return "order" if ordered else "time"


def _first_line(frame: pl.DataFrame, where: pl.Series) -> int | None:
    lines = frame.filter(where)[LINE]
    return int(lines[0]) if len(lines) else None


@dataclass(frozen=True)
class Dates:
    """Does the day lead in dates such as 3/4/2025? `remark` says that nothing shows it."""

    day_first: bool
    remark: str | None = None


def dates_of(plans: Sequence[Plan], column: str, day_first: bool | None) -> Dates:
    """How a column of these tables writes dates: as given, as a day after the 12th shows, or else
    with the month first."""
    if day_first is not None:
        return Dates(day_first)
    doubts = []
    for plan in plans:
        shown, doubtful = _shown(plan, column) if column in plan.columns else (None, None)
        if shown is not None:
            return Dates(shown)
        if doubtful is not None:
            doubts.append(
                f"{plan.table.name}: {doubtful} and all dates like it are read as month/day/year;"
                " if the day comes first in them, say so by --day-first"
            )
    return Dates(False, doubts[0] if doubts else None)


def _shown(plan: Plan, column: str) -> tuple[bool | None, str | None]:
    """Whether the day leads, read no further than to the first frame that shows it, or that has
    other dates only; else a date that leaves it open."""
    doubtful = None
    for frame in plan.table.read({column: plan.columns[column]}, Rejects()):
        shown = days_come_first(frame[column])
        if shown is not None:
            return shown, None
        found = short_date(frame[column])
        doubtful = doubtful or found
        if found is None and frame[column].count():
            break
    return None, doubtful
