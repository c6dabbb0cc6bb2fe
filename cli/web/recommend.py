"""Lists: for a user, a search text, a product, or of what is popular."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from cli.web.answers import json_response, told_response
from cli.web.bodies import (
    Count,
    ExplainBody,
    FiltersQuery,
    Id,
    RecommendBody,
    Share,
    Text,
    WhatIfBody,
)
from cli.web.examples import EXPLAINED, LISTS, WHAT_IF
from cli.web.guard import READ
from cli.web.service import Service, Serving
from kg.recommend.as_json import explanation_as_json, what_if_as_json
from kg.recommend.types import Request

router = APIRouter(prefix="/v1", tags=["lists"], dependencies=[READ])


def first_page(serving: Service, request: Request) -> Response:
    """A list; its Link leads to the page after it."""
    answer = serving.recommend(request)
    return _linked(told_response(answer), serving.lists.after(answer))


def _linked(response: Response, cursor: str | None) -> Response:
    if cursor is not None:
        response.headers["Link"] = f'</v1/lists/{cursor}>; rel="next"'
    return response


@router.post(
    "/recommendations", summary="Recommend products, each with its reasons", responses=LISTS
)
def recommendations(body: RecommendBody, serving: Serving) -> Response:
    """The object of `kgrec recommend --json`: the list, what was understood, and why.

    A user who is not known is no error: the list is of what is popular, or of what the search text
    means, with the note `unknown_user`. A product, brand or category by a name that is not in the
    graph is: 404.
    """
    return first_page(serving, body.request())


@router.get("/search", summary="Search", responses=LISTS)
def search(
    serving: Serving,
    filters: FiltersQuery,
    q: Annotated[Text, Query(description="Limits, brands, categories and 'not' count.")],
    user_id: Id | None = None,
    k: Count = 10,
    diversity: Share = 0.0,
) -> Response:
    """Products for a search text; with a user, those that fit the user first. An unknown user has
    the note `unknown_user`, an unknown brand or category is 404.
    """
    request = Request(user_id=user_id, query=q, k=k, filters=filters, diversity=diversity)
    return first_page(serving, request)


@router.get("/hot", summary="What is most wanted of late", responses=LISTS)
def hot(serving: Serving, filters: FiltersQuery, k: Count = 10, diversity: Share = 0.0) -> Response:
    """The same as `kgrec hot --json`, in the shop or in a category. An unknown brand or category is
    404.
    """
    request = Request(k=k, filters=filters, recipe="hot", diversity=diversity)
    return first_page(serving, request)


@router.get(
    "/products/{product_id:path}/similar",
    summary="What can stand in for a product",
    responses=LISTS,
)
def similar(
    product_id: Id,
    serving: Serving,
    filters: FiltersQuery,
    k: Count = 10,
    diversity: Share = 0.0,
) -> Response:
    """The same as `kgrec similar --json`: close in text, bought by the same people, of its kind. An
    unknown product, brand or category is 404.
    """
    request = Request(
        product_id=product_id, k=k, filters=filters, recipe="similar", diversity=diversity
    )
    return first_page(serving, request)


@router.get("/lists/{cursor}", summary="A later page of a list", responses=LISTS)
def later_page(cursor: Annotated[str, Path(max_length=64)], serving: Serving) -> Response:
    """Where the `Link` (rel="next") of an answer leads. All pages are of the list as it was first
    answered, whatever happens meanwhile: nothing comes twice, nothing is skipped, and what has
    been taken out of the shop is left out. Lists are kept for 15 minutes; then 410.
    """
    page = serving.lists.find(cursor)
    answer = serving.page(page)
    return _linked(told_response(answer), serving.lists.after(answer, page.start))


@router.post("/explain", summary="Why, or why not", responses=EXPLAINED)
def explain(body: ExplainBody, serving: Serving) -> Response:
    """Why a product is in a list; or the first gate that stopped it, and the changes to the
    request that let it in; `event` stands for one of the user's that is missing. The request was
    asked again with them.
    """
    request = body.request.request()
    found = serving.ask_as_of(request.until, lambda asked: asked.explain(request, body.product_id))
    return json_response(explanation_as_json(found))


@router.post("/what-if", summary="What if something were not there", responses=WHAT_IF)
def what_if(body: WhatIfBody, serving: Serving) -> Response:
    """The list before and after: without purchases, brands, categories or rules. `moves` are the
    products whose places differ.
    """
    request, without = body.request.request(), body.without.without()
    found = serving.ask_as_of(request.until, lambda asked: asked.what_if(request, without))
    return json_response(what_if_as_json(found))
