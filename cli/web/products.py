"""The catalogue: look at a product, put one in, take one out."""

from dataclasses import asdict
from functools import partial

from fastapi import APIRouter, Request, Response

from cli.web.answers import IfMatch, check_unchanged, json_response, product_response
from cli.web.bodies import Id, ProductBody, ProductPatch
from cli.web.examples import DELETED, PATCHED, PRODUCTS, PUT
from cli.web.guard import READ, WRITE
from cli.web.service import Serving
from kg.live.products import delete_product, patch_product, put_product

router = APIRouter(prefix="/v1/products", tags=["catalogue"])


@router.get("/{product_id:path}", summary="One product", responses=PRODUCTS, dependencies=[READ])
def product(product_id: Id, request: Request, serving: Serving) -> Response:
    """Shows all that a `PUT` sets; the `ETag` changes with any of it. With `If-None-Match`, 304
    where nothing has changed. For an id that the catalogue does not have 404, with those that are
    close.
    """
    return product_response(serving.product(product_id), request)


@router.put(
    "/{product_id:path}",
    summary="Put a product in, or change it",
    responses=PUT,
    dependencies=[WRITE],
)
def put(product_id: Id, body: ProductBody, serving: Serving, if_match: IfMatch = None) -> Response:
    """What the row says is what the product is: `GET /v1/products/ID` shows it at once, and it is
    embedded at once. On Neo4j the next list or search knows of it; with `--engine memory` those
    do that come after the copy was made anew, which begins at once, yet not within 5 s of the time
    before. Until `kgrec refresh` it stands last among the products of its brand and categories.
    """
    encoder = serving.encoder()
    row = {"product_id": product_id, **body.model_dump()}
    done = serving.write_product(
        product_id,
        lambda graph: put_product(graph, row, encoder),
        partial(check_unchanged, if_match),
    )
    return json_response(asdict(done), 201 if done.created else 200)


@router.patch(
    "/{product_id:path}", summary="Change a product", responses=PATCHED, dependencies=[WRITE]
)
def patch(
    product_id: Id, body: ProductPatch, serving: Serving, if_match: IfMatch = None
) -> Response:
    """Changes the fields that are named, and no others; null empties one. A product whose text
    changes is embedded at once. Lists and searches know of it when they would know of a `PUT`.
    """
    changes = body.model_dump(exclude_unset=True)
    encoder = serving.encoder() if changes else None
    done = serving.write_product(
        product_id,
        lambda graph: patch_product(graph, product_id, changes, encoder),
        partial(check_unchanged, if_match),
    )
    return json_response(asdict(done))


@router.delete(
    "/{product_id:path}", summary="Take a product out", responses=DELETED, dependencies=[WRITE]
)
def delete(product_id: Id, serving: Serving, if_match: IfMatch = None) -> Response:
    """Removes the product with the events that are about it; says how many."""
    done = serving.write_product(
        product_id,
        lambda graph: delete_product(graph, product_id),
        partial(check_unchanged, if_match),
    )
    return json_response(asdict(done))
