"""How answers leave: JSON as the command prints it, with an ETag where a client may keep it."""

from dataclasses import asdict
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response

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
    tag = f'"{blake2b(bytes(response.body), digest_size=12).hexdigest()}"'
    asked = request.headers.get("If-None-Match", "")
    known = {each.strip().removeprefix("W/") for each in asked.split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response
