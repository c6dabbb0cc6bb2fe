"""Let the chunks of a batch take turns at computing, each undisturbed while it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from kg.garbage import no_collecting


class Turns:
    """One chunk computes while the graph reads for another.

    Python runs one thread at a time: two that compute only get in each other's way. Lists are made
    without cycles, which the garbage collector would look for a hundred times a chunk.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for the turn and take it."""
        with self._lock, no_collecting():
            yield
