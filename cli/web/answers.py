"""How answers leave: JSON as the command prints it, with an ETag where a client may keep it."""

from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from typing import Annotated, Any

import orjson
from fastapi import Header, HTTPException, Request, Response

from kg.errors import NotFound
from kg.recommend.product import Product
from kg.recommend.told import Told


def json_response(value: Any, status: int = 200) -> Response:
    """A value as a JSON answer."""
    return Response(
        orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY),
        status,
        media_type="application/json",
    )


def told_response(answer: Told) -> Response:
    """The object of `kgrec recommend --json`."""
    return Response(answer.body, media_type="application/json")


def product_response(product: Product, request: Request) -> Response:
    """A product, or 304 where the client has it as it is."""
    response = json_response(asdict(product))
    tag = _tag(response)
    known = {each.removeprefix("W/") for each in _tags(request.headers.get("If-None-Match", ""))}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description=(
            "The `ETag` that `GET /v1/products/ID` gave, or several, or `*` for any product that is"
            " there: 412 where what that shows has changed since, or is gone."
        ),
    ),
]
"""As a parameter of a route that writes a product."""


def check_unchanged(if_match: str | None, read: Callable[[], Product]) -> None:
    """Return where a product is as the client knows it. Raises HTTPException 412.

    A weak tag never matches (RFC 9110, 13.1.1).
    """
    if if_match is None:
        return
    known = _tags(if_match)
    try:
        tag = _tag(json_response(asdict(read())))
    except NotFound:
        raise HTTPException(412, "there is no such product that If-Match could mean") from None
    if tag not in known and "*" not in known:
        raise HTTPException(412, "the product is not as If-Match says; get it again")


def _tag(response: Response) -> str:
    return f'"{blake2b(bytes(response.body), digest_size=12).hexdigest()}"'


def _tags(header: str) -> set[str]:
    return {each.strip() for each in header.split(",")}
