"""Histories and targets of the toy shop, by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.prefixes import histories_of, prefixes_of
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def ids(shop: Snapshot, codes: list[int]) -> list[str]:
    return [shop.products.ids[code] if code >= 0 else "-" for code in codes]


def test_every_product_of_a_sequence_but_its_first_is_a_target(shop: Snapshot) -> None:
    prefixes = prefixes_of(shop, 2)
    told = [
        (shop.users[user], ids(shop, history), shop.products.ids[target])
        for user, history, target in zip(
            prefixes.user.tolist(), prefixes.history.tolist(), prefixes.target.tolist(), strict=True
        )
    ]
    # A purchase at the same moment comes in the order of the ids; a rating of 2 is no evidence.
    assert told == [
        ("ann", ["runner", "-"], "sock"),
        ("ann", ["sock", "runner"], "shirt"),
        ("bob", ["runner", "-"], "sock"),
        ("bob", ["sock", "runner"], "trail"),
        ("cat", ["lipred", "-"], "balm"),
        ("cat", ["balm", "lipred"], "lippink"),
        ("eve", ["lipred", "-"], "lippink"),
    ]


def test_a_history_holds_the_latest_products_the_newest_first(shop: Snapshot) -> None:
    users = np.array([shop.user_code[each] for each in ("fay", "cat", "dan")], np.int32)
    told = [ids(shop, row) for row in histories_of(shop, users, 4).tolist()]
    assert told == [
        ["-", "-", "-", "-"],
        ["lippink", "balm", "lipred", "-"],
        ["runner", "-", "-", "-"],
    ]


def test_where_events_have_no_order_histories_are_drawn_and_not_by_id(shop: Snapshot) -> None:
    at_once = np.zeros(len(shop.events.at), np.int64)
    prefixes = prefixes_of(replace(shop, events=replace(shop.events, at=at_once)), 2)
    of: dict[str, set[str]] = {}
    for user, history, target in zip(
        prefixes.user.tolist(), prefixes.history.tolist(), prefixes.target.tolist(), strict=True
    ):
        of.setdefault(shop.users[user], set()).update(ids(shop, [*history, target]))
    assert {user: sorted(found - {"-"}) for user, found in of.items()} == {
        "ann": ["runner", "shirt", "sock"],
        "bob": ["runner", "sock", "trail"],
        "cat": ["balm", "lippink", "lipred"],
        "eve": ["lippink", "lipred"],
    }
    descends = prefixes.history[:, 0] > prefixes.target
    assert descends.any()
    assert not descends.all()
