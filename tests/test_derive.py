"""Deriving: edges, popularity, age, place and rank, worked out by hand on the toy shop."""

import csv
from dataclasses import replace
from math import nan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kg.derive import EVENT_CODES, DeriveConfig, Edges, EventColumns, derive_arrays, ranks

TOY = Path(__file__).parent / "toy_shop"
DAY = 86_400
NEWEST = 1736500000  # fay looks at the soap
BY_ONE = DeriveConfig(shrink_next=1, shrink_with=1)
"""A shrinkage by which weights are easily worked out."""


def toy_products() -> list[str]:
    with (TOY / "products.csv").open() as file:
        return sorted(row["product_id"] for row in csv.DictReader(file))


def toy_events(without_orders: bool = False) -> EventColumns:
    with (TOY / "events.csv").open() as file:
        rows = list(csv.DictReader(file))
    if without_orders:
        rows = [row | {"order_id": ""} for row in rows]
    return columns([tuple(row.values()) for row in rows], toy_products())


def columns(rows: list[tuple[Any, ...]], products: list[str]) -> EventColumns:
    """Columns of rows (user, product, type, at, value, order)."""
    users = sorted({row[0] for row in rows})
    orders = sorted({row[5] for row in rows if row[5]})
    return EventColumns(
        user=np.array([users.index(row[0]) for row in rows], np.int32),
        product=np.array([products.index(row[1]) for row in rows], np.int32),
        type=np.array([EVENT_CODES[row[2]] for row in rows], np.int8),
        at=np.array([int(row[3]) for row in rows], np.int64),
        value=np.array([float(row[4] or nan) for row in rows]),
        order=np.array([orders.index(row[5]) if row[5] else -1 for row in rows], np.int32),
    )


def bought(*sequences: str) -> EventColumns:
    """One user a string, buying its letters in turn."""
    rows = [
        (f"u{u:03}", product, "BOUGHT", at, "", "")
        for u, products in enumerate(sequences)
        for at, product in enumerate(products)
    ]
    return columns(rows, sorted(set("".join(sequences))))


def named(edges: Edges, products: list[str]) -> dict[tuple[str, str], tuple[float, int]]:
    return {
        (products[a], products[b]): (float(weight), int(support))
        for a, b, weight, support in zip(
            edges.source, edges.target, edges.weight, edges.support, strict=True
        )
    }


def test_bought_next_decays_with_the_gap_and_is_scaled_by_both_products_users() -> None:
    derived = derive_arrays(toy_events(), 12, "time", config=BY_ONE)
    assert named(derived.next, toy_products()) == {
        # ann took runner, sock, shirt; bob runner, sock, trail; dan runner.
        ("runner", "sock"): (round(2 / (sqrt(3 * 2) + 1), 9), 2),
        ("runner", "shirt"): (round(0.7 / (sqrt(3 * 1) + 1), 9), 1),
        ("runner", "trail"): (round(0.7 / (sqrt(3 * 1) + 1), 9), 1),
        ("sock", "shirt"): (round(1 / (sqrt(2 * 1) + 1), 9), 1),
        ("sock", "trail"): (round(1 / (sqrt(2 * 1) + 1), 9), 1),
        # cat took lipred, balm, lippink; eve lipred, lippink.
        ("lipred", "lippink"): (round(1.7 / (sqrt(2 * 2) + 1), 9), 2),
        ("lipred", "balm"): (round(1 / (sqrt(2 * 1) + 1), 9), 1),
        ("balm", "lippink"): (round(1 / (sqrt(1 * 2) + 1), 9), 1),
    }


def test_edges_are_shrunk_by_thirty_so_that_one_rare_pair_does_not_lead() -> None:
    derived = derive_arrays(bought("ab", "cd", *["ce"] * 30), 5, "order")
    weights = {pair: weight for pair, (weight, _) in named(derived.next, list("abcde")).items()}
    # All of a's buyers went on to b, and a share of c's to e: 1 / (1 + 30), 30 / (30.5 + 30).
    assert weights["a", "b"] == round(1 / 31, 9)
    assert weights["c", "e"] == round(30 / (sqrt(31 * 30) + 30), 9)
    assert named(derived.together, list("abcde"))["b", "a"] == (round(1 / 31, 9), 1)


