"""What users do, as it happens."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.bodies import EventBody, EventsBody
from cli.web.examples import EVENTS
from cli.web.guard import WRITE
from cli.web.service import Serving
from kg.errors import ConnectionFailed
from kg.live.queue import EventQueue

router = APIRouter(prefix="/v1", tags=["events"], responses=EVENTS, dependencies=[WRITE])


@router.post("/events", summary="Take events")
def events(body: EventsBody | EventBody, serving: Serving) -> Response:
    """One event or a batch of them; the next request of their users knows. Those that are not in
    order are listed as `rejected`, the others are taken. The same `event_id` counts once.

    While Neo4j is away events are kept on disk, answered with 202, and taken in order later.
    """
    given = body.events if isinstance(body, EventsBody) else [body]
    rows = [each.model_dump(exclude_none=True) for each in given]
    if serving.queue:  # those that wait come first
        return _kept(serving.queue, rows)
    try:
        done = serving.take_events(rows)
    except ConnectionFailed:
        if serving.queue is None:
            raise
        return _kept(serving.queue, rows)
    counts = {name: getattr(done, name) for name in ("created", "changed", "unchanged")}
    return json_response({**counts, "rejected": done.rejected})


def _kept(queue: EventQueue, rows: Sequence[Mapping[str, Any]]) -> Response:
    queue.put(rows)
    return json_response({"kept": len(rows)}, 202)
