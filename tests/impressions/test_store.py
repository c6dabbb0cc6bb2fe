"""Impressions and clicks are kept once, summed, exported, forgotten and let go of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.impressions.reading import read_impressions
from kg.impressions.store import DAY, KEPT_DAYS, ImpressionStore
from kg.impressions.taking import Impressions
from kg.impressions.types import Impression

NOW = 1_736_500_000


@pytest.fixture
def store(tmp_path: Path) -> ImpressionStore:
    return ImpressionStore(tmp_path / "home" / "impressions.sqlite")


def seen(type_: str, user: str, product: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "user_id": user, "product_id": product, **more}


def test_they_are_read_as_events_are() -> None:
    given = [
        seen("Impression", "ann", "runner", at=5, event_id="e1", request_id="r1", rank=3),
        seen("click", "ann", "runner", at="2025-01-10T00:00:00Z", event_id="e1"),
        seen("click", "", "runner", event_id="e2"),
        seen("impression", "ann", "runner", rank=0),
        seen("impression", "ann", "runner", rank="first"),
        seen("impression", "ann", "runner", rank=True),
        seen("impression", "ann", "runner", request_id="r" * 129),
        seen("impression", "ann", "runner", at=NOW + 86_401),
    ]
    read, rejected = read_impressions(given, NOW)
    assert read == [
        (0, Impression("e1", "impression", "ann", "runner", 5, "r1", 3)),
        (1, Impression("e1", "click", "ann", "runner", 1_736_467_200)),
    ]
    assert [(each.index, each.event_id, each.code) for each in rejected] == [
        (2, "e2", "no_user"),
        (3, None, "bad_rank"),
        (4, None, "bad_rank"),
        (5, None, "bad_rank"),
        (6, None, "too_long"),
        (7, None, "future_time"),
    ]


def ids(*events: Mapping[str, Any], now: int = NOW) -> list[str]:
    return [each.event_id for _, each in read_impressions(events, now)[0]]


def test_without_an_id_a_product_of_an_answer_counts_once_for_a_user() -> None:
    of_answer = seen("impression", "ann", "runner", request_id="r1", rank=1)
    bare = seen("impression", "ann", "runner")
    assert ids(of_answer) == ids(of_answer, now=NOW + 60)
    assert ids(bare) == ids(bare)
    assert ids(bare) != ids(bare, now=NOW + 1)
    others = ids(
        {**of_answer, "type": "click"},
        {**of_answer, "user_id": "bob"},
        {**of_answer, "product_id": "sock"},
        {**of_answer, "request_id": "r2"},
        {**of_answer, "rank": 2},
    )
    assert len({*ids(of_answer), *others}) == 6


def test_each_counts_once_and_products_are_summed(store: ImpressionStore) -> None:
    batch = [
        seen("impression", "ann", "runner", event_id="e1"),
        seen("impression", "bob", "runner", event_id="e2"),
        seen("click", "bob", "runner", event_id="e2"),
        seen("impression", "ann", "sock", event_id="e3"),
    ]
    taking = Impressions(store)
    first, again = taking.take(batch, NOW), taking.take(batch, NOW)
    assert (first.created, first.unchanged, first.rejected) == (4, 0, ())
    assert (again.created, again.unchanged, again.rejected) == (0, 4, ())
    assert sorted(store.totals()) == [("runner", 2, 1), ("sock", 1, 0)]
    assert store.totals({"sock", "unknown"}) == [("sock", 1, 0)]
    assert store.counted(NOW, NOW + 1, None) == {"impression": 3, "click": 1}
    assert store.counted(NOW, NOW + 1, "sock") == {"impression": 1}
    assert store.counted(NOW + 1, NOW + 9, None) == {}


def test_they_are_handed_out_in_pages_in_the_order_they_came(store: ImpressionStore) -> None:
    came = [Impression(f"e{at}", "click", "ann", "runner", 100 - at) for at in range(5)]
    store.add(came)
    assert list(store.rows(0, 100, page=2)) == came[1:]
    assert list(store.rows(97, 99, page=1)) == [came[2], came[3]]


def test_a_forgotten_user_leaves_no_trace_but_the_sums(tmp_path: Path) -> None:
    file = tmp_path / "impressions.sqlite"
    store = ImpressionStore(file)
    taking = Impressions(store)
    taking.take([seen("click", "secret-ann", "runner"), seen("click", "bob", "runner")], NOW)
    assert (store.knows("secret-ann"), store.forget("secret-ann")) == (True, 1)
    assert (store.knows("secret-ann"), store.forget("secret-ann")) == (False, 0)
    late = taking.take([seen("click", "bob", "sock"), seen("click", "secret-ann", "sock")], NOW)
    assert (late.created, late.unchanged) == (1, 0)
    assert [(each.index, each.code) for each in late.rejected] == [(1, "forgotten_user")]
    assert sorted(store.totals()) == [("runner", 0, 2), ("sock", 0, 1)]
    store.close()
    left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert (b"secret-ann" in left, b"bob" in left) == (False, True)


def test_what_is_too_old_goes(store: ImpressionStore) -> None:
    oldest = NOW - KEPT_DAYS * DAY
    store.add(
        [Impression(f"e{at}", "click", "ann", "runner", at) for at in (oldest - 1, oldest, NOW)]
    )
    assert store.rotate(NOW) == 1
    assert [each.at for each in store.rows(0, NOW + 1)] == [oldest, NOW]
    assert store.totals() == [("runner", 0, 3)]


def test_two_processes_keep_them_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "impressions.sqlite"
    one, other = ImpressionStore(file), ImpressionStore(file)
    click = Impression("e1", "click", "ann", "runner", NOW)
    assert (one.add([click]), other.add([click])) == (([click], set()), ([], set()))
    other.forget("ann")
    assert one.add([click]) == ([], {"ann"})
