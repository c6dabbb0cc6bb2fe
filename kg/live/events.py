"""Take events as they happen: checked as a file's rows are, each written once."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from kg.catalog import SCHEMAS, Batch, Clock, Rejects
from kg.live.rows import text_of, text_rows
from kg.live.writing import live_meta, live_writer
from kg.load.events import EventLoad
from kg.load.known import KnownProducts
from kg.load.pipeline import Pipeline
from kg.meta import Meta
from kg.schema import EVENTS
from kg.sources.events import EventRules, clean_events
from kg.sources.table import LINE

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

FILE = "events"
MOMENTS = ("at", "position")


@dataclass(frozen=True)
class RejectedEvent:
    """An event that was left out: its place in the batch, its id if it has one, and why."""

    index: int
    event_id: str | None
    code: str
    reason: str


@dataclass(frozen=True)
class EventsSummary:
    """What became of a batch of events. `unchanged` were known already; `taken` [n] are those in
    order, with the columns of SCHEMAS["events"]; `replaced` [m] have the user, product, type, at
    and value that events had before they changed.
    """

    created: int
    changed: int
    unchanged: int
    rejected: tuple[RejectedEvent, ...]
    taken: pl.DataFrame = field(repr=False, compare=False)
    replaced: pl.DataFrame = field(repr=False, compare=False)


def add_events(
    graph: "Neo4jGraph",
    events: Sequence[Mapping[str, Any]],
    now: int | Sequence[int] | None = None,
) -> EventsSummary:
    """Write events: user_id, product_id, type, and at (or position), value, order_id, event_id.

    Without a time, an event happened `now`, which may be a moment for each; a rating has to have a
    value. The same event_id again
    changes nothing. Raises GraphError, ConnectionFailed; an event that is not in order is left out
    and told.
    """
    meta = live_meta(graph)
    moments = now if isinstance(now, Sequence) else [_or_now(now)] * len(events)
    rejects = Rejects()
    clock: Clock = "order" if meta.clock == "order" else "time"
    rules = EventRules(clock, max(moments), valued=True)
    frames = clean_events([_rows(events, meta, moments)], rules, FILE, rejects)
    frame = _as_known(graph, events, next(iter(frames)).cast(SCHEMAS["events"]))
    writer = live_writer(graph, meta)
    batch = Batch("events", frame, 0, FILE)
    products = KnownProducts(writer, pl.Series(dtype=pl.String), frozenset())
    replaced: list[pl.DataFrame] = [frame.clear()]
    with Pipeline() as pipeline:
        load = EventLoad(writer, products, rejects, pipeline, replaced=replaced)
        load.write(batch)
    if load.newest_at is not None and load.newest_at > (meta.newest_at or load.newest_at - 1):
        graph.write("load/newer", at=load.newest_at)
    before = pl.concat(replaced, how="diagonal")
    return _summary(events, frame, before, rejects, writer.tally.counts)


def _or_now(moment: int | None) -> int:
    return int(time.time()) if moment is None else moment


def _rows(events: Sequence[Mapping[str, Any]], meta: Meta, moments: Sequence[int]) -> pl.DataFrame:
    """Events [n] as rows: without a time, at moments [n]; without a place, the next."""
    rows = text_rows("events", events, {"position": str((meta.newest_at or 0) + 1)})
    kept = pl.Series([str(at) for at in moments], dtype=pl.String)
    return rows.with_columns(pl.col("at").fill_null(kept))


def _as_known(
    graph: "Neo4jGraph", events: Sequence[Mapping[str, Any]], frame: pl.DataFrame
) -> pl.DataFrame:
    """The events [n], those without a time at the time at which they were first taken."""
    untimed = [
        line
        for line, event in enumerate(events)
        if text_of(event.get("event_id")) and not any(text_of(event.get(_)) for _ in MOMENTS)
    ]
    again = frame.filter(pl.col(LINE).is_in(untimed))
    if not again.height:
        return frame
    frame = frame.with_columns(_first_of_each(untimed))
    ids = {each.lower(): again.filter(type=each)["event_id"].to_list() for each in EVENTS}
    rows = graph.read("load/known_events", **ids)
    known = [(row["type"], event[0], event[3]) for row in rows for event in row["events"]]
    schema = {"type": pl.String, "event_id": pl.String, "known_at": pl.Int64}
    first = pl.DataFrame(known, schema, orient="row")
    joined = frame.join(first, on=("type", "event_id"), how="left", maintain_order="left")
    asked = pl.col(LINE).is_in(untimed) & pl.col("known_at").is_not_null()
    at = pl.when(asked).then(pl.col("known_at")).otherwise(pl.col("at"))
    return joined.with_columns(at.alias("at")).drop("known_at")


def _first_of_each(lines: Sequence[int]) -> pl.Expr:
    """`at`, which of these lines is that of the first line with the same type and id."""
    earliest = pl.col("at").first().over("type", "event_id")
    return pl.when(pl.col(LINE).is_in(lines)).then(earliest).otherwise(pl.col("at")).alias("at")


def _summary(
    events: Sequence[Mapping[str, Any]],
    frame: pl.DataFrame,
    replaced: pl.DataFrame,
    rejects: Rejects,
    counts: Mapping[str, Mapping[str, int]],
) -> EventsSummary:
    def counted(what: str) -> int:
        return sum(each.get(what, 0) for kind, each in counts.items() if kind != "User")

    rejected = tuple(
        RejectedEvent(each.line, text_of(events[each.line].get("event_id")), each.code, each.reason)
        for each in sorted(rejects.first, key=lambda each: each.line)
    )
    gone = [each.index for each in rejected]
    return EventsSummary(
        created=counted("created"),
        changed=counted("changed"),
        unchanged=counted("unchanged"),
        rejected=rejected,
        taken=frame.filter(~pl.col(LINE).is_in(gone)),
        replaced=replaced,
    )
