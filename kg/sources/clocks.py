"""How events tell time: by a moment, or only by their order."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kg.catalog import Clock, Rejects
from kg.errors import SourceError
from kg.sources.columns import Plan
from kg.sources.table import LINE
from kg.sources.texts import meant
from kg.sources.times import day_signs

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
    """Whether 3/4/2025 is the third of April, and, where nothing says so, that this was assumed."""

    day_first: bool
    assumed: tuple[str, ...] = ()


def dates_of(plans: Sequence[Plan], told: bool | None) -> Dates:
    """As it was told, else as other dates of the first rows show, else with the month first."""
    if told is not None:
        return Dates(told)
    signs = [
        (plan.table.name, *day_signs(plan.table.sample({"at": plan.columns["at"]})["at"]))
        for plan in plans
        if "at" in plan.columns
    ]
    if any(days > months for _, _, days, months in signs):
        return Dates(day_first=True)
    unsure = [name for name, dates, *shown in signs if dates and not any(shown)]
    return Dates(
        day_first=False,
        assumed=tuple(
            f"{name}: dates like 3/4/2026 are read as the 4th of March, and no date there tells"
            " otherwise; --day-first reads them as the 3rd of April"
            for name in unsure
        ),
    )
