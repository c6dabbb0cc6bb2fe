"""The compiled walks add up, cut and break ties as told, each request on its own."""

from itertools import pairwise

import numpy as np

from kg.graph.memory.kernels import Groups, Links, Seeds, along_links, through_groups
from kg.graph.memory.tally import Reached


def seeds(*requests: dict[int, float]) -> Seeds:
    return Seeds(
        np.cumsum([0, *map(len, requests)]),
        np.array([code for seed in requests for code in seed], np.int32),
        np.array([weight for seed in requests for weight in seed.values()], np.float64),
    )


def found(reached: Reached) -> list[list[tuple[int, float, int, int]]]:
    columns = (reached.product, reached.strength, reached.by, reached.also)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return [rows[a:b] for a, b in pairwise(reached.offsets.tolist())]


LINKS = Links(
    start=np.array([0, 2, 4, 4, 5]),
    to=np.array([1, 2, 2, 3, 2], np.int32),
    weight=np.array([0.5, 0.25, 0.5, 0.25, 0.125]),
)
"""0 -> 1, 2; 1 -> 2, 3; 3 -> 2."""


def test_a_candidate_gets_the_sum_of_its_addends_and_names_the_largest() -> None:
    reached = along_links(seeds({0: 1.0, 1: 2.0}), np.array([9]), LINKS)
    assert found(reached) == [[(2, 1.25, 1, 2), (1, 0.5, 0, 0), (3, 0.5, 1, 3)]]


def test_equal_strengths_are_ordered_by_code_and_cut_after_that() -> None:
    reached = along_links(seeds({0: 1.0, 1: 2.0}), np.array([2]), LINKS)
    assert found(reached) == [[(2, 1.25, 1, 2), (1, 0.5, 0, 0)]]


def test_of_equal_addends_the_smaller_seed_is_named() -> None:
    reached = along_links(seeds({3: 4.0, 1: 1.0}), np.array([1]), LINKS)
    assert found(reached) == [[(2, 1.0, 1, 2)]]


def test_requests_of_a_batch_do_not_see_each_other() -> None:
    batch = along_links(seeds({0: 1.0}, {}, {3: 8.0}, {0: 2.0}), np.array([1, 5, 5, 0]), LINKS)
    assert found(batch) == [[(1, 0.5, 0, 0)], [], [(2, 1.0, 3, 4)], []]


def test_strengths_are_rounded_to_nine_decimals_before_they_are_ordered() -> None:
    links = Links(np.array([0, 2, 2, 2]), np.array([2, 1], np.int32), np.array([0.5, 0.4999999999]))
    reached = along_links(seeds({0: 1.0}), np.array([5]), links)
    assert [row[:2] for row in found(reached)[0]] == [(1, 0.5), (2, 0.5)]


GROUPS = Groups(
    of_start=np.array([0, 1, 2, 4, 4]),
    of=np.array([0, 0, 0, 1], np.int32),
    start=np.array([0, 3, 4]),
    members=np.array([2, 0, 1, 2], np.int32),
)
"""Group 0 has 2, 0, 1 by rank; group 1 has 2. Product 3 is in none."""


def test_members_get_the_weight_of_their_group_by_rank() -> None:
    reached = through_groups(
        seeds({0: 2.0, 1: 1.0}), seeds({}), np.array([9]), np.array([4]), GROUPS
    )
    # 3 / sqrt(rank); the heaviest seed of the group is 0.
    assert found(reached) == [[(2, 3.0, 0, 0), (0, 2.121320344, 0, 0), (1, 1.732050808, 0, 0)]]


def test_only_the_most_popular_members_of_a_group_are_reached() -> None:
    reached = through_groups(seeds({0: 2.0}), seeds({}), np.array([9]), np.array([1]), GROUPS)
    assert found(reached) == [[(2, 2.0, 0, 0)]]


def test_a_product_of_several_groups_gets_the_sum_and_names_the_largest() -> None:
    reached = through_groups(seeds({0: 1.0}), seeds({1: 5.0}), np.array([1]), np.array([4]), GROUPS)
    # Group 1 was given, no seed reached it.
    assert found(reached) == [[(2, 6.0, 1, -1)]]


def test_a_seed_without_group_reaches_nothing() -> None:
    reached = through_groups(seeds({3: 1.0}), seeds({}), np.array([5]), np.array([5]), GROUPS)
    assert found(reached) == [[]]


def test_the_strongest_of_many_are_those_a_full_sort_finds() -> None:
    random = np.random.default_rng(5)
    weight = np.round(random.random(5_000), 2)
    links = Links(
        np.concatenate([[0], np.full(5_000, 5_000)]), np.arange(5_000, dtype=np.int32), weight
    )
    reached = along_links(seeds({0: 1.0}), np.array([700]), links)
    expected = np.lexsort((np.arange(5_000), -weight))[:700]
    assert reached.product.tolist() == expected.tolist()