def test_bought_with_counts_orders_where_the_shop_has_orders() -> None:
    derived = derive_arrays(toy_events(), 12, "time", config=BY_ONE)
    # Order o1 alone holds two products; runner is in o1, o3, o7, sock in o1, o4.
    weight = round(1 / (sqrt(3 * 2) + 1), 9)
    assert named(derived.together, toy_products()) == {
        ("runner", "sock"): (weight, 1),
        ("sock", "runner"): (weight, 1),
    }


def test_bought_with_counts_users_where_no_event_has_an_order() -> None:
    derived = derive_arrays(toy_events(without_orders=True), 12, "time", config=BY_ONE)
    found = named(derived.together, toy_products())
    assert found["runner", "sock"] == found["sock", "runner"] == (round(2 / (sqrt(6) + 1), 9), 2)
    assert found["lipred", "lippink"] == (round(2 / (sqrt(4) + 1), 9), 2)
    assert found["lippink", "balm"] == (round(1 / (sqrt(2) + 1), 9), 1)
    assert len(found) == 2 * 8  # runner-sock-shirt, runner-sock-trail, lipred-balm-lippink


def at_once(*baskets: str) -> EventColumns:
    """One user a string, who has its letters at no moment of their own."""
    rows = [(f"u{u}", p, "BOUGHT", 0, "", "") for u, basket in enumerate(baskets) for p in basket]
    return columns(rows, sorted(set("".join(baskets))))


def test_without_moments_nothing_is_bought_next_and_busy_users_count_less() -> None:
    derived = derive_arrays(at_once("abcd", "ab", "c"), 4, "order", config=BY_ONE)
    assert not len(derived.next.source)
    # u0 has four products and adds 1 / sqrt(4) to each pair, u1 has two and adds 1 / sqrt(2).
    found = named(derived.together, list("abcd"))
    assert found["a", "b"] == (round((1 / 2 + 1 / sqrt(2)) / (sqrt(2 * 2) + 1), 9), 2)
    assert found["a", "c"] == (round((1 / 2) / (sqrt(2 * 2) + 1), 9), 1)
    assert found["d", "a"] == (round((1 / 2) / (sqrt(1 * 2) + 1), 9), 1)
    assert derived.popularity.tolist() == [2.0, 2.0, 2.0, 1.0]
    assert np.isnan(derived.mean_age).all()
    assert np.isnan(derived.mean_place).all()


def test_without_moments_two_hundred_others_of_a_product_are_kept() -> None:
    many = [chr(0x4E00 + each) for each in range(260)]
    baskets = ["".join(many)]
    assert np.bincount(derive_arrays(at_once(*baskets), 260, "order").together.source).max() == 200
    kept = derive_arrays(bought(*baskets), 260, "order").together
    assert np.bincount(kept.source).max() == 50


def test_one_user_with_two_moments_gives_the_events_an_order() -> None:
    rows = [("u0", "a", "BOUGHT", 0, "", ""), ("u0", "b", "BOUGHT", 1, "", "")]
    rows += [("u1", "a", "BOUGHT", 5, "", ""), ("u1", "b", "BOUGHT", 5, "", "")]
    derived = derive_arrays(columns(rows, ["a", "b"]), 2, "time", config=BY_ONE)
    assert named(derived.next, ["a", "b"]) == {("a", "b"): (round(2 / (2 + 1), 9), 2)}
    assert named(derived.together, ["a", "b"])["a", "b"] == (round(2 / (2 + 1), 9), 2)


