"""Give an answer again while nothing has changed that it depends on."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import orjson

from kg.recommend.as_json import request_as_json
from kg.recommend.recommender import State
from kg.recommend.told import Told
from kg.recommend.types import Request


@dataclass(frozen=True)
class _Held:
    """An answer, and what it depended on besides the request."""

    state: State
    answer: Told


class AnswerCache:
    """The answers to earlier requests, `most` bytes of JSON at most: those not asked for the
    longest leave first. Safe to share between threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = Lock()
        self._held: OrderedDict[bytes, _Held] = OrderedDict()

    def find(self, request: Request, state: State) -> Told | None:
        """The answer to the same request in the same state, None where there is none."""
        key = _key(request)
        with self._lock:
            held = self._held.get(key)
            if held is None or held.state != state:
                return None
            self._held.move_to_end(key)
            return held.answer

    def keep(self, request: Request, state: State, answer: Told) -> None:
        """Keep an answer in the place of an earlier one to the same request, unless it was made
        from another revision than `state` has: a worker may be behind for a while.
        """
        if answer.revision != state.meta.revision:
            return
        key = _key(request)
        with self._lock:
            self._drop(key)
            self._held[key] = _Held(state, answer)
            self._size += len(answer.body)
            while self._size > self._most:
                self._drop(next(iter(self._held)))

    def clear(self) -> None:
        """Keep nothing: a later copy has other answers, and may lack who was forgotten."""
        with self._lock:
            self._held.clear()
            self._size = 0

    def forget(self, user_id: str) -> None:
        """Keep no answer of a user."""
        with self._lock:
            for key in [k for k, held in self._held.items() if held.answer.user_id == user_id]:
                self._drop(key)

    def users(self) -> set[str]:
        """The ids of users whose answers are kept."""
        with self._lock:
            return {each.answer.user_id for each in self._held.values() if each.answer.user_id}

    def _drop(self, key: bytes) -> None:
        held = self._held.pop(key, None)
        self._size -= 0 if held is None else len(held.answer.body)


def _key(request: Request) -> bytes:
    return orjson.dumps(request_as_json(request))
