"""What users do, as it happens."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.bodies import EventsBody, SentEvents
from cli.web.examples import EVENTS
from cli.web.guard import WRITE
from cli.web.service import Service, Serving
from kg.impressions.reading import is_impression
from kg.live.events import RejectedEvent
from kg.live.queue import PASSING

router = APIRouter(prefix="/v1", tags=["events"], responses=EVENTS, dependencies=[WRITE])

Rows = Sequence[Mapping[str, Any]]
Outcome = tuple[dict[str, int], Sequence[RejectedEvent]]
"""How many of each fate, and those that were rejected."""


@router.post("/events", summary="Take events")
def events(body: SentEvents, serving: Serving) -> Response:
    """One event or a batch of them; the next request of their users knows. Those that are not in
    order are listed as `rejected`, the others are taken. The same `event_id` counts once.

    While Neo4j is away events are `kept` on disk, answered with 202, and taken in order later.
    Impressions and clicks never wait: they are counted beside the graph.
    """
    given = body.events if isinstance(body, EventsBody) else [body]
    rows = [each.model_dump(exclude_none=True) for each in given]
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    rejected: list[RejectedEvent] = []
    for take, places in _parts(rows):
        found, wrong = take(serving, [rows[at] for at in places])
        counts |= {name: counts.get(name, 0) + count for name, count in found.items()}
        rejected += [replace(each, index=places[each.index]) for each in wrong]
    rejected.sort(key=lambda each: each.index)
    return json_response({**counts, "rejected": rejected}, 202 if "kept" in counts else 200)


def _parts(rows: Rows) -> list[tuple[Any, list[int]]]:
    """Who takes which of rows [n]."""
    seen = [at for at, row in enumerate(rows) if is_impression(row)]
    done = [at for at, row in enumerate(rows) if not is_impression(row)]
    return [(take, places) for take, places in ((_seen, seen), (_done, done)) if places]


def _seen(serving: Service, rows: Rows) -> Outcome:
    """Impressions and clicks."""
    done = serving.take_impressions(rows)
    return {"created": done.created, "unchanged": done.unchanged}, done.rejected


def _done(serving: Service, rows: Rows) -> Outcome:
    """The graph's events; those that wait come first. Both ways of taking them are told the same
    moment, as it is part of an event's key: what was written before the answer was lost is known.
    """
    now = int(time.time())
    if not serving.queue:
        try:
            done = serving.take_events(rows, now)
        except PASSING:
            if serving.queue is None:
                raise
        else:
            names = ("created", "changed", "unchanged")
            return {name: getattr(done, name) for name in names}, done.rejected
    serving.queue.put(rows, now)
    return {"kept": len(rows)}, ()
