"""The catalogue: look at a product, put one in, take one out."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from cli.web.answers import json_response, product_response
from cli.web.bodies import Id, ProductBody, ProductPatch
from cli.web.examples import DELETED, PATCHED, PRODUCTS, PUT
from cli.web.guard import READ, WRITE
from cli.web.service import Serving
from kg.live.products import delete_product, patch_product, put_product

router = APIRouter(prefix="/v1/products", tags=["catalogue"])


@router.get("/{product_id:path}", summary="One product", responses=PRODUCTS, dependencies=[READ])
def product(product_id: Id, request: Request, serving: Serving) -> Response:
    """What is shown of a product; with If-None-Match, 304 where it has not changed."""
    found = serving.ask(lambda asked: asked.product(product_id))
    return product_response(found, request)


@router.put(
    "/{product_id:path}",
    summary="Put a product in, or change it",
    responses=PUT,
    dependencies=[WRITE],
)
def put(product_id: Id, body: ProductBody, serving: Serving) -> Response:
    """What the row says is what the product is. It is embedded at once, and found by the next
    search; until `kgrec refresh` it stands last among the products of its brand and categories.
    """
    encoder = serving.encoder()
    row = {"product_id": product_id, **body.model_dump()}
    done = serving.write(lambda graph: put_product(graph, row, encoder))
    return json_response(asdict(done), 201 if done.created else 200)


@router.patch(
    "/{product_id:path}", summary="Change a product", responses=PATCHED, dependencies=[WRITE]
)
def patch(product_id: Id, body: ProductPatch, serving: Serving) -> Response:
    """Changes the fields that are named, and no others; null empties one. A product whose text
    changes is embedded at once.
    """
    changes = body.model_dump(exclude_unset=True)
    encoder = serving.encoder() if changes else None
    done = serving.write(lambda graph: patch_product(graph, product_id, changes, encoder))
    return json_response(asdict(done))


@router.delete(
    "/{product_id:path}", summary="Take a product out", responses=DELETED, dependencies=[WRITE]
)
def delete(product_id: Id, serving: Serving) -> Response:
    """Removes the product with the events that are about it; says how many."""
    return json_response(asdict(serving.write(lambda graph: delete_product(graph, product_id))))
