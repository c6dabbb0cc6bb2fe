"""Keep states of the graph as of earlier moments: each is derived once, whoever asks at once."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

State = TypeVar("State")


class Earlier(Generic[State]):
    """States by moment, `most` of them; the one not asked for the longest leaves first.

    One is derived at a time: that takes a processor, and as much memory as the graph. Who asks
    meanwhile for one that is kept does not wait. Safe to share between threads.
    """

    def __init__(self, derive: Callable[[int], State], most: int) -> None:
        self._derive, self._most = derive, most
        self._lock, self._deriving = Lock(), Lock()
        self._kept: OrderedDict[int, State] = OrderedDict()

    def of(self, moment: int) -> State:
        """The state of the graph before `moment` (exclusive). Raises what deriving it raises."""
        found = self._find(moment)
        if found is None:
            with self._deriving:
                found = self._find(moment)  # another may have waited for the same
                if found is None:
                    found = self._keep(moment, self._derive(moment))
        return found

    def _find(self, moment: int) -> State | None:
        with self._lock:
            if moment in self._kept:
                self._kept.move_to_end(moment)
            return self._kept.get(moment)

    def _keep(self, moment: int, state: State) -> State:
        with self._lock:
            self._kept[moment] = state
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return state
