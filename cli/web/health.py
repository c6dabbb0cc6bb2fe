"""Is the service alive, and is it ready for requests?"""

from fastapi import APIRouter, Response

from cli.web.answers import json_response
from cli.web.service import Service, Serving
from kg.errors import KgrecError
from kg.readiness import readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive")
async def healthz() -> Response:
    """Answers as long as the process can answer anything."""
    return json_response({"alive": True})


@router.get("/readyz", summary="Ready")
def readyz(serving: Serving) -> Response:
    """Which part is not ready, and why: 200 where all that requests need is there, else 503.

    Where keys are asked for, everybody may know which, and nobody why.
    """
    parts = _parts(serving)
    missing = {name: why for name, why in parts.items() if why is not None}
    told = parts if serving.keys is None else {name: name not in missing for name in parts}
    answer = json_response({"ready": not missing, "parts": told}, 503 if missing else 200)
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
