"""Answer requests that wait at the same time together: a batch costs less than its requests."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock

from kg.errors import ConnectionFailed, TooSlow
from kg.recommend.told import Told
from kg.recommend.types import Request

Answer = Callable[[Sequence[Request]], list[Told]]


class _Waiting:
    """A request that waits: `turn` is the batch that its thread is to have answered, and by whom;
    None once another thread has had it answered."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.result: Future[Told] = Future()
        self.turn: Future[tuple[Answer, list[_Waiting]] | None] = Future()


class Together:
    """Who comes while all of `answers` are busy waits, and is answered with all who wait by then.

    Each of `answers` has one batch at a time. Safe to share between threads.
    """

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._lock = Lock()
        self._free = list(answers)
        self._waiting: list[_Waiting] = []

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._lock:
            return len(self._waiting)

    def recommend(self, request: Request) -> Told:
        """The answer to a request, as alone; raises what it would raise alone."""
        mine = _Waiting(request)
        with self._lock:
            if self._free:
                mine.turn.set_result((self._free.pop(), [mine]))
            else:
                self._waiting.append(mine)
        if turn := mine.turn.result():
            self._take(mine, *turn)
        return mine.result.result()

    def _take(self, mine: _Waiting, answer: Answer, batch: list[_Waiting]) -> None:
        """Have a batch answered and leave the turn to the first of those who came meanwhile, so
        that their batch is under way while the answers of this one are given out."""
        outcomes: list[Told | BaseException] = []
        try:
            outcomes = _outcomes(answer, [each.request for each in batch])
        finally:
            with self._lock:
                following, self._waiting = self._waiting, []
                if not following:
                    self._free.append(answer)
            if following:
                following[0].turn.set_result((answer, following))
        for each, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                each.result.set_exception(outcome)
            else:
                each.result.set_result(outcome)
            if each is not mine:
                each.turn.set_result(None)


def _outcomes(answer: Answer, requests: Sequence[Request]) -> list[Told | BaseException]:
    """The answers, or what they raise. Of several with a wrong one among them each is answered
    alone, and so is each of those that were too much together; a server that is away is so for all.
    """
    try:
        return [*answer(requests)]
    except BaseException as error:  # noqa: BLE001 - raised to the one who asked; a panic too
        away = isinstance(error, ConnectionFailed) and not isinstance(error, TooSlow)
        if away or len(requests) == 1:
            return [error] * len(requests)
    return [outcome for each in requests for outcome in _outcomes(answer, [each])]
