"""Answer requests that wait at the same time together: a batch costs less than its requests."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock

from kg.recommend.types import Request, Result

Answer = Callable[[Sequence[Request]], list[Result]]
Waiting = tuple[Request, "Future[Result]"]


class Together:
    """Who comes while others are answered waits, and is answered with all who wait by then.

    One thread computes at a time, which is all that Python lets run anyway. Safe to share.
    """

    def __init__(self) -> None:
        self._lock, self._turn = Lock(), Lock()
        self._waiting: list[Waiting] = []

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._lock:
            return len(self._waiting)

    def recommend(self, answer: Answer, request: Request) -> Result:
        """The answer to a request, as alone; raises what it would raise alone."""
        mine: Future[Result] = Future()
        with self._lock:
            self._waiting.append((request, mine))
        with self._turn:
            if not mine.done():
                with self._lock:
                    waiting, self._waiting = self._waiting, []
                _settle(answer, waiting)
        return mine.result()


def _settle(answer: Answer, waiting: Sequence[Waiting]) -> None:
    """Give everybody an answer. Of several with a wrong one among them each is answered alone."""
    try:
        results = answer([request for request, _ in waiting])
    except Exception as error:  # noqa: BLE001 - raised to the one who asked
        if len(waiting) == 1:
            waiting[0][1].set_exception(error)
            return
        for each in waiting:
            _settle(answer, [each])
        return
    for (_, future), result in zip(waiting, results, strict=True):
        future.set_result(result)
