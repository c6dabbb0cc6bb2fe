"""Is the service alive, and is it ready for requests?"""

import asyncio

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.examples import ALIVE, READY
from cli.web.service import Service, Serving

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive", responses=ALIVE)
async def healthz() -> Response:
    """Answers as long as the process can answer anything."""
    return json_response({"alive": True})


@router.get("/readyz", summary="Ready", responses=READY)
async def readyz(serving: Serving) -> Response:
    """Each of the `parts` that requests need is `ready`, or says why it is not: 200 where all are
    ready, else 503.

    Those who ask within a second share one look at the parts. Where keys are asked for, everybody
    may know which are `not ready`, and nobody why.
    """
    parts = await serving.readiness.get()
    waiting = await asyncio.to_thread(_waiting, serving)
    ready = not any(parts.values())
    missing = str if serving.keys is None else lambda _: "not ready"
    told = {name: missing(why) if why else "ready" for name, why in parts.items()}
    answer = json_response({"ready": ready, "parts": told, **waiting}, 200 if ready else 503)
    if not ready:
        answer.headers["Retry-After"] = "2"
    return answer


def _waiting(serving: Service) -> dict[str, float]:
    """How old a copy in memory is, how many events wait for Neo4j, how many of them it refused."""
    age = {} if serving.copy is None else {"copy_age_s": round(serving.copy.age_s, 1)}
    queue = serving.queue
    if queue is None:
        return age
    return {**age, "events_waiting": len(queue), "events_refused": queue.set_aside}
