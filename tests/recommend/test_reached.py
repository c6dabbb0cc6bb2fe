"""Adding up what sources give, and following relationships that are read once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.recommend.along import WALKED, Along
from kg.recommend.reached import Codes, Numbered, Reached, strengths_of
from kg.recommend.types import Numbers


@dataclass(frozen=True)
class Giving:
    """Gives products what is said."""

    name: str
    codes: Codes
    addends: Numbers

    def row(self, at: int) -> Row:
        return {"from": self.name, "at": at}


def reached(limit: int, *given: Mapping[str, float]) -> Reached:
    products = Numbered()
    sources = [
        Giving(f"s{number}", products.of(list(each)), np.array(list(each.values())))
        for number, each in enumerate(given)
    ]
    return Reached(products, sources, limit)


def test_addends_sum_and_the_largest_tells_the_first_of_equals() -> None:
    found = reached(5, {"b": 0.5, "a": 1.0}, {"c": 0.25, "a": 2.0, "b": 0.5})
    assert found.strengths == {"a": 3.0, "b": 1.0, "c": 0.25}
    assert dict(found) == {
        "a": {"strength": 3.0, "from": "s1", "at": 1},
        "b": {"strength": 1.0, "from": "s0", "at": 0},
        "c": {"strength": 0.25, "from": "s1", "at": 0},
    }


def test_the_strongest_are_kept_and_of_equals_at_the_limit_the_smallest_ids() -> None:
    given = {"z": 1.0, "d": 0.5, "b": 0.5 + 1e-12, "c": 0.5, "a": 0.1}
    assert set(reached(3, given)) == {"z", "b", "c"}
    assert set(reached(1, given)) == {"z"}
    assert len(reached(9, given)) == 5


def test_what_adds_up_to_nothing_is_not_reached() -> None:
    found = reached(5, {"a": 0.0, "b": 1.0})
    assert ("a" in found, "b" in found, "other" in found) == (False, True, False)
    with pytest.raises(KeyError):
        found["a"]


def test_without_sources_nothing_is_reached() -> None:
    assert dict(reached(5)) == {}


def test_strengths_are_those_of_any_rows() -> None:
    assert strengths_of(reached(1, {"a": 0.5})) == {"a": 0.5}
    assert strengths_of({"a": {"strength": 0.5, "seed_id": None}}) == {"a": 0.5}


def test_threads_number_a_product_once() -> None:
    products = Numbered()
    ids = [f"p{number % 50}" for number in range(500)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: products.of(ids).tolist(), range(20)))
    assert len(products.ids) == 50
    assert [products.ids[code] for code in found[0]] == ids
    assert all(each == found[0] for each in found)


class Asked(MemoryGraph):
    """Remembers what was asked for."""

    def __init__(self, graph: MemoryGraph) -> None:
        super().__init__(graph.snapshot)
        self.asked: list[tuple[str, object]] = []

    def read(self, name: str, **params: object) -> list[Row]:
        self.asked.append((name, params.get("ids")))
        return super().read(name, **params)


SEEDS: list[list[tuple[str, float]]] = [
    [("runner", 1.0), ("sock", 0.8)],
    [("lipred", 0.5)],
    [("sock", 1.0), ("shirt", 0.64), ("lippink", 0.3)],
    [],
]


@pytest.mark.parametrize("walk", WALKED)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_following_what_is_remembered_is_the_walk_of_the_graph(
    walk: str, limit: int, toy: MemoryGraph
) -> None:
    many = Along(toy, Numbered()).reach(walk, SEEDS, [limit] * len(SEEDS))
    for seeds, followed in zip(SEEDS, many, strict=True):
        (walked,) = Along(toy, Numbered()).reach(walk, [seeds], [limit])
        rows = {id_: dict(row) for id_, row in walked.items()}
        for row in rows.values():
            row.pop("request", None)
            row.pop("product_id", None)
        assert dict(followed) == rows


def test_what_many_share_is_read_once_and_a_lone_request_is_walked(toy: MemoryGraph) -> None:
    graph = Asked(toy)
    along = Along(graph, Numbered())
    along.reach("walk/bought_next", SEEDS[:1], [10])
    assert graph.asked == [("walk/bought_next", None)]
    graph.asked.clear()
    along.reach("walk/bought_next", SEEDS, [10] * len(SEEDS))
    along.reach("walk/bought_with", SEEDS[:1], [10])
    assert graph.asked == [("walk/relationships", ["lippink", "lipred", "runner", "shirt", "sock"])]
