"""Let the chunks of a batch take turns at computing, each undisturbed while it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """One chunk computes while the graph reads for another.

    Python runs one thread at a time: two that compute only get in each other's way.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for the turn and take it."""
        with self._lock:
            yield
