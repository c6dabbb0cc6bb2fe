"""What a server's refusals and failures mean, in one line that says what to do."""

import re

from kg.connection import EXAMPLE, Settings
from kg.errors import ConnectionFailed, GraphError, KgrecError, ServerFailed, TooSlow

FLOOR = (2026, 4)
"""The oldest server that knows every statement kgrec uses."""

_LOGIN = ("Unauthorized", "AuthenticationRateLimit", "CredentialsExpired", "TokenExpired")

_PASSING = ("Neo.TransientError.", "Neo.DatabaseError.")
"""Codes of failures that come from the server's state, not from what it was asked."""


def explained(code: str | None, message: str, name: str, settings: Settings) -> KgrecError:
    """The error to raise for the failure of query `name`; no `code` means that no answer came."""
    said = _first_line(message)
    kind = (code or "").rpartition(".")[2]
    if kind in _LOGIN:
        return ConnectionFailed(
            f"{settings.uri} refuses the login of {settings.username};"
            " check NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    if kind == "DatabaseNotFound":
        return ConnectionFailed(
            f"{settings.uri} has no database {settings.database}; set NEO4J_DATABASE"
        )
    if kind.startswith("TransactionTimedOut"):
        return TooSlow(f"{name} took {settings.uri} too long: the server may have too much to do")
    if not kind or kind == "DatabaseUnavailable":
        return ConnectionFailed(
            f"no answer from {settings.uri}: {said};"
            " start the server (kgrec db start) or set NEO4J_URI"
        )
    passing = (code or "").startswith(_PASSING)
    return (ServerFailed if passing else GraphError)(f"{name}: {said}")


def no_address(uri: str) -> KgrecError:
    """The error to raise for an address that the driver cannot read."""
    return ConnectionFailed(f"{uri!r} is no address of a Neo4j server; {EXAMPLE}")


def new_enough(agent: str) -> str:
    """The version in `Neo4j/2026.08.1`. Raises GraphError for one below the floor.

    Aura says 5.27-aura whatever it runs, and is always current.
    """
    version = agent.partition("/")[2] or agent
    found = re.match(r"(\d+)\.(\d+)", version)
    if "aura" in version or (found and (int(found[1]), int(found[2])) >= FLOOR):
        return version
    floor = ".".join(f"{part:02}" for part in FLOOR)
    raise GraphError(f"the server is Neo4j {version}; kgrec needs {floor} or newer: upgrade it")


def _first_line(message: str) -> str:
    line = (message.strip().splitlines() or ["it does not say why"])[0]
    return line.partition(" (resolved to")[0].rstrip(".:")
