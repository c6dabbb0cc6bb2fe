"""The graph as of a moment is derived once, whoever asks at once, and kept for a while."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from kg.graph.memory import MemoryGraph
from kg.recommend.earlier import Earlier
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.conftest import TOY_SHOP


def test_whoever_asks_at_once_for_the_same_moment_has_it_derived_once() -> None:
    derived: list[int] = []
    begun, going_on = Event(), Event()

    def derive(moment: int) -> str:
        derived.append(moment)
        begun.set()
        assert going_on.wait(60)
        return f"as of {moment}"

    earlier = Earlier(derive, 2)
    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(earlier.of, 7) for _ in range(8)]
        assert begun.wait(60)
        asked.append(pool.submit(earlier.of, 8))
        going_on.set()
        told = [each.result() for each in asked]
    assert (told, sorted(derived)) == (["as of 7"] * 8 + ["as of 8"], [7, 8])


def test_the_moment_that_was_not_asked_for_the_longest_leaves_first() -> None:
    derived: list[int] = []

    def derive(moment: int) -> int:
        derived.append(moment)
        return moment

    earlier = Earlier(derive, 2)
    assert [earlier.of(moment) for moment in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert derived == [1, 2, 3, 2]


def test_who_asks_for_a_kept_moment_does_not_wait_for_another() -> None:
    begun, going_on = Event(), Event()

    def derive(moment: int) -> int:
        if moment == 2:
            begun.set()
            assert going_on.wait(60)
        return moment

    earlier = Earlier(derive, 2)
    earlier.of(1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(earlier.of, 2)
        assert begun.wait(60)
        assert earlier.of(1) == 1
        assert not slow.done()
        going_on.set()
        assert slow.result() == 2


class Counting(MemoryGraph):
    """Counts how often it is derived again."""

    derived = 0

    def as_of(self, until: int) -> MemoryGraph:
        self.derived += 1
        return super().as_of(until)


def test_ten_moments_that_are_asked_for_twice_are_derived_ten_times() -> None:
    graph = Counting(snapshot_of(open_source(TOY_SHOP)))
    recommender = Recommender(graph)
    moments = range(1_736_000_000, 1_736_000_010)
    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            asked = [Request("ann", until=moment) for moment in moments]
            list(pool.map(recommender.recommend, asked))
    assert graph.derived == 10
