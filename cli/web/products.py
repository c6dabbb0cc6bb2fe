"""The catalogue: one product."""

from fastapi import APIRouter, Request, Response

from cli.web.answers import product_response
from cli.web.bodies import Id
from cli.web.examples import PRODUCTS
from cli.web.service import Serving

router = APIRouter(prefix="/v1/products", tags=["catalogue"], responses=PRODUCTS)


@router.get("/{product_id:path}", summary="One product")
def product(product_id: Id, request: Request, serving: Serving) -> Response:
    """What is shown of a product; with If-None-Match, 304 where it has not changed."""
    found = serving.ask(lambda asked: asked.product(product_id))
    return product_response(found, request)
