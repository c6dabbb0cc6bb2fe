"""Check impressions and clicks as events are checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from kg.catalog import Rejects
from kg.ids import key_hash
from kg.impressions.types import TYPES, Impression
from kg.live.events import RejectedEvent
from kg.live.rows import text_of, text_rows
from kg.sources.events import EventRules, clean_events
from kg.sources.table import LINE

LARGEST_RANK = 10_000
LONGEST_REQUEST_ID = 128


def is_impression(event: Mapping[str, Any]) -> bool:
    """Is this an impression or a click, and no event of the graph's?"""
    return _type(event) in TYPES


def read_impressions(
    events: Sequence[Mapping[str, Any]], now: int
) -> tuple[list[tuple[int, Impression]], list[RejectedEvent]]:
    """Those of events [n] that are in order, with their places, and the others.

    Without a time they happened now. Without an `event_id`, the same product of the same answer
    (`request_id`) counts once for a user; without either, once a second.
    """
    plain = [{**event, "type": "view"} for event in events]  # what the graph's events have, too
    rejects = Rejects()
    frames = clean_events(
        [text_rows("events", plain, {"at": str(now)})], EventRules("time", now), "events", rejects
    )
    sound = {row[LINE]: row for frame in frames for row in frame.iter_rows(named=True)}
    wrong = {each.line: (each.code, each.reason) for each in rejects.first}
    wrong |= {at: why for at in sound if (why := _wrong_place(events[at])) is not None}
    rejected = [
        RejectedEvent(at, text_of(events[at].get("event_id")), *wrong[at]) for at in sorted(wrong)
    ]
    return [(at, _read(events[at], row)) for at, row in sound.items() if at not in wrong], rejected


def _type(event: Mapping[str, Any]) -> str:
    return (text_of(event.get("type")) or "").strip().lower()


def _wrong_place(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with where an impression says it was: code and reason."""
    rank, request_id = event.get("rank"), event.get("request_id")
    whole = rank is None or (type(rank) is int and 1 <= rank <= LARGEST_RANK)
    if not whole:
        return "bad_rank", f"a rank is a whole number from 1 to {LARGEST_RANK}"
    if len(text_of(request_id) or "") > LONGEST_REQUEST_ID:
        return "too_long", f"a request_id has at most {LONGEST_REQUEST_ID} characters"
    return None


def _read(event: Mapping[str, Any], row: Mapping[str, Any]) -> Impression:
    type_, request_id, rank = _type(event), text_of(event.get("request_id")), event.get("rank")
    given = text_of(event.get("event_id"))
    whose = (type_, row["user_id"], row["product_id"])
    where = (request_id, str(rank)) if request_id else (str(row["at"]), str(rank))
    made = key_hash("".join(f"{len(part.encode())}:{part}" for part in (*whose, *where)))
    return Impression(
        row["event_id"] if given else made,
        type_,
        row["user_id"],
        row["product_id"],
        row["at"],
        request_id,
        rank,
    )
