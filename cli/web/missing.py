"""What the graph has just said not to have, for those who may not ask it at the moment."""

import time
from collections.abc import Callable
from math import inf
from threading import Lock
from typing import TypeVar

from fastapi import HTTPException

from kg.errors import NotFound

Answer = TypeVar("Answer")

MOST = 1_000
"""Products that are remembered."""


class Missing:
    """Products that the graph did not have less than `kept_s` ago. Safe to share between threads.

    Told only in the place of no answer at all: whoever may ask the graph is told how it is now.
    """

    def __init__(self, kept_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept_s, self._clock = kept_s, clock
        self._lock = Lock()
        self._told: dict[str, tuple[str, float]] = {}
        self._written_at = -inf

    def ask(self, product_id: str, work: Callable[[], Answer]) -> Answer:
        """What `work` answers, or where it is turned away (HTTPException) what it said lately."""
        asked_at = self._clock()
        try:
            answer = work()
        except NotFound as error:
            self._keep(product_id, str(error), asked_at)
            raise
        except HTTPException:
            with self._lock:
                told, at = self._told.get(product_id, ("", -inf))
            if self._clock() - at < self._kept_s:
                raise NotFound(told) from None
            raise
        with self._lock:
            self._told.pop(product_id, None)
        return answer

    def wrote(self) -> None:
        """A product was written: what was asked before may be there now."""
        with self._lock:
            self._told.clear()
            self._written_at = self._clock()

    def _keep(self, product_id: str, told: str, asked_at: float) -> None:
        with self._lock:
            if len(self._told) >= MOST:
                self._told.clear()
            if asked_at > self._written_at:
                self._told[product_id] = told, asked_at
