"""Leave a server that does not answer alone for a while, so that requests do not pile up."""

import time
from collections.abc import Callable
from threading import Lock

from kg.errors import ConnectionFailed

TRIAL_S = 30.0
"""How long the one who tries again may take, before another tries."""


class Away:
    """Whether the graph's server is away. Safe to share between threads.

    For `rest_s` seconds after a failure everyone is told at once; then one caller tries again, and
    everyone else is told at once until that one knows: a server that hangs holds one thread.
    """

    def __init__(self, rest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._next_try: float | None = None
        self._why = ""

    @property
    def why(self) -> str | None:
        """What the last failure said, None where the server answered since."""
        with self._lock:
            return None if self._next_try is None else self._why

    def check(self) -> None:
        """Return where the server may be asked. Raises ConnectionFailed while it rests."""
        with self._lock:
            if self._next_try is None:
                return
            now = self._clock()
            if now < self._next_try:
                raise ConnectionFailed(self._why)
            self._next_try = now + TRIAL_S

    def failed(self, error: ConnectionFailed) -> None:
        """The server did not answer."""
        with self._lock:
            self._next_try, self._why = self._clock() + self._rest_s, str(error)

    def answered(self) -> None:
        """The server is there."""
        with self._lock:
            self._next_try = None
