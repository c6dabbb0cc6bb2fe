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
    waiting = len(serving.queue) if serving.queue is not None else 0
    text = serving.metrics.text(age, waiting, away=serving.away.why is not None)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
