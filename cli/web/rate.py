"""Bound how many requests a key or an address may make: a bucket of tokens for each."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

MOST = 10_000
"""Buckets that are kept; those that were asked least lately are full again anyway."""


@dataclass
class Bucket:
    """What is left, and when it was counted."""

    tokens: float
    at: float


class Rate:
    """`rate` requests a second for each caller, after a pause as many at once as in two seconds.

    Asked from the event loop alone, so that it needs no lock. A rate of 0 bounds nothing.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._most = rate, max(1.0, 2 * rate)
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, *callers: str) -> int:
        """Seconds until a request of these callers (an address, a key) may come; 0 takes it."""
        if not self._rate:
            return 0
        buckets = [self._filled(caller) for caller in callers]
        least = min((bucket.tokens for bucket in buckets), default=1.0)
        if least < 1:
            return math.ceil((1 - least) / self._rate)
        for bucket in buckets:
            bucket.tokens -= 1
        return 0

    def _filled(self, caller: str) -> Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(caller, Bucket(self._most, now))
        bucket.tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        self._buckets.move_to_end(caller)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return bucket


def whole_address(host: str) -> str:
    """What one customer has: an IPv4 address, of IPv6 the network of 64 bits."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((host, 64), strict=False)) if address.version == 6 else host


def address_of(scope: Scope) -> str:
    """Whose request it is, by address; "" where that is not known."""
    client = scope.get("client")
    return whole_address(client[0]) if client else ""
