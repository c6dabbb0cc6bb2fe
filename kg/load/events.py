"""Write events, each once: new ones are created, changed ones changed, the rest left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.catalog import Batch, Rejects
from kg.errors import GraphError, KgrecError
from kg.load.forgotten import hash_of, without
from kg.load.known import KnownProducts
from kg.load.pipeline import Pipeline
from kg.load.writer import Writer
from kg.schema import EVENTS

Hashes = NDArray[np.uint64]

ATTEMPTS = 3
VALUES = ("at", "value", "order_id")
"""What of an event may change under its id; another user or product is another event."""

BELONGS = ("user_id", "product_id")

KNOWN = pl.Schema(
    {
        "event_id": pl.String(),
        "user_id": pl.String(),
        "product_id": pl.String(),
        "at": pl.Int64(),
        "value": pl.Float64(),
        "order_id": pl.String(),
        "source": pl.String(),
    }
)
"""The columns of what load/known_events tells of an event."""


@dataclass(frozen=True)
class EventChange:
    """Events by what is to be done with them. `moved` now name another user or product, `taken`
    have the id of another source's event.
    """

    new: pl.DataFrame
    moved: pl.DataFrame
    taken: pl.DataFrame
    changed: pl.DataFrame
    unchanged: int


@dataclass
class EventLoad:
    """The writing of one source's events. `newest_at` grows with every batch.

    `seen` collects hashes of all events there are, and `replaced` the events that were there before
    those that changed, where lists are given for them.
    """

    writer: Writer
    products: KnownProducts
    rejects: Rejects
    pipeline: Pipeline
    until: int | None = None
    newest_at: int | None = None
    seen: list[Hashes] | None = None
    replaced: list[pl.DataFrame] | None = None
    _met: set[str] = field(default_factory=set)

    def write(self, batch: Batch) -> None:
        """Write the events of a batch; those of unknown products and of users who are to stay
        forgotten are rejected with their lines.
        """
        wanted = self._wanted(batch)
        forgotten = write_users(self.writer, wanted["user_id"])
        frame = without(forgotten, wanted, batch.file, self.rejects)
        if not frame.height:
            return
        if self.seen is not None:
            self.seen.append(event_hashes(frame))
        newest = frame["at"].max()
        self.newest_at = max(int(newest), self.newest_at or 0)  # type: ignore[arg-type]
        for (type_,), events in frame.group_by("type", maintain_order=True):
            self._write_type(str(type_), events, batch.file)

    def _wanted(self, batch: Batch) -> pl.DataFrame:
        """The events before `until` of products there are then; the last of one id counts."""
        asked, until = batch.frame, self.until
        frame = asked if until is None else asked.filter(pl.col("at") < until)
        words = self.products.reject_unknown(replace(batch, frame=frame), self.rejects)
        late = asked.height - frame.height + int((words == "late").sum())
        self.writer.tally.add("events", "after until", late)
        known = frame.filter(words == "known")
        once = known.unique(("type", "event_id"), keep="last", maintain_order=True)
        self.rejects.repeat(batch.file, known.height - once.height)
        return once

    def _write_type(self, type_: str, events: pl.DataFrame, file: str) -> None:
        """Create events of one type at once where there can be none; else look before."""
        if self.writer.before[type_] or type_ in self._met:
            self._compare_and_write(type_, events, file)
            return

        created: list[int] = []

        def create() -> None:
            rows = self.writer.graph.create(**self._creation(type_, events))
            created.append(rows[0]["created"])

        def done(error: KgrecError | None) -> None:
            if error is None:
                self.writer.tally.add(type_, "created", created[0])
            else:  # one of them is there; or the server is away, as the next to write will find
                self._met.add(type_)
                self._compare_and_write(type_, events, file)

        self.writer.lock.check()
        self.pipeline.put(create, done)

    def _creation(self, type_: str, events: pl.DataFrame) -> dict[str, Any]:
        rows = by_user(events)
        return {"name": "load/events", "source": self.writer.source, "type": type_, "rows": rows}

    def _compare_and_write(self, type_: str, events: pl.DataFrame, file: str) -> None:
        """Write the difference, again where an event that is being created came between."""
        for attempt in range(ATTEMPTS):
            try:
                change, created = self._compare(type_, events), 0
                if change.new.height:
                    rows = self.writer.write(**self._creation(type_, change.new))
                    created = rows[0]["created"]
            except GraphError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                self.writer.tally.add(type_, "created", created)
                self._write_rest(type_, change, file)
                return

    def _compare(self, type_: str, events: pl.DataFrame) -> EventChange:
        known = self._known(type_, events["event_id"].to_list())
        both = events.join(known, on="event_id", how="left", maintain_order="left", suffix="_now")
        new = pl.col("source").is_null()
        elsewhere = (pl.col("user_id") != pl.col("user_id_now")) | (
            pl.col("product_id") != pl.col("product_id_now")
        )
        same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in VALUES)
        mine = pl.col("source") == self.writer.source
        return EventChange(
            new=both.filter(new),
            moved=both.filter(~new & elsewhere & mine),
            taken=both.filter(~new & elsewhere & ~mine),
            changed=both.filter(~new & ~elsewhere & ~same),
            unchanged=both.filter(~new & ~elsewhere & same).height,
        )

    def _write_rest(self, type_: str, change: EventChange, file: str) -> None:
        for line, event_id, source in change.taken.select("line", "event_id", "source").rows():
            reason = f"event {event_id} is another one in source {source}"
            self.rejects.add(file, line, "event_id_taken", reason)
        if self.replaced is not None:
            self.replaced += [_as_it_was(change.moved), _as_it_was(change.changed)]
        if change.moved.height:
            moved = of_type(type_, change.moved["event_id"].to_list())
            self.writer.write("load/no_longer_events", **moved)
            self.writer.write(**self._creation(type_, change.moved))
        if change.changed.height:
            columns = ("type", "event_id", "user_id", "product_id", *VALUES)
            rows = change.changed.select(columns).to_dicts()
            self.writer.write("load/changed_events", rows=rows)
        self.writer.tally.add(type_, "changed", change.moved.height + change.changed.height)
        self.writer.tally.add(type_, "unchanged", change.unchanged)

    def _known(self, type_: str, ids: Sequence[str]) -> pl.DataFrame:
        rows = self.writer.graph.read("load/known_events", **of_type(type_, ids))
        events = [event for row in rows for event in row["events"]]
        return pl.DataFrame(events, KNOWN, orient="row").with_columns(
            pl.col("source").fill_null("")
        )


def _as_it_was(events: pl.DataFrame) -> pl.DataFrame:
    """Events [n] as the graph had them before they changed: user, product, type, at and value."""
    before = [pl.col(f"{name}_now").alias(name) for name in (*BELONGS, "at", "value")]
    return events.select("type", *before)


def write_users(writer: Writer, ids: pl.Series) -> list[str]:
    """Make the users that are not there yet; those who are to stay forgotten, who are left out."""
    users = [[id_, hash_of(id_)] for id_ in ids.unique().to_list()]
    if not users:
        return []
    row = writer.write("load/users", source=writer.source, users=users)[0]
    writer.tally.add("User", "created", row["created"])
    forgotten: list[str] = row["forgotten"]
    return forgotten


def by_user(events: pl.DataFrame) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Events [n] as the rows of load/events: the server looks up a user once, not once an event."""
    grouped: dict[str, list[tuple[object, ...]]] = {}
    columns = ("user_id", "product_id", "event_id", *VALUES)
    for user_id, *event in events.select(columns).iter_rows():
        grouped.setdefault(user_id, []).append(tuple(event))
    return list(grouped.items())


def of_type(type_: str, ids: Sequence[str]) -> dict[str, Sequence[str]]:
    """The parameters of a query that takes event ids by type."""
    return {each.lower(): ids if each == type_ else [] for each in EVENTS}


def event_hashes(events: pl.DataFrame) -> Hashes:
    """A hash [n] of each event's type and id, to know it by within this process."""
    key = events.select(pl.col("type") + ":" + pl.col("event_id")).to_series()
    return key.hash().to_numpy()
