"""How often what is recommended is followed, and bought."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from cli.web.answers import json_response
from cli.web.bodies import Id, Moment
from cli.web.examples import STATS
from cli.web.guard import READ
from cli.web.service import Serving
from kg.impressions.stats import DAYS, stats

router = APIRouter(prefix="/v1", tags=["events"], dependencies=[READ])


@router.get("/stats", summary="Click-through and conversion", responses=STATS)
def show(
    serving: Serving,
    since: Annotated[Moment | None, Query(description="Seconds since 1970; 30 days ago.")] = None,
    until: Annotated[Moment | None, Query(description="Exclusive; now.")] = None,
    days: Annotated[int, Query(ge=1, le=365, description="A purchase counts so long.")] = DAYS,
    product_id: Id | None = None,
) -> Response:
    """Impressions and clicks, clicks an impression (`ctr`), and which share of the products that
    users clicked the same users bought within `days` days (`conversion_rate`).
    """
    kept = serving.kept_impressions().store
    done = serving.write(lambda graph: stats(kept, graph, since, until, days, product_id))
    return json_response(asdict(done))
