"""Two free ports on 127.0.0.1, remembered from start to start."""

import random
import socket
from collections.abc import Callable
from dataclasses import dataclass

from kg.errors import ServerError

FIRST, LAST = 17000, 32000
"""Above the ports of well-known programs, below those that systems give to outgoing calls."""


@dataclass(frozen=True)
class Ports:
    """Where a server listens: `bolt` for programs, `http` for Neo4j Browser."""

    bolt: int
    http: int

    @property
    def uri(self) -> str:
        """The address for drivers."""
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def browser(self) -> str:
        """The address for people."""
        return f"http://127.0.0.1:{self.http}/browser/"


def choose(remembered: Ports | None, say: Callable[[str], None]) -> Ports:
    """The remembered ports if they are free, else others; `say` is told when they change."""
    if remembered is None:
        return Ports(*_two_free())
    if are_free(remembered):
        return remembered
    chosen = Ports(*_two_free())
    taken = f"Port {remembered.bolt} or {remembered.http} is taken"
    say(f"{taken}; using {chosen.bolt} and {chosen.http}")
    return chosen


def are_free(ports: Ports) -> bool:
    """Could a server listen on both?"""
    return _is_free(ports.bolt) and _is_free(ports.http)


def listens(port: int) -> bool:
    """Does anything accept connections on this port of 127.0.0.1?"""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def _two_free() -> tuple[int, int]:
    # At random, so that two homes that start at the same moment do not choose the same.
    tried = random.sample(range(FIRST, LAST, 2), 200)
    for port in tried:
        if _is_free(port) and _is_free(port + 1):
            return port, port + 1
    raise ServerError(f"no two free ports on 127.0.0.1 between {FIRST} and {LAST}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
