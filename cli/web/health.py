"""Is the service alive, and is it ready for requests?"""

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.examples import ALIVE, READY
from cli.web.service import Service, Serving
from kg.errors import KgrecError
from kg.readiness import readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive", responses=ALIVE)
async def healthz() -> Response:
    """Answers as long as the process can answer anything."""
    return json_response({"alive": True})


@router.get("/readyz", summary="Ready", responses=READY)
def readyz(serving: Serving) -> Response:
    """Which part is not ready, and why: 200 where all that requests need is there, else 503.

    Where keys are asked for, everybody may know which, and nobody why.
    """
    parts = _parts(serving)
    missing = {name: why for name, why in parts.items() if why is not None}
    told = parts if serving.keys is None else {name: name not in missing for name in parts}
    said = {"ready": not missing, "parts": told, **_waiting(serving)}
    answer = json_response(said, 503 if missing else 200)
    if missing:
        answer.headers["Retry-After"] = "2"
    return answer


def _parts(serving: Service) -> dict[str, str | None]:
    """Each part, and why it is not ready; None for one that is."""
    warm = None if serving.warmed.is_set() else "still reading ahead"
    try:
        return {"server": None, **serving.ask(readiness), "caches": warm}
    except KgrecError as error:
        return {"server": str(error), "caches": warm}


def _waiting(serving: Service) -> dict[str, float]:
    """How old a copy in memory is, and how many events wait for Neo4j."""
    age = {} if serving.copy is None else {"copy_age_s": round(serving.copy.age_s, 1)}
    return age if serving.queue is None else {**age, "events_waiting": len(serving.queue)}
