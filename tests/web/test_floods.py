"""Requests that cost much, however many come, leave threads to all others."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from string import ascii_lowercase
from threading import Event, Semaphore

import pytest

from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.errors import NotFound
from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.conftest import TOY_SHOP
from tests.web.conftest import asking, problem
from tests.web.sockets import PATIENCE_S, Listening, listening, request

MOMENT = 1_736_000_000
BODIES = {
    "/v1/recommendations": '{"user_id": "ann", "until": %d}',
    "/v1/explain": '{"product_id": "sock", "request": {"user_id": "ann", "until": %d}}',
    "/v1/what-if": '{"request": {"user_id": "ann", "until": %d}, "without": {"brands": ["acme"]}}',
}


class Slow(MemoryGraph):
    """Derives a graph only once it may, and looks for close ids likewise."""

    def __init__(self) -> None:
        super().__init__(snapshot_of(open_source(TOY_SHOP)))
        self.may = Event()
        self.begun = Semaphore(0)
        self.derived: list[int] = []

    def as_of(self, until: int) -> MemoryGraph:
        """As MemoryGraph, later."""
        self.derived.append(until)
        self._wait()
        return super().as_of(until)

    def read(self, name: str, **params: object) -> list[Row]:
        """As MemoryGraph; what is close is read later."""
        if name == "resolve/products" and len(params["ids"]) > 100:  # type: ignore[arg-type]
            self._wait()
        return super().read(name, **params)

    def _wait(self) -> None:
        self.begun.release()
        assert self.may.wait(PATIENCE_S)


def posted(at: Listening, path: str, moment: int) -> int:
    return at.status(request(path, (BODIES[path] % moment).encode()))


def test_requests_of_many_moments_leave_threads_to_others() -> None:
    graph = Slow()
    service = Service(Recommender(graph), ServeConfig(rate=0, threads=8))
    with listening(service) as at, ThreadPoolExecutor(40) as pool, ExitStack() as stack:
        stack.callback(graph.may.set)
        asked = [
            pool.submit(posted, at, path, MOMENT + number)
            for number, path in enumerate(list(BODIES) * 10)
        ]
        assert graph.begun.acquire(timeout=PATIENCE_S)
        assert [at.status(request("/v1/hot")) for _ in range(5)] == [200] * 5
        searched = request("/v1/search?q=shoe")
        assert at.status(searched) == 200
        graph.may.set()
        told = sorted(each.result() for each in asked)
    assert told == [200, 200] + [503] * 28
    assert len(graph.derived) == 2


def test_who_asks_for_too_many_moments_is_told_when_to_come_back(
    recommender: Recommender,
) -> None:
    service = Service(recommender, ServeConfig(threads=1))
    client = asking(service)
    asked = {"user_id": "ann", "until": MOMENT}
    assert client.post("/v1/recommendations", json=asked).status_code == 200
    service._past.acquire()
    answer = client.post("/v1/recommendations", json={**asked, "k": 3})
    told = problem(answer)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert told["detail"] == "too many ask for earlier moments at once; come back later"
    assert client.get("/v1/hot").status_code == 200


def test_products_that_are_not_there_are_told_without_those_that_are_close_to_many_at_once() -> (
    None
):
    graph = Slow()
    service = Service(Recommender(graph), ServeConfig(rate=0, threads=8))
    with listening(service) as at, ThreadPoolExecutor(40) as pool, ExitStack() as stack:
        stack.callback(graph.may.set)
        asked = [pool.submit(at.ask, request(f"/v1/products/runner{n}")) for n in ascii_lowercase]
        assert graph.begun.acquire(timeout=PATIENCE_S)
        assert [at.status(request("/v1/products/runner")) for _ in range(5)] == [200] * 5
        graph.may.set()
        told = [each.result() for each in asked]
    assert {int(each.split()[1]) for each in told} == {404}
    assert sum(b"the closest are runner" in each for each in told) >= 1
    assert sum(b'in the graph"' in each for each in told) >= 1


def test_a_product_that_is_not_there_names_those_that_are_close() -> None:
    graph = Slow()
    graph.may.set()
    with pytest.raises(NotFound, match=r"the closest are runner$"):
        Service(Recommender(graph), ServeConfig()).product("runer")
