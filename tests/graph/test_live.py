"""A copy in memory with what happened since."""

import pytest

from kg.graph.live import Happened, LiveGraph
from kg.graph.memory import MemoryGraph
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP


@pytest.fixture
def live() -> LiveGraph:
    return LiveGraph(MemoryGraph(snapshot_of(open_source(TOY_SHOP))))


def history(live: LiveGraph, user_id: str, until: int | None = None) -> list[tuple[object, ...]]:
    rows = live.read("resolve/history", requests=[{"user_id": user_id, "until": until}])
    return [(row["product_id"], row["at"], row["types"], row["value"]) for row in rows]


def test_a_new_event_joins_those_of_the_copy(live: LiveGraph) -> None:
    live.add([Happened("dan", "trail", "BOUGHT", 1_800_000_000, None)])
    assert history(live, "dan") == [
        ("trail", 1_800_000_000, ["BOUGHT", "RATED"], 2.0),
        ("sandal", 1736300000, ["VIEWED"], None),
        ("runner", 1736121600, ["BOUGHT"], None),
    ]
    assert history(live, "dan", until=1736300000) == [
        ("trail", 1736208000, ["RATED"], 2.0),
        ("runner", 1736121600, ["BOUGHT"], None),
    ]


def test_the_newest_rating_counts_and_the_same_event_again_changes_nothing(
    live: LiveGraph,
) -> None:
    rated = Happened("dan", "trail", "RATED", 1_800_000_000, 5.0)
    live.add([rated, rated])
    live.add([Happened("dan", "trail", "RATED", 1_700_000_000, 1.0), rated])
    assert history(live, "dan")[0] == ("trail", 1_800_000_000, ["RATED"], 5.0)


def test_a_new_user_is_known_and_a_product_that_the_copy_has_not_waits(live: LiveGraph) -> None:
    live.add(
        [Happened("zoe", "sock", "VIEWED", 5, None), Happened("zoe", "new", "BOUGHT", 6, None)]
    )
    assert history(live, "zoe") == [("sock", 5, ["VIEWED"], None)]
    assert history(live, "nobody") == []


def test_a_forgotten_user_has_no_history(live: LiveGraph) -> None:
    live.add([Happened("ann", "soap", "BOUGHT", 5, None)])
    live.forget("ann")
    assert history(live, "ann") == []


def test_users_are_those_of_the_copy_and_since_without_the_forgotten(live: LiveGraph) -> None:
    live.add(
        [Happened("bea", "sock", "VIEWED", 5, None), Happened("zoe", "sock", "VIEWED", 5, None)]
    )
    live.forget("ann")
    live.forget("cat")

    def users(prefix: str, limit: int) -> list[str]:
        return [row["user_id"] for row in live.read("resolve/users", prefix=prefix, limit=limit)]

    assert users("", 3) == ["bea", "bob", "dan"]
    assert users("", 9) == ["bea", "bob", "dan", "eve", "fay", "zoe"]
    assert users("z", 9) == ["zoe"]
    assert users("a", 9) == []


def test_a_user_who_was_met_is_known_without_a_history(live: LiveGraph) -> None:
    nothing: list[tuple[object, ...]] = [(None, None, [], None)]
    before = live.since("zoe")
    live.meet("zoe")
    live.meet("dan")
    assert (history(live, "zoe"), history(live, "zoe", until=5)) == (nothing, nothing)
    assert history(live, "eve", until=5) == nothing
    assert len(history(live, "dan")) == 3
    assert live.since("zoe") != before
    assert history(live.twin(), "zoe") == nothing
    assert live.read("resolve/users", prefix="z", limit=9) == [{"user_id": "zoe"}]
    live.forget("zoe")
    assert history(live, "zoe") == []