def test_an_event_without_order_id_is_an_order_with_its_user_and_moment() -> None:
    rows = [
        ("ann", "a", "BOUGHT", 1, "", "o1"),
        ("ann", "b", "LIKED", 2, "", ""),
        ("ann", "c", "LIKED", 2, "", ""),
        ("ann", "a", "LIKED", 3, "", ""),
        ("bob", "a", "LIKED", 2, "", ""),
    ]
    derived = derive_arrays(columns(rows, ["a", "b", "c"]), 3, "time", config=BY_ONE)
    assert named(derived.together, ["a", "b", "c"]) == {
        ("b", "c"): (round(1 / (1 + 1), 9), 1),
        ("c", "b"): (round(1 / (1 + 1), 9), 1),
    }


def test_support_counts_a_user_with_two_orders_of_the_same_pair_once() -> None:
    rows = [
        (user, product, "BOUGHT", at, "", order)
        for user, at, order in (("ann", 1, "o1"), ("ann", 2, "o2"), ("bob", 3, "o1"))
        for product in "ab"
    ]
    derived = derive_arrays(columns(rows, ["a", "b"]), 2, "time", config=BY_ONE)
    # bob's o1 is not ann's: three orders hold the pair.
    assert named(derived.together, ["a", "b"])["a", "b"] == (round(3 / (3 + 1), 9), 2)


def test_views_carts_and_low_ratings_are_no_evidence() -> None:
    products = toy_products()
    derived = derive_arrays(toy_events(), 12, "order")
    popularity = dict(zip(products, derived.popularity, strict=True))
    assert popularity == {
        "runner": 3, "sock": 2, "shirt": 1, "trail": 1, "lipred": 2, "lippink": 2, "balm": 1,
        "sandal": 0, "soap": 0, "racer": 0, "woolsock": 0, "lipacme": 0,
    }  # fmt: skip


def test_popularity_halves_every_ninety_days() -> None:
    rows = [
        ("ann", "a", "BOUGHT", 0, "", ""),
        ("bob", "a", "BOUGHT", 90 * DAY, "", ""),
        ("bob", "a", "BOUGHT", 180 * DAY, "", ""),  # the newest counts
        ("cat", "b", "VIEWED", 270 * DAY, "", ""),
    ]
    derived = derive_arrays(columns(rows, ["a", "b"]), 2, "time")
    assert_array_equal(derived.popularity, [0.5**3 + 0.5**1, 0.0])
    assert_array_equal(derived.mean_age, [(270 + 90) / 2, nan])


def test_mean_age_counts_days_back_from_the_newest_event() -> None:
    derived = derive_arrays(toy_events(), 12, "time")
    runner = toy_products().index("runner")
    days = [(NEWEST - at) / DAY for at in (1735689600, 1735776000, 1736121600)]
    assert derived.mean_age[runner] == round(sum(days) / 3, 9)


def test_without_a_clock_age_is_how_many_products_came_after() -> None:
    derived = derive_arrays(bought("abc", "ac"), 3, "order")
    assert_array_equal(derived.mean_age, [(2 + 1) / 2, 1, 0])


def test_mean_place_is_0_for_first_1_for_last_and_half_for_the_only_one() -> None:
    derived = derive_arrays(bought("abc", "ac", "a"), 4, "order")
    assert_allclose(derived.mean_place, [round(0.5 / 3, 9), 0.5, 1.0, nan])


def test_sequence_ties_are_broken_by_product_and_repeats_count_at_their_first_time() -> None:
    rows = [
        ("ann", "b", "BOUGHT", 1, "", ""),
        ("ann", "a", "BOUGHT", 1, "", ""),
        ("ann", "c", "BOUGHT", 2, "", ""),
        ("ann", "a", "BOUGHT", 3, "", ""),
    ]
    found = named(
        derive_arrays(columns(rows, ["a", "b", "c"]), 3, "order", config=BY_ONE).next,
        ["a", "b", "c"],
    )
    assert {pair: weight for pair, (weight, _) in found.items()} == {
        ("a", "b"): 0.5,
        ("a", "c"): 0.35,
        ("b", "c"): 0.5,
    }


def test_bought_next_looks_ten_products_ahead_and_no_further() -> None:
    found = named(
        derive_arrays(bought("abcdefghijkl"), 12, "order", config=BY_ONE).next, list("abcdefghijkl")
    )
    assert found["a", "k"] == (round(0.7**9 / 2, 9), 1)
    assert ("a", "l") not in found


