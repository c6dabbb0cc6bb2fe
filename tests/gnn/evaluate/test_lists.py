"""Lists from scores, worked out by hand: ties go against the model."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gnn.evaluate.lists import auc_of_users, ranked
from kg.snapshot.types import Rows

INF = np.inf


def table(*rows: list[int]) -> Rows:
    sizes = [len(row) for row in rows]
    codes = np.array([code for row in rows for code in row], np.int32)
    return Rows(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), codes)


def scores(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def test_the_best_come_first_and_equals_by_code() -> None:
    assert ranked(scores([1, 3, 2, 3, 0]), table([]), 4).tolist() == [[1, 3, 2, 0]]


def test_a_target_comes_last_of_its_equals() -> None:
    assert ranked(scores([1, 1, 1, 2, 1]), table([0, 3]), 3).tolist() == [[3, 1, 2]]
    assert ranked(scores([1, 1, 1, 2, 1]), table([0, 3]), 5).tolist() == [[3, 1, 2, 4, 0]]


def test_only_products_that_are_told_apart_by_scores_can_hit() -> None:
    nothing_known = np.zeros((3, 50), np.float64)
    lists = ranked(nothing_known, table([0], [1], [2, 3]), 10)
    assert lists.tolist() == [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [0, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [0, 1, 4, 5, 6, 7, 8, 9, 10, 11],
    ]


def test_what_was_seen_what_is_not_among_and_minus_infinity_are_not_listed() -> None:
    given = scores([5, 4, 3, 2, -INF], [5, 4, 3, 2, 1])
    among = np.array([True, True, False, True, True])
    lists = ranked(given, table([1], [4]), 3, seen=table([0], []), among=among)
    assert lists.tolist() == [[1, 3, -1], [0, 1, 3]]


def test_a_target_that_was_seen_is_not_listed() -> None:
    assert ranked(scores([2, 1]), table([0]), 2, seen=table([0])).tolist() == [[1, -1]]


def test_ranks_as_sorting_does() -> None:
    given = np.random.default_rng(0).integers(0, 30, (20, 100)).astype(np.float64)
    targets = table(*([place, 99 - place] for place in range(20)))
    for row, found in enumerate(ranked(given, targets, 15).tolist()):
        mine = set(targets.of(row).tolist())
        order = sorted(range(100), key=lambda code: (-given[row, code], code in mine, code))
        assert found == order[:15]


def test_a_score_that_is_no_number_is_named_by_its_row() -> None:
    with pytest.raises(ValueError, match="row 1 has one that is not"):
        ranked(scores([1, 2], [1, np.nan]), table([], []), 1)


def test_the_area_counts_pairs_in_order_and_half_of_the_equals() -> None:
    # Target 2 is above 1 and 3, level with 0: 2.5 of 3. Targets 0 and 3: 1 of 2 and 0 of 2.
    areas = auc_of_users(scores([3, 1, 3, 2], [2, 1, 3, 0]), table([2], [0, 3]))
    assert areas.tolist() == [pytest.approx(2.5 / 3), pytest.approx(1 / 4)]


def test_the_area_leaves_out_what_is_not_ranked() -> None:
    among = np.array([True, True, True, False])
    areas = auc_of_users(scores([3, 1, 2, 9]), table([2]), table([0]), among)
    assert areas.tolist() == [1.0]
    assert np.isnan(auc_of_users(scores([3, 1, 2, 9]), table([]), None, None)).all()
