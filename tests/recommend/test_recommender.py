"""What a recommender remembers of a graph, and how the chunks of a batch take turns."""

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from kg.graph import Call, Row
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.turns import Turns
from kg.recommend.types import Request
from tests.recommend.conftest import ByAxes


class Spied(MemoryGraph):
    """Remembers the names of the reads."""

    def __init__(self, graph: MemoryGraph) -> None:
        super().__init__(graph.snapshot)
        self.names: list[str] = []

    def read(self, name: str, **params: object) -> list[Row]:
        self.names.append(name)
        return super().read(name, **params)

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        return [self.read(name, **given) for name, given in calls]


def test_a_warm_recommender_asks_only_who_the_user_is_and_what_is_near(toy: MemoryGraph) -> None:
    graph = Spied(toy)
    recommender = Recommender(graph, lambda _: ByAxes())
    recommender.warm()
    graph.names.clear()
    recommender.recommend(Request("ann", k=1))
    assert graph.names == ["resolve/meta", "resolve/history", "resolve/vector_products_a"]


def test_a_warm_recommender_gives_the_answers_of_a_cold_one(toy: MemoryGraph) -> None:
    warm = Recommender(toy, lambda _: ByAxes())
    warm.warm()
    for request in (Request("ann"), Request("bob", "red socks"), Request(product_id="balm")):
        cold = Recommender(toy, lambda _: ByAxes()).recommend(request)
        assert replace(warm.recommend(request), timings_ms={}) == replace(cold, timings_ms={})


@pytest.mark.parametrize(("numbered", "again"), [(1, True), (100, False)])
def test_what_is_remembered_is_forgotten_once_it_is_too_much(
    numbered: int, again: bool, toy: MemoryGraph
) -> None:
    graph = Spied(toy)
    recommender = Recommender(graph, lambda _: ByAxes(), numbered=numbered)
    first = recommender.recommend(Request("ann"))
    graph.names.clear()
    second = recommender.recommend(Request("ann"))
    assert replace(first, timings_ms={}) == replace(second, timings_ms={})
    assert ("score/facts_a" in graph.names) is again


def test_chunks_compute_one_at_a_time() -> None:
    turns, inside, together = Turns(), 0, Barrier(4)

    def compute(_: int) -> int:
        nonlocal inside
        together.wait(10)
        with turns():
            inside += 1
            seen = inside
            inside -= 1
        return seen

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(compute, range(4))) == [1] * 4


def test_requests_are_answered_without_the_garbage_collector(toy: MemoryGraph) -> None:
    seen = set()

    class Looking(MemoryGraph):
        def read(self, name: str, **params: object) -> list[Row]:
            if name == "resolve/history":
                seen.add(gc.isenabled())
            return super().read(name, **params)

    Recommender(Looking(toy.snapshot)).recommend_many([Request("ann"), Request("bob")])
    assert seen == {False}
    assert gc.isenabled()


def test_the_garbage_collector_is_back_after_an_error() -> None:
    with pytest.raises(KeyError), Turns()():
        raise KeyError
    assert gc.isenabled()
