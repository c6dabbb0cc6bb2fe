"""How events tell time: by a moment, or only by their order."""

from collections.abc import Sequence

import polars as pl

from kg.catalog import Clock, Rejects
from kg.errors import SourceError
from kg.sources.columns import Plan
from kg.sources.table import LINE
from kg.sources.texts import meant
from kg.sources.times import days_come_first

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


def day_first(plans: Sequence[Plan]) -> bool:
    """Are dates such as 31/12/2025 written with the day first, as far as the first rows show."""
    samples = (
        plan.table.sample({"at": plan.columns["at"]}) for plan in plans if "at" in plan.columns
    )
    return any(days_come_first(sample["at"]) for sample in samples)
