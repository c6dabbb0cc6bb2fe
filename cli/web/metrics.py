"""`/metrics`: the service's numbers as Prometheus reads them."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from cli.web.guard import READ
from cli.web.service import Serving

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=PlainTextResponse,
    dependencies=[READ],
)
def metrics(serving: Serving) -> Response:
    """Latency by route and stage, results by evidence, empty answers, events, age of a copy."""
    age = serving.copy.age_s if serving.copy else None
    queue = serving.queue
    waiting, refused = (0, 0) if queue is None else (len(queue), queue.set_aside)
    text = serving.metrics.text(age, waiting, refused, away=serving.away.why is not None)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
