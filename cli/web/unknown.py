"""Refuse query parameters that a route does not have: a misspelt one would change nothing."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError


def check_parameters(request: Request) -> None:
    """Return where a request has no other parameters. Raises RequestValidationError."""
    if not request.query_params:
        return
    known = list(_names(request.scope["route"].dependant))
    there = (
        f"no such parameter; there are {', '.join(known)}"
        if known
        else "no such parameter; this takes none"
    )
    unknown = [each for each in request.query_params if each not in known]
    if unknown:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("query", each), "msg": there} for each in unknown]
        )


def _names(needs: Dependant) -> Iterator[str]:
    """The query parameters of a function and of what it depends on."""
    yield from (each.alias for each in needs.query_params)
    for each in needs.dependencies:
        yield from _names(each)
