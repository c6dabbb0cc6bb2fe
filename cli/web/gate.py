"""The gate that every request passes: its id, and how many, how large and how slow they may be."""

import asyncio
import logging
import re
import traceback
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cli.web.config import ServeConfig
from cli.web.problems import Problem, as_response

log = logging.getLogger("kgrec.serve")

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

ALWAYS = ("/healthz", "/readyz", "/metrics")
"""What is answered however much there is to do."""

BUSY = Problem(
    503, "busy", "too many requests at once; come back later", headers={"Retry-After": "1"}
)
BROKEN = Problem(500, "internal", "something went wrong inside; the log knows it by request_id")


class Gate:
    """Gives every request an id, turns away those that are too many, and answers for what broke."""

    def __init__(self, app: ASGIApp, config: ServeConfig) -> None:
        self._app = app
        self._config = config
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        answer = _Answer(send, request_id)
        if scope["path"] in ALWAYS:
            await self._pass(scope, receive, answer)
        elif self._inside >= self._config.threads + self._config.waiting:
            await as_response(BUSY, request_id, scope["path"])(scope, receive, answer)
        else:
            self._inside += 1
            try:
                await self._pass(scope, _bounded(receive, self._config), answer)
            finally:
                self._inside -= 1

    async def _pass(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            # Neither the message nor what was sent is written down: both may name a person.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s in request %s\n%s", type(error).__name__, scope["request_id"], where)
            if answer.begun:
                raise
            await as_response(BROKEN, scope["request_id"], scope["path"])(scope, receive, answer)


class _Answer:
    """Sends an answer with the request's id among its headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            MutableHeaders(scope=message)[HEADER] = self._request_id
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The id that the request came with, if it is one, else a new one."""
    given = Headers(scope=scope).get(HEADER, "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _bounded(receive: Receive, config: ServeConfig) -> Receive:
    """Receive a body that is not too large and there in time; a disconnect may come any time.

    Raises HTTPException in the route that reads it.
    """
    whole, size = False, 0

    async def bounded() -> Message:
        nonlocal whole, size
        if whole:
            return await receive()
        try:
            async with asyncio.timeout(config.body_s):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, f"the body did not come within {config.body_s} s") from error
        size += len(message.get("body", b""))
        if size > config.max_body:
            raise HTTPException(413, f"a body may have {config.max_body} bytes")
        whole = not message.get("more_body", False)
        return message

    return bounded
