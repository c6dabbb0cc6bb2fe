"""The gate that every request passes: its id, and how many, how large and how slow they may be."""

import logging
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cli.web.config import is_loopback
from cli.web.incoming import HungUp, RefusedBody, given, read_body
from cli.web.logs import STOPPING, log_unforeseen
from cli.web.places import Places
from cli.web.problems import Problem, as_response
from cli.web.rate import Rate, address_of
from cli.web.service import Service

log = logging.getLogger("kgrec.serve")

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

ALWAYS = ("/healthz", "/readyz", "/metrics")
"""What is answered however much there is to do. It has a rate of its own."""

HUNG_UP = 499
"""What is logged and counted for a client that closed the connection before it had sent all."""

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
        config = service.config
        self._app = app
        self._service = service
        self._inside: Counter[str] = Counter()
        self._places = config.threads + config.waiting
        self._bodies = Places(config.bodies, config.bodies // 2)
        self._rate = Rate(config.rate, service.clock)

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
        refused = self._refused(scope)
        if refused is not None:
            await _refuse(refused, scope, receive, answer)
        elif scope["path"] in ALWAYS:
            await self._pass(scope, receive, answer)
        else:
            try:
                body = await read_body(scope, receive, self._service.config, self._bodies)
            except RefusedBody as error:
                await _refuse(error.problem, scope, receive, answer)
            except HungUp:
                answer.status = HUNG_UP
            else:
                await self._enter(scope, given(body, receive), answer)

    async def _enter(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Take one of the places among the requests at once until the answer has been made: how
        long a client takes to send or to read holds none.
        """
        address = address_of(scope)
        if self._is_full(address):
            await _refuse(BUSY, scope, receive, answer)
            return
        self._inside[address] += 1

        def leave() -> None:
            self._inside -= Counter((address,))

        answer.made = leave
        try:
            await self._pass(scope, receive, answer)
        finally:
            answer.end()

    def _is_full(self, address: str) -> bool:
        """Are all places taken, or all that one address may take? A quarter is left to others."""
        own = self._places - self._places // 4
        return self._inside.total() >= self._places or self._inside[address] >= own

    def _refused(self, scope: Scope) -> Problem | None:
        """Why a request is not let in, if it is not."""
        if self._service.keys is None and not _is_local(Headers(scope=scope).get("host", "")):
            return ELSEWHERE
        if seconds := self._rate.wait(*_callers(scope)):
            return replace(FAST, headers={"Retry-After": str(seconds)})
        return None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._service.metrics.answered(scope["method"], route, status, seconds)
        told = {"request_id": scope["request_id"], "method": scope["method"], "route": route}
        took = {"status": status, "ms": round(1000 * seconds, 1)}
        log.info("answered", extra={"told": {**told, **took}})

    async def _pass(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer)
        except STOPPING:
            raise
        except BaseException as error:  # a panic of polars is no Exception
            log_unforeseen(error, f"in request {scope['request_id']}")
            if answer.begun:
                raise
            await _refuse(BROKEN, scope, receive, answer)


class _Answer:
    """Sends an answer with the request's id among its headers. `made` is called once, when the
    answer is there and before it is sent."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.begun = False
        self.status = 500
        self.made: Callable[[], None] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.status = message["status"]
            MutableHeaders(scope=message)[HEADER] = self._request_id
            self.end()
        await self._send(message)

    def end(self) -> None:
        """Nothing more is to be made."""
        made, self.made = self.made, None
        if made is not None:
            made()


async def _refuse(problem: Problem, scope: Scope, receive: Receive, answer: _Answer) -> None:
    """Answer with a problem."""
    await as_response(problem, scope["request_id"], scope["path"])(scope, receive, answer)


def _route(scope: Scope) -> str:
    """The pattern of a request's path: nothing that names anybody."""
    return str(getattr(scope.get("route"), "path", "other"))


def _request_id(scope: Scope) -> str:
    """The id that the request came with, if it is one, else a new one."""
    given = Headers(scope=scope).get(HEADER, "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _callers(scope: Scope) -> list[str]:
    """Whose request it is: an address, and the hash of a key if one is sent. Who asks how the
    service is has a rate of its own for that."""
    address, key = address_of(scope), Headers(scope=scope).get("authorization")
    if scope["path"] in ALWAYS:
        return [f"health {address}"]
    return [address] if key is None else [address, blake2b(key.encode()).hexdigest()]


def _is_local(host: str) -> bool:
    """Is a Host header one of this machine's own names? A page elsewhere that has its own name
    point here (DNS rebinding) sends that name.
    """
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return is_loopback(name.strip("[]"))
