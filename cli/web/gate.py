"""The gate that every request passes: its id, and how many, how large and how slow they may be."""

import asyncio
import logging
import re
import time
import traceback
import uuid
from dataclasses import replace
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cli.web.config import ServeConfig, is_loopback
from cli.web.problems import Problem, as_response
from cli.web.rate import Rate, whole_address
from cli.web.service import Service

log = logging.getLogger("kgrec.serve")

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

ALWAYS = ("/healthz", "/readyz", "/metrics")
"""What is answered however much there is to do."""

BUSY = Problem(
    503, "busy", "too many requests at once; come back later", headers={"Retry-After": "1"}
)
FAST = Problem(429, "too_many", "too many requests of this key or address; come back later")
ELSEWHERE = Problem(
    421, "misdirected", "without keys the service answers to this machine's own names alone"
)
BROKEN = Problem(500, "internal", "something went wrong inside; the log knows it by request_id")


class Gate:
    """Gives every request an id, turns away those that are too many, answers for what broke, and
    writes down how each went: never who asked, nor for what.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._inside = 0
        self._rate = Rate(service.config.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = _request_id(scope)
        answer = _Answer(send, scope["request_id"])
        traces, headers = self._service.traces, Headers(scope=scope)
        with traces.request(scope["method"], headers, scope["request_id"]) as ended:
            try:
                await self._admit(scope, receive, answer)
            finally:
                ended(_route(scope), answer.status)
                self._note(scope, answer.status, time.perf_counter() - started)

    async def _admit(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        config = self._service.config
        refused = self._refused(scope)
        if refused is not None:
            await as_response(refused, scope["request_id"], scope["path"])(scope, receive, answer)
        elif scope["path"] in ALWAYS:
            await self._pass(scope, receive, answer)
        else:
            self._inside += 1
            try:
                await self._pass(scope, _bounded(receive, config), answer)
            finally:
                self._inside -= 1

    def _refused(self, scope: Scope) -> Problem | None:
        """Why a request is not let in, if it is not."""
        config = self._service.config
        if self._service.keys is None and not _is_local(Headers(scope=scope).get("host", "")):
            return ELSEWHERE
        if scope["path"] in ALWAYS:
            return None
        if seconds := self._rate.wait(*_callers(scope)):
            return replace(FAST, headers={"Retry-After": str(seconds)})
        return BUSY if self._inside >= config.threads + config.waiting else None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._service.metrics.answered(scope["method"], route, status, seconds)
        told = {"request_id": scope["request_id"], "method": scope["method"], "route": route}
        took = {"status": status, "ms": round(1000 * seconds, 1)}
        log.info("answered", extra={"told": {**told, **took}})

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
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.status = message["status"]
            MutableHeaders(scope=message)[HEADER] = self._request_id
        await self._send(message)


def _route(scope: Scope) -> str:
    """The pattern of a request's path: nothing that names anybody."""
    return str(getattr(scope.get("route"), "path", "other"))


def _request_id(scope: Scope) -> str:
    """The id that the request came with, if it is one, else a new one."""
    given = Headers(scope=scope).get(HEADER, "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _callers(scope: Scope) -> list[str]:
    """Whose request it is: an address, and the hash of a key if one is sent."""
    client, key = scope.get("client"), Headers(scope=scope).get("authorization")
    address = whole_address(client[0]) if client else ""
    return [address] if key is None else [address, blake2b(key.encode()).hexdigest()]


def _is_local(host: str) -> bool:
    """Is a Host header one of this machine's own names? A page elsewhere that has its own name
    point here (DNS rebinding) sends that name.
    """
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return is_loopback(name.strip("[]"))


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
