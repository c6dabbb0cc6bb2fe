"""Moments of a graph as people read them, and can type them again."""

from datetime import UTC, datetime, time


def readable_moment(at: int, clock: str | None) -> str:
    """2026-05-31, or 2026-05-31T08:30:00 (UTC); where events have no times a position as it is."""
    if clock == "order":
        return str(at)
    try:
        moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):  # further away than a date can be
        return str(at)
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
