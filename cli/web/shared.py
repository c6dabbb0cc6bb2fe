"""Make something once for all who ask for it at about the same time."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Shared(Generic[Made]):
    """What `make` returns, given again to all who ask within `kept_s` seconds of when it was begun.

    It is made in a thread of its own, one at a time; those who ask meanwhile wait for the same
    without holding a thread. Used from the event loop alone.
    """

    def __init__(self, make: Callable[[], Made], kept_s: float, clock: Callable[[], float]) -> None:
        self._make, self._kept_s, self._clock = make, kept_s, clock
        self._made: asyncio.Future[Made] | None = None
        self._begun = 0.0

    async def get(self) -> Made:
        """What is made or was made lately. Raises what making it raises."""
        made, now = self._made, self._clock()
        if made is None or (made.done() and now - self._begun >= self._kept_s):
            self._begun = now
            made = self._made = asyncio.get_running_loop().run_in_executor(None, self._make)
        return await asyncio.shield(made)  # one who hangs up ends it for nobody else
