"""Read a request's body before anything else is done for it: as a whole, in time, not too large."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from cli.web.config import ServeConfig
from cli.web.places import Places
from cli.web.problems import CODES, Problem
from cli.web.rate import address_of


class RefusedBody(Exception):  # noqa: N818 - says what happened, like HTTPException
    """A body that is not read to its end; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class HungUp(Exception):  # noqa: N818
    """The client closed the connection before its request was there."""


async def read_body(scope: Scope, receive: Receive, config: ServeConfig, places: Places) -> bytes:
    """The whole body of a request. It takes one of `places` while it is under way.

    Raises RefusedBody for one that is too large or not there within `body_s`, HungUp.
    """
    headers = Headers(scope=scope)
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return b""
    try:
        async with asyncio.timeout(config.body_s) as deadline:
            place = places.take(address_of(scope), lambda: _end_now(deadline))
            try:
                return await _whole(receive, config)
            finally:
                place.leave()
    except TimeoutError:
        detail = f"the body did not come within {config.body_s:g} s"
        closing = {"Connection": "close"}
        raise RefusedBody(Problem(408, CODES[408], detail, headers=closing)) from None


async def _whole(receive: Receive, config: ServeConfig) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        body += message.get("body", b"")
        if len(body) > config.max_body:
            detail = f"a body may have {config.max_body} bytes"
            raise RefusedBody(Problem(413, CODES[413], detail))
        if not message.get("more_body", False):
            return bytes(body)


def _end_now(deadline: asyncio.Timeout) -> None:
    if not deadline.expired():
        deadline.reschedule(asyncio.get_running_loop().time())


def given(body: bytes, receive: Receive) -> Receive:
    """A Receive that gives a body which was read before, and then what `receive` gives."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again
