"""How the service listens, and the limits of what it takes."""

import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.errors import OptionError

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")

_ADDRESS = re.compile(r"https?://[^\s#?]+")
_LIKE = "http://graph.example:7474/browser/"

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

MAX_USERS = 100
"""Users that are listed at once."""

MAX_EVENTS = 1000
"""Events in a batch."""

READ_S = 15.0
"""How long Neo4j may take over one read or write of a request, whichever engine answers it."""

KEEP_ALIVE_S = 5
"""How long a connection may rest between two requests."""

MOST_WORKERS = 4
"""Processes that compute lists unless another number is asked for: one that speaks HTTP does not
keep more of them busy."""

RATE_ELSEWHERE = 100.0
"""Requests a second of an address or a key, where others than this machine can ask."""

PATIENCE_S = 1.0
"""How long a lost connection to Neo4j is tried again before a request is answered with 503."""


@dataclass(frozen=True)
class ServeConfig:
    """Where the service listens and how much it does at once.

    `threads` requests are worked on and `waiting` more may wait; further ones are turned away, and
    of these places one address may have three quarters. `bodies` bodies, `unread` answers and
    `connections` connections may be under way at once, half of them of one address; the oldest
    gives way to the next. `head_s`, `body_s` and `write_s` are how long a request's head and body
    may take to arrive and its answer to be read. `proxies` are addresses or networks whose
    X-Forwarded-For says who asks.

    `rest_s` is how long Neo4j is left alone after it did not answer, `stop_s` how long requests in
    flight may take at the end, `renew_s` how often a copy in memory is compared with its graph,
    `replay_s` how often events that wait for Neo4j are tried again, `count_s` how often sums of
    impressions are written to the graph, `staff_s` how often it is seen to it that `workers`
    processes answer from copies in memory, `look_s` how often it is asked whether there are texts
    to be embedded anew, `cache_mb` how many MB of answers from a copy in memory are kept,
    `missing_s` how long it is remembered which products the graph does not have, `ready_s` how long
    an answer of /readyz is given again. `rate` is how many requests a second an address or a key
    may make (0: as many as it likes), `origins` are the pages elsewhere whose scripts may ask.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    waiting: int = 64
    max_body: int = 1024 * 1024
    bodies: int = 128
    unread: int = 128
    connections: int = 2000
    head_s: float = 10.0
    body_s: float = 10.0
    write_s: float = 10.0
    rest_s: float = 2.0
    stop_s: int = 30
    renew_s: float = 5.0
    replay_s: float = 1.0
    count_s: float = 5.0
    look_s: float = 15.0
    staff_s: float = 1.0
    workers: int = 0
    cache_mb: int = 64
    missing_s: float = 1.0
    ready_s: float = 1.0
    rate: float = 1000.0
    proxies: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Can this machine alone ask?"""
        return is_loopback(self.host) and not self.proxies


def workers_of(engine: str, wanted: int | None) -> int:
    """How many processes compute lists. Raises OptionError where Neo4j does it."""
    if engine != "memory":
        if wanted:
            raise OptionError("--workers are of --engine memory; Neo4j works in its own process")
        return 0
    return min((os.cpu_count() or 1) - 1, MOST_WORKERS) if wanted is None else wanted


def checked_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """Origins as browsers send them. Raises OptionError for what is none."""
    for each in origins:
        if not _ORIGIN.fullmatch(each):
            raise OptionError(f"--origin takes one like https://shop.example, not {each!r}")
    return tuple(origins)


def checked_proxies(proxies: Iterable[str]) -> tuple[str, ...]:
    """Addresses and networks of proxies. Raises OptionError for what is none."""
    for each in proxies:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise OptionError(
                f"--trusted-proxy takes an address or network like 10.0.0.0/8, not {each!r}"
            ) from None
    return tuple(proxies)


def checked_browser(address: str | None) -> str | None:
    """An address of Neo4j Browser that a page may lead to. Raises OptionError for what is none."""
    if address is not None and not _ADDRESS.fullmatch(address):
        raise OptionError(f"--browser takes an address like {_LIKE}, not {address!r}")
    return address


def is_loopback(host: str) -> bool:
    """Can the address be reached from this machine alone?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
