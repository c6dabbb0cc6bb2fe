"""How the service listens, and the limits of what it takes."""

import ipaddress
from dataclasses import dataclass

MAX_K = 200
"""Products a list may have."""

MAX_TEXT = 500
"""Characters of a search text or a name."""

MAX_PROSE = 20_000
"""Characters of a description."""

MAX_ID = 512
"""Characters of an id."""

MAX_NAMES = 50
"""Brands, categories or weights that a request may name."""

MAX_EVENTS = 1000
"""Events in a batch."""

READ_S = 15.0
"""How long Neo4j may take over one read of a request."""

PATIENCE_S = 1.0
"""How long a lost connection to Neo4j is tried again before a request is answered with 503."""


@dataclass(frozen=True)
class ServeConfig:
    """Where the service listens and how much it does at once.

    `threads` requests are worked on and `waiting` more may wait; further ones are turned away.
    `rest_s` is how long Neo4j is left alone after it did not answer, `body_s` how long a request's
    body may take to arrive, `stop_s` how long requests in flight may take at the end, `renew_s`
    how often a copy in memory is compared with its graph, `replay_s` how often events that wait
    for Neo4j are tried again, `count_s` how often sums of impressions are written to the graph.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    waiting: int = 64
    max_body: int = 1024 * 1024
    rest_s: float = 2.0
    body_s: float = 10.0
    stop_s: int = 30
    renew_s: float = 5.0
    replay_s: float = 1.0
    count_s: float = 5.0


def is_loopback(host: str) -> bool:
    """Can the address be reached from this machine alone?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
