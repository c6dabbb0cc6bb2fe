"""Adding up what sources give, and following relationships that are read once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.recommend.along import WALKED, Along
from kg.recommend.compiled_sums import least_of, summed_together
from kg.recommend.leads import Ask, Leads, Part, Source
from kg.recommend.numbered import Numbered
from kg.recommend.reached import Reached, reached_by
from kg.recommend.sums import Given, Sources, Sums, summed_alone


def reached(limit: int, *given: Mapping[str, float], products: Numbered | None = None) -> Reached:
    """What sources s0, s1 and so on lead to that give products what is said."""
    products = products or Numbered()
    parts = {f"s{number}": part(products, each) for number, each in enumerate(given)}
    held = Leads(lambda keys: {key: parts[key] for key in keys}, 10).of(parts)
    sources = [Source(key, 1.0) for key in parts]
    starts = {key: span[0] for key, span in held.spans.items()}

    def tell(key: str, at: int) -> Row:
        return {"from": key, "at": at - starts[key]}

    return held.reached(products, [Ask(sources, limit, tell)])[0]


def part(products: Numbered, given: Mapping[str, float], second: float = 0.0) -> Part:
    first = np.array(list(given.values()))
    none = np.zeros(len(first), np.int32)
    return Part(products.of(list(given)), first, np.full(len(first), second), none)


def strengths(found: Reached) -> dict[str, float]:
    return dict(zip(found, found.strengths.tolist(), strict=True))


def test_addends_sum_and_the_largest_tells_the_first_of_equals() -> None:
    found = reached(5, {"b": 0.5, "a": 1.0}, {"c": 0.25, "a": 2.0, "b": 0.5})
    assert strengths(found) == {"a": 3.0, "b": 1.0, "c": 0.25}
    assert dict(found) == {
        "a": {"strength": 3.0, "from": "s1", "at": 1},
        "b": {"strength": 1.0, "from": "s0", "at": 0},
        "c": {"strength": 0.25, "from": "s1", "at": 0},
    }


def test_the_strongest_are_kept_and_of_equals_at_the_limit_the_smallest_ids() -> None:
    given = {"z": 1.0, "d": 0.5, "b": 0.5 + 1e-12, "c": 0.5, "a": 0.1}
    for known in ((), sorted(given)):
        assert set(reached(3, given, products=Numbered(known))) == {"z", "b", "c"}
    assert set(reached(1, given)) == {"z"}
    assert len(reached(9, given)) == 5


def test_what_adds_up_to_nothing_is_not_reached() -> None:
    found = reached(5, {"a": 0.0, "b": 1.0})
    assert ("a" in found, "b" in found, "other" in found) == (False, True, False)
    with pytest.raises(KeyError):
        found["a"]


def test_without_sources_nothing_is_reached() -> None:
    assert dict(reached(5)) == {}


def test_a_source_gives_shares_of_both_of_its_numbers_to_each_request() -> None:
    products = Numbered()
    given = part(products, {"a": 1.0, "b": 2.0}, second=4.0)
    held = Leads(lambda _: {"s": given}, 10).of(["s"])
    asked = [
        Ask([Source("s", 0.5, 0.25)], 9, lambda _, at: {"at": at}),
        Ask[str]([], 9, lambda _, at: {"at": at}),
        Ask([Source("s", 0.0, 0.5)], 1, lambda _, at: {"at": at}),
    ]
    found = [strengths(each) for each in held.reached(products, asked)]
    assert found == [{"a": 1.5, "b": 2.0}, {}, {"a": 2.0}]


def test_many_products_of_many_sources_add_up_as_they_do_one_by_one() -> None:
    chance = np.random.default_rng(7)
    given = [
        {f"p{code}": float(chance.random()) for code in chance.integers(0, 3_000, 200)}
        for _ in range(20)
    ]
    expected: dict[str, float] = {}
    for each in given:
        for id_, addend in each.items():
            expected[id_] = expected.get(id_, 0.0) + addend
    found = strengths(reached(10_000, *given))
    assert found == {id_: round(total, 9) for id_, total in expected.items()}
    best = sorted(found, key=lambda id_: (-found[id_], id_))[:50]
    assert set(reached(50, *given)) == set(best)


@pytest.mark.parametrize("limit", [1, 7, 300])
def test_a_lone_request_is_added_up_without_compiled_loops_to_the_same(limit: int) -> None:
    chance = np.random.default_rng(limit)
    ends = np.cumsum([0, *chance.integers(0, 30, 12)])
    given = Given(
        np.concatenate([chance.permutation(40)[:size] for size in np.diff(ends)]).astype(np.int32),
        chance.integers(0, 4, ends[-1]) / 4,
        chance.random(ends[-1]),
    )
    weights = chance.random(12).round(1)
    sources = Sources(np.array([0, 12]), ends[:-1], ends[1:], weights, weights[::-1].copy())

    def rows(found: Sums) -> list[tuple[float, ...]]:
        columns = (found.codes, found.strengths, found.by, found.at)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    alone, together = (
        add(sources, given, np.array([limit])) for add in (summed_alone, summed_together)
    )
    assert rows(alone) == rows(together)
    assert alone.offsets.tolist() == together.offsets.tolist()


def test_the_last_within_a_limit() -> None:
    values = np.array([3.0, 1.0, 2.0, 5.0, 4.0, 2.0])
    assert [least_of(values, limit) for limit in (1, 2, 4, 5, 6)] == [5.0, 4.0, 2.0, 2.0, -np.inf]


def test_parts_that_are_forgotten_are_read_again_and_those_handed_out_stay() -> None:
    products, asked = Numbered(), list[list[str]]()

    def read(keys: list[str]) -> dict[str, Part]:
        asked.append(keys)
        return {key: part(products, {key: 1.0}) for key in keys}

    leads = Leads(read, 2)
    first = leads.of(["a", "b"])
    leads.of(["b"])
    leads.of(["b", "c"])
    assert asked == [["a", "b"], ["c"], ["b"]]
    (found,) = first.reached(products, [Ask([Source("a", 2.0)], 9, lambda key, _: {"key": key})])
    assert dict(found) == {"a": {"strength": 2.0, "key": "a"}}


def test_rows_of_a_read_are_reached_too() -> None:
    rows: list[Row] = [{"product_id": "a", "strength": 0.5}, {"product_id": "b"}]
    found = reached_by(Numbered(), rows)
    assert (strengths(found), dict(found)) == ({"a": 0.5, "b": 0.0}, {"a": rows[0], "b": rows[1]})


def test_threads_number_a_product_once() -> None:
    products = Numbered()
    ids = [f"p{number % 50}" for number in range(500)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: products.of(ids).tolist(), range(20)))
    assert len(products.ids) == 50
    assert [products.ids[code] for code in found[0]] == ids
    assert all(each == found[0] for each in found)


def test_numbers_are_put_in_the_order_of_ids_known_at_first_or_not() -> None:
    products = Numbered(["b", "d"])
    codes = products.of(["d", "a", "c", "b"])
    assert codes.tolist() == [1, 2, 3, 0]
    assert products.named(products.by_id(codes)) == ("a", "b", "c", "d")
    assert products.named(products.by_id(codes[[0, 3]])) == ("b", "d")


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
