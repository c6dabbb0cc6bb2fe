"""Remember the answers to questions, up to a number of them."""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Vanished(KeyError):  # noqa: N818 - it says what happened
    """A node that the graph had when something of it was remembered, and has no more."""


class Remembered(Generic[Key, Value]):
    """Answers by question; when `limit` is passed all are forgotten. Safe to share."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._held: dict[Key, Value] = {}
        self._lock = Lock()

    def has(self, keys: Iterable[Key]) -> bool:
        """Are the answers to all `keys` known?"""
        with self._lock:
            return all(key in self._held for key in keys)

    def of(
        self, keys: Iterable[Key], read: Callable[[list[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """The answers to all `keys`; `read` gives those that are not known yet, every one.

        Raises Vanished for one that it does not give.
        """
        asked = list(dict.fromkeys(keys))
        with self._lock:
            known = {key: self._held[key] for key in asked if key in self._held}
        missing = [key for key in asked if key not in known]
        if not missing:
            return known
        new = read(missing)
        if vanished := next((key for key in missing if key not in new), None):
            raise Vanished(vanished)
        with self._lock:
            if len(self._held) + len(new) > self._limit:
                self._held = {}
            self._held.update(new)
        return known | {key: new[key] for key in missing}
