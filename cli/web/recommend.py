"""Lists: for a user, a search text, a product, or of what is popular."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from cli.web.answers import result_response
from cli.web.bodies import Count, FiltersQuery, Id, RecommendBody, Share, Text
from cli.web.examples import LISTS
from cli.web.service import Serving
from kg.recommend.types import Request

router = APIRouter(prefix="/v1", tags=["lists"], responses=LISTS)


@router.post("/recommendations", summary="Recommend products, each with its reasons")
def recommendations(body: RecommendBody, serving: Serving) -> Response:
    """The object of `kgrec recommend --json`: the list, what was understood, and why."""
    return result_response(serving.ask(lambda asked: asked.recommend(body.request())))


@router.get("/search", summary="Search")
def search(
    serving: Serving,
    filters: FiltersQuery,
    q: Annotated[Text, Query(description="Limits, brands, categories and 'not' count.")],
    user_id: Id | None = None,
    k: Count = 10,
    diversity: Share = 0.0,
) -> Response:
    """Products for a search text; with a user, those that fit the user first."""
    request = Request(user_id=user_id, query=q, k=k, filters=filters, diversity=diversity)
    return result_response(serving.ask(lambda asked: asked.recommend(request)))


@router.get("/hot", summary="What is most wanted of late")
def hot(serving: Serving, filters: FiltersQuery, k: Count = 10, diversity: Share = 0.0) -> Response:
    """The same as `kgrec hot --json`, in the shop or in a category."""
    request = Request(k=k, filters=filters, recipe="hot", diversity=diversity)
    return result_response(serving.ask(lambda asked: asked.recommend(request)))


@router.get("/products/{product_id:path}/similar", summary="What can stand in for a product")
def similar(
    product_id: Id,
    serving: Serving,
    filters: FiltersQuery,
    k: Count = 10,
    diversity: Share = 0.0,
) -> Response:
    """The same as `kgrec similar --json`: close in text, bought by the same people, of its kind."""
    request = Request(
        product_id=product_id, k=k, filters=filters, recipe="similar", diversity=diversity
    )
    return result_response(serving.ask(lambda asked: asked.recommend(request)))
