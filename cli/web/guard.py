"""Who may call a route: anybody on this machine alone, elsewhere those with a key. What a call of
the interface may ask is checked once that is settled."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cli.web.service import Serving
from cli.web.unknown import check_parameters
from kg.keys import Keys

Given = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="A key of `kgrec keys create`.")),
]


def _needs(scope: str) -> Callable[[Request, Serving, Given], Awaitable[None]]:
    async def check(request: Request, serving: Serving, given: Given) -> None:
        if serving.keys is not None:
            _check_key(serving.keys, given, scope)
        if request.scope["path"].startswith("/v1/"):
            check_parameters(request)

    return check


def _check_key(keys: Keys, given: HTTPAuthorizationCredentials | None, scope: str) -> None:
    """Return where a key has the scope. Raises HTTPException."""
    key = keys.find(given.credentials) if given else None
    if key is None:
        raise HTTPException(
            401,
            "send a key as Authorization: Bearer KEY (kgrec keys create)",
            {"WWW-Authenticate": "Bearer"},
        )
    if not key.may(scope):
        raise HTTPException(403, f"this needs the scope {scope}; the key has {key.scope}")


READ, WRITE, ADMIN = (Depends(_needs(scope)) for scope in ("read", "write", "admin"))
"""Put among a route's dependencies."""