def test_keeps_the_strongest_of_each_product_then_the_smallest_id() -> None:
    derived = derive_arrays(bought("abc", "ac", "ad"), 4, "order", config=replace(BY_ONE, keep=2))
    assert [pair for pair in named(derived.together, list("abcd")) if pair[0] == "a"] == [
        ("a", "c"),  # 2 / (sqrt(3 * 2) + 1) = .58
        ("a", "b"),  # 1 / (sqrt(3) + 1) = .37, as d
    ]


def test_until_is_exclusive_and_becomes_the_moment_ages_count_from() -> None:
    rows = [("ann", "a", "BOUGHT", 0, "", ""), ("ann", "b", "BOUGHT", 90 * DAY, "", "")]
    derived = derive_arrays(columns(rows, ["a", "b"]), 2, "time", until=90 * DAY)
    assert_array_equal(derived.popularity, [0.5, 0.0])
    assert len(derived.next.source) == 0


def test_a_giant_users_latest_products_count_as_bought_together() -> None:
    derived = derive_arrays(bought("abcd", "ab"), 4, "order", config=replace(BY_ONE, at_once=2))
    assert named(derived.together, list("abcd")) == {
        ("a", "b"): (round(1 / (2 + 1), 9), 1),  # of abcd only cd; n is not cut
        ("b", "a"): (round(1 / (2 + 1), 9), 1),
        ("c", "d"): (0.5, 1),
        ("d", "c"): (0.5, 1),
    }


def test_the_order_of_the_rows_changes_nothing() -> None:
    events = toy_events()
    shuffled = events.where(np.random.default_rng(3).permutation(16))  # type: ignore[arg-type]
    one, other = derive_arrays(events, 12, "time"), derive_arrays(shuffled, 12, "time")
    assert named(one.next, toy_products()) == named(other.next, toy_products())
    assert named(one.together, toy_products()) == named(other.together, toy_products())
    assert_array_equal(one.popularity, other.popularity)


@pytest.mark.parametrize("clock", ["time", "order"])
def test_an_empty_shop_derives_nothing(clock: str) -> None:
    derived = derive_arrays(columns([], []), 0, clock)
    assert len(derived.next.source) == len(derived.together.source) == len(derived.popularity) == 0


def test_products_without_any_event_have_no_popularity_and_no_age() -> None:
    derived = derive_arrays(columns([], []), 2, "time")
    assert_array_equal(derived.popularity, [0.0, 0.0])
    assert_array_equal(derived.mean_age, [nan, nan])


def test_ranks_by_popularity_then_lots_within_each_brand() -> None:
    popularity = np.array([1.0, 5.0, 5.0, 0.0])
    drawn = np.array([1, 9, 4, 2], np.uint64)
    owner = np.array([7, 7, 7, 2, 2])
    product = np.array([0, 2, 1, 3, 0])
    assert ranks(popularity, drawn, owner, product).tolist() == [3, 1, 2, 2, 1]


def test_edges_equal_a_plain_count_over_all_pairs() -> None:
    generator = np.random.default_rng(5)
    users = ["".join(generator.permutation(list("abcdefghijklmnop"))[:size]) for size in [3, 9, 16]]
    found = named(
        derive_arrays(bought(*users), 16, "order", config=BY_ONE).next, list("abcdefghijklmnop")
    )
    n = {p: sum(p in user for user in users) for p in "abcdefghijklmnop"}
    sums: dict[tuple[str, str], float] = {}
    for user in users:
        for i, a in enumerate(user):
            for gap, b in enumerate(user[i + 1 : i + 11], start=1):
                sums[a, b] = sums.get((a, b), 0.0) + 0.7 ** (gap - 1)
    expected = {(a, b): round(s / (sqrt(n[a] * n[b]) + 1), 9) for (a, b), s in sums.items()}
    assert {pair: weight for pair, (weight, _) in found.items()} == expected
