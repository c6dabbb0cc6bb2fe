"""Who waits while others are answered is answered with all who wait."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from kg.errors import NotFound
from kg.recommend.recommender import Recommender
from kg.recommend.together import Together
from kg.recommend.types import Request, Result

USERS = ("ann", "bob", "cat")


class Held:
    """Answers requests, the first ones once it is let go."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self.begun, self.go = Event(), Event()
        self.sizes: list[int] = []

    def __call__(self, requests: Sequence[Request]) -> list[Result]:
        self.sizes.append(len(requests))
        self.begun.set()
        self.go.wait(10)
        return self._recommender.recommend_many(requests)


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
        held.begun.wait(10)
        others = [pool.submit(together.recommend, Request(each, k=2)) for each in USERS]
        until_waiting(together, len(USERS))
        held.go.set()
        found = [each.result(10).results for each in others]
    assert held.sizes == [1, 3]
    assert first.result().results == recommender.recommend(Request("ann", k=3)).results
    assert found == [recommender.recommend(Request(each, k=2)).results for each in USERS]


def test_a_wrong_request_spoils_no_other(recommender: Recommender) -> None:
    held = Held(recommender)
    together = Together([held])
    with ThreadPoolExecutor(8) as pool:
        pool.submit(together.recommend, Request("ann"))
        held.begun.wait(10)
        wrong = pool.submit(together.recommend, Request(product_id="no such"))
        right = pool.submit(together.recommend, Request("bob"))
        until_waiting(together, 2)
        held.go.set()
        with pytest.raises(NotFound):
            wrong.result(10)
        assert right.result(10).results == recommender.recommend(Request("bob")).results
    assert held.sizes == [1, 2, 1, 1]
