"""Who waits while others are answered is answered with all who wait."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import Any

import orjson
import pytest

from kg.errors import ConnectionFailed, NotFound, TooSlow
from kg.recommend.recommender import Recommender
from kg.recommend.together import Together
from kg.recommend.told import Told, told
from kg.recommend.types import Request

USERS = ("ann", "bob", "cat")


def listed(answer: Told) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = orjson.loads(answer.body)["results"]
    return results


def alone(recommender: Recommender, request: Request) -> list[dict[str, Any]]:
    return listed(told(recommender.recommend(request)))


class PanicException(BaseException):
    """Like that of polars, which is no Exception."""


class Held:
    """Answers requests, the first ones once it is let go; several at once get the error, if any."""

    def __init__(self, recommender: Recommender, error: BaseException | None = None) -> None:
        self._recommender, self._error = recommender, error
        self.begun, self.go = Event(), Event()
        self.sizes: list[int] = []

    def __call__(self, requests: Sequence[Request]) -> list[Told]:
        self.sizes.append(len(requests))
        self.begun.set()
        self.go.wait(60)
        if self._error and len(requests) > 1:
            raise self._error
        return list(map(told, self._recommender.recommend_many(requests)))


def until_waiting(together: Together, many: int) -> None:
    for _ in range(10_000):
        if together.waiting == many:
            return
        sleep(0.001)
    pytest.fail(f"{together.waiting} wait, not {many}")


def test_those_who_wait_are_answered_at_once_and_each_as_alone(recommender: Recommender) -> None:
    held = Held(recommender)
    together = Together([held])
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together.recommend, Request("ann", k=3))
        held.begun.wait(60)
        others = [pool.submit(together.recommend, Request(each, k=2)) for each in USERS]
        until_waiting(together, len(USERS))
        held.go.set()
        found = [listed(each.result(60)) for each in others]
    assert held.sizes == [1, 3]
    assert listed(first.result()) == alone(recommender, Request("ann", k=3))
    assert found == [alone(recommender, Request(each, k=2)) for each in USERS]


def test_a_wrong_request_spoils_no_other(recommender: Recommender) -> None:
    held = Held(recommender)
    together = Together([held])
    with ThreadPoolExecutor(8) as pool:
        pool.submit(together.recommend, Request("ann"))
        held.begun.wait(60)
        wrong = pool.submit(together.recommend, Request(product_id="no such"))
        right = pool.submit(together.recommend, Request("bob"))
        until_waiting(together, 2)
        held.go.set()
        with pytest.raises(NotFound):
            wrong.result(60)
        assert listed(right.result(60)) == alone(recommender, Request("bob"))
    assert held.sizes == [1, 2, 1, 1]


def test_each_of_several_that_answer_has_a_batch_at_a_time(recommender: Recommender) -> None:
    held = [Held(recommender), Held(recommender)]
    together = Together(held)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(together.recommend, Request("ann", k=1)) for _ in held]
        for each in held:
            assert each.begun.wait(60)
        asked += [pool.submit(together.recommend, Request(user, k=1)) for user in USERS]
        until_waiting(together, len(USERS))
        for each in held:
            each.go.set()
        found = [listed(each.result(60)) for each in asked]
    assert sorted(size for each in held for size in each.sizes) == [1, 1, 3]
    assert found == [alone(recommender, Request(each, k=1)) for each in ("ann", "ann", *USERS)]


@pytest.mark.parametrize(
    ("error", "sizes"),
    [
        (ConnectionFailed("away"), [1, 2]),
        (TooSlow("slow"), [1, 2, 1, 1]),
        (PanicException("polars"), [1, 2, 1, 1]),
    ],
)
def test_a_server_that_is_away_is_tried_once_a_slow_one_and_a_panic_for_each(
    recommender: Recommender, error: BaseException, sizes: list[int]
) -> None:
    held = Held(recommender, error)
    together = Together([held])
    with ThreadPoolExecutor(8) as pool:
        pool.submit(together.recommend, Request("ann"))
        held.begun.wait(60)
        others = [pool.submit(together.recommend, Request(each)) for each in ("bob", "cat")]
        until_waiting(together, 2)
        held.go.set()
        raised = [each.exception(60) for each in others]
    assert held.sizes == sizes
    assert raised == ([error, error] if len(sizes) == 2 else [None, None])
