"""Who may call a route: anybody on this machine alone, elsewhere those with a key."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cli.web.service import Serving

Given = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="A key of `kgrec keys create`.")),
]


def _needs(scope: str) -> Callable[[Serving, Given], Awaitable[None]]:
    async def check(serving: Serving, given: Given) -> None:
        if serving.keys is None:
            return
        key = serving.keys.find(given.credentials) if given else None
        if key is None:
            raise HTTPException(
                401,
                "send a key as Authorization: Bearer KEY (kgrec keys create)",
                {"WWW-Authenticate": "Bearer"},
            )
        if not key.may(scope):
            raise HTTPException(403, f"this needs the scope {scope}; the key has {key.scope}")

    return check


READ, WRITE, ADMIN = (Depends(_needs(scope)) for scope in ("read", "write", "admin"))
"""Put among a route's dependencies."""
