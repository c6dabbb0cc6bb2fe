"""Groups of products and users, by hand."""

from pathlib import Path

import numpy as np
import pytest

from gnn.evaluate.groups import (
    by_acquaintance,
    by_length,
    by_popularity,
    counts_of,
    lengths_of,
    met,
    popularity_groups,
)
from gnn.evaluate.split import Split
from gnn.evaluate.splits import leave_one_out, temporal
from kg.snapshot import snapshot_of
from kg.sources import open_source


@pytest.fixture(scope="module")
def split() -> Split:
    toy = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    return leave_one_out(toy, "test")


def test_counts_users_who_wanted_a_product(split: Split) -> None:
    ids = split.known.products.ids
    counts = {ids[code]: n for code, n in enumerate(counts_of(split.known).tolist()) if n}
    assert counts == {"runner": 3, "sock": 2, "lipred": 2, "balm": 1, "lippink": 1}


def test_lengths_are_those_of_the_users_judged(split: Split) -> None:
    assert lengths_of(split).tolist() == [2, 2, 2]


def test_half_of_what_was_wanted_is_in_the_head_and_a_fifth_in_the_tail() -> None:
    # Of 10: the first five, then up to eight, then the rest and what nobody wanted.
    assert popularity_groups(np.array([1, 5, 0, 3, 1])).tolist() == [2, 0, 2, 1, 2]
    # A product on the border belongs where it begins.
    assert popularity_groups(np.array([4, 4, 2])).tolist() == [0, 0, 2]


def test_targets_are_judged_by_group(split: Split) -> None:
    ids = split.known.products.code
    counts = np.zeros(12, np.int64)
    counts[[ids["shirt"], ids["trail"], ids["lippink"]]] = 5, 3, 2
    lists = np.array([[ids["shirt"], -1], [ids["sock"], -1], [ids["sock"], ids["lippink"]]])
    found = by_popularity(lists.astype(np.int32), split, 2, counts)
    assert {name: each["recall@2"].tolist() for name, each in found.items()} == {
        "head": [1.0],
        "middle": [0.0],
        "tail": [1.0],
    }
    assert found["tail"]["mrr@2"].tolist() == [0.5]


def test_targets_that_the_user_had_met_are_judged_apart(split: Split) -> None:
    toy = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    later = temporal(toy, 1736486200)  # eve has lippink in her cart, and buys it
    assert met(later).tolist() == [True]
    lists = np.array([[toy.products.code["lippink"], -1]], np.int32)
    found = by_acquaintance(lists, later, 2)
    assert {name: each["recall@2"].tolist() for name, each in found.items()} == {
        "met before": [1.0],
        "never met": [],
    }
    assert met(split).tolist() == [False, False, False]
    assert by_acquaintance(np.full((3, 2), -1, np.int32), split, 2) == {}


def test_users_are_parted_by_the_length_of_their_history() -> None:
    values = np.arange(6, dtype=np.float64)
    found = by_length(values, np.array([2, 3, 4, 5, 19, 20]))
    assert {name: part.tolist() for name, part in found.items()} == {
        "0-2": [0.0],
        "3-4": [1.0, 2.0],
        "5-9": [3.0],
        "10-19": [4.0],
        "20+": [5.0],
    }
