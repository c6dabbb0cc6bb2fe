"""A copy in memory with what happened since."""

from dataclasses import replace

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


RATED = Happened("dan", "trail", "RATED", 1_800_000_000, 5.0)
"""Dan rated this product before, at 1736208000 with 2 stars."""


def test_the_newest_rating_counts_whichever_comes_last(live: LiveGraph) -> None:
    live.add([RATED])
    live.add([replace(RATED, at=1_700_000_000, value=1.0)])
    assert history(live, "dan")[0] == ("trail", 1_800_000_000, ["RATED"], 5.0)
    assert history(live, "dan", until=1_736_208_001)[0][2:] == (["RATED"], 2.0)
    live.add([replace(RATED, value=3.0), replace(RATED, at=1_600_000_000, value=4.0)])
    assert history(live, "dan")[0][3] == 5.0  # of two at one moment the higher


def test_an_older_rating_than_that_of_the_copy_changes_nothing(live: LiveGraph) -> None:
    live.add([replace(RATED, at=1_736_207_999)])
    assert history(live, "dan")[1] == ("trail", 1_736_208_000, ["RATED"], 2.0)


def test_an_event_that_is_known_adds_nothing(live: LiveGraph) -> None:
    before = live.since("dan")
    live.add([replace(RATED, at=1_736_208_000, value=2.0)])  # the copy has it
    assert live.since("dan") == before == ()
    live.add([RATED, RATED])
    live.add([RATED])
    assert live.since("dan") == (RATED.event,)


def test_an_event_that_changed_takes_the_place_of_what_it_was(live: LiveGraph) -> None:
    copied = replace(RATED, at=1_736_208_000, value=2.0)
    once, twice = replace(copied, value=1.0), replace(copied, value=0.5)
    live.add([once], [copied])
    assert history(live, "dan")[1] == ("trail", 1_736_208_000, ["RATED"], 1.0)
    live.add([twice], [once])
    assert history(live, "dan")[1] == ("trail", 1_736_208_000, ["RATED"], 0.5)
    assert history(live.twin(), "dan") == history(live, "dan")
    live.add([], [twice])  # it is another user's now
    assert [row[0] for row in history(live, "dan")] == ["sandal", "runner"]


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
