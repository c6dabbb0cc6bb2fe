"""Every error as problem details (RFC 9457): what it is, what was found, what to do."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from kg.errors import (
    ConnectionFailed,
    EncoderError,
    GraphError,
    HomeError,
    KgrecError,
    NotFound,
    OptionError,
    ServerError,
    ServerFailed,
    SourceError,
)

log = logging.getLogger("kgrec.serve")

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER_S = 2
"""When a client may come back after a 503."""

AWAY = "the graph's server does not answer at the moment; try again a little later"
"""Where that server is, is nobody's business: /readyz says it on the machine itself."""

UNTOLD = {
    "graph_away": AWAY,
    "home_unusable": "a file of the service cannot be used at the moment; its log says which",
}
"""What is said instead of an error that names what is on this machine."""

STATUS: dict[type[KgrecError], tuple[int, str]] = {
    NotFound: (404, "not_found"),
    OptionError: (422, "invalid_request"),
    SourceError: (422, "invalid_request"),
    ServerFailed: (503, "graph_away"),
    GraphError: (409, "conflict"),
    ConnectionFailed: (503, "graph_away"),
    ServerError: (503, "graph_away"),
    EncoderError: (503, "encoder_missing"),
    HomeError: (503, "home_unusable"),
}
"""What an expected error is over HTTP: status and code."""

CODES = {
    400: "malformed_request",
    401: "no_key",
    403: "not_allowed",
    404: "no_such_path",
    405: "method_not_allowed",
    408: "too_slow",
    410: "cursor_expired",
    412: "changed_meanwhile",
    413: "too_large",
    415: "no_json",
    429: "too_many",
    503: "busy",
}


@dataclass(frozen=True)
class Problem:
    """An error as it is answered. `errors` say of each wrong field where it is and why."""

    status: int
    code: str
    detail: str
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, request_id: str | None, path: str) -> dict[str, Any]:
        """The members of RFC 9457, and the request's id."""
        body: dict[str, Any] = {
            "type": f"urn:kgrec:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": path,
            "request_id": request_id,
        }
        return {**body, "errors": list(self.errors)} if self.errors else body


NO_JSON = Problem(415, CODES[415], "send the body as Content-Type: application/json")


def problem_of(error: KgrecError) -> Problem:
    """An expected error as a problem."""
    for kind, (status, code) in STATUS.items():
        if isinstance(error, kind):
            later = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
            return Problem(status, code, UNTOLD.get(code, str(error)), headers=later)
    return Problem(500, "internal", "something went wrong inside; the log knows it by request_id")


def invalid(error: RequestValidationError) -> Problem:
    """Fields that are not as they have to be. Never repeats what was sent."""
    if isinstance(error.body, bytes):  # what does not say that it is JSON is not read
        return NO_JSON
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(400, "malformed_request", "the body is no JSON")
    said: dict[str, str] = {}  # of what may be a text or a number the first is told
    for each in found:
        said.setdefault(_pointer(each["loc"], each["type"], error.body), str(each["msg"]))
    errors = [{"pointer": pointer, "detail": detail} for pointer, detail in said.items()]
    first = f"{errors[0]['pointer']}: {errors[0]['detail']}"
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return Problem(422, "invalid_request", first + more, errors)


def _pointer(place: Sequence[int | str], kind: str, body: Any) -> str:
    """body.filters.brands.0 as #/filters/brands/0, query.k as ?k."""
    where, *rest = place
    if where != "body":
        return f"?{'.'.join(map(str, rest))}"
    steps = [*_led(rest, body), *(rest[-1:] if kind == "missing" else ())]
    return "#" + "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in steps)


def _led(place: Sequence[int | str], body: Any) -> Iterator[int | str]:
    """The steps that lead through a body: where it may be one of several kinds, the name of that
    kind is a step of the place as well, and none of the body's."""
    for step in place:
        listed = isinstance(body, list) and isinstance(step, int)
        if listed or (isinstance(body, Mapping) and step in body):
            body = body[step]
            yield step


def as_response(problem: Problem, request_id: str | None, path: str) -> Response:
    """A problem as an answer."""
    return Response(
        orjson.dumps(problem.body(request_id, path)),
        problem.status,
        headers=dict(problem.headers),
        media_type=MEDIA_TYPE,
    )


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the routes with a problem."""

    def respond(request: Request, problem: Problem) -> Response:
        return as_response(problem, request.scope.get("request_id"), request.scope["path"])

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, KgrecError)  # noqa: S101 - what it is registered for
        if isinstance(error, HomeError):
            log.error("%s", error)
        return respond(request, problem_of(error))

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return respond(request, invalid(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        code = CODES.get(error.status_code, "http")
        detail = str(error.detail)
        return respond(
            request, Problem(error.status_code, code, detail, headers=error.headers or {})
        )

    app.add_exception_handler(KgrecError, expected)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
