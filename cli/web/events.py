"""What users do, as it happens."""

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.bodies import EventBody, EventsBody
from cli.web.examples import EVENTS
from cli.web.guard import WRITE
from cli.web.service import Serving
from kg.graph.live import happened
from kg.live.events import add_events

router = APIRouter(prefix="/v1", tags=["events"], responses=EVENTS, dependencies=[WRITE])


@router.post("/events", summary="Take events")
def events(body: EventsBody | EventBody, serving: Serving) -> Response:
    """One event or a batch of them; the next request of their users knows. Those that are not in
    order are listed as `rejected`, the others are taken. The same `event_id` counts once.
    """
    given = body.events if isinstance(body, EventsBody) else [body]
    rows = [each.model_dump() for each in given]
    done = serving.write(lambda graph: add_events(graph, rows))
    taken = happened(done.taken)
    serving.changed(lambda copy: copy.add(taken))
    counts = {name: getattr(done, name) for name in ("created", "changed", "unchanged")}
    serving.metrics.events(**counts, rejected=len(done.rejected))
    return json_response({**counts, "rejected": done.rejected})
