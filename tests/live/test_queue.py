"""Events that wait: in order, across a restart, each removed when it was taken or refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConnectionFailed, GraphError, KgrecError, ServerFailed
from kg.live.events import RejectedEvent
from kg.live.queue import ALIKE, BATCH, EventQueue
from kg.load.forgotten import hash_of

EMPTY = GraphError("the graph is empty")


def numbered(*numbers: int) -> list[dict[str, Any]]:
    return [{"event_id": number} for number in numbers]


class Taker:
    """Takes events. `fails` says at which call with what, `poison` which event it refuses, and
    `rejects` the code of those that it rejects."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, int]] = []
        self.calls = 0
        self.fails: dict[int, Exception] = {}
        self.always: Exception | None = None
        self.poison: dict[int, Exception] = {}
        self.rejects: dict[int, str] = {}

    def __call__(
        self, events: Sequence[Mapping[str, Any]], moments: Sequence[int]
    ) -> list[RejectedEvent]:
        """Take events [n]."""
        self.calls += 1
        numbers = [event["event_id"] for event in events]
        for error in (self.always, self.fails.get(self.calls), *map(self.poison.get, numbers)):
            if error is not None:
                raise error
        wrong = [
            RejectedEvent(at, str(number), self.rejects[number], "so it is")
            for at, number in enumerate(numbers)
            if number in self.rejects
        ]
        pairs = zip(moments, numbers, strict=True)
        self.taken += [(at, number) for at, number in pairs if number not in self.rejects]
        return wrong

    @property
    def numbers(self) -> list[int]:
        """What was taken."""
        return [number for _, number in self.taken]


@pytest.fixture
def take() -> Taker:
    return Taker()


@pytest.fixture
def queue(tmp_path: Path) -> EventQueue:
    return EventQueue(tmp_path / "home" / "events.sqlite")


def refused(queue: EventQueue) -> list[tuple[int, str, str]]:
    return [(each.event["event_id"], each.code, each.reason) for each in queue.refused()]


def test_they_are_handed_on_in_order_with_the_moments_they_came(
    queue: EventQueue, take: Taker
) -> None:
    queue.put(numbered(1, 2), now=100)
    queue.put(numbered(3), now=90)
    queue.put(numbered(4), now=101)
    assert (len(queue), queue.oldest_at) == (4, 100)
    assert queue.replay(take) == 4
    assert (take.taken, take.calls) == ([(100, 1), (100, 2), (90, 3), (101, 4)], 1)
    assert (len(queue), queue.oldest_at, queue.replay(take), take.calls) == (0, None, 0, 1)


def test_a_batch_is_so_many_events_whenever_they_came(queue: EventQueue, take: Taker) -> None:
    for second in range(10):
        queue.put(numbered(*range(second * 150, second * 150 + 150)), now=second)
    assert queue.replay(take) == 1500
    assert (take.calls, take.numbers) == (1500 // BATCH, list(range(1500)))


@pytest.mark.parametrize("error", [ConnectionFailed("away"), ServerFailed("a deadlock")])
def test_what_was_not_taken_waits_across_a_restart(
    tmp_path: Path, take: Taker, error: KgrecError
) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    queue.put(numbered(*range(BATCH + 2)), now=1)
    take.fails = {2: error}
    with pytest.raises(type(error)):
        queue.replay(take)
    queue.close()
    again = EventQueue(tmp_path / "events.sqlite")
    assert (take.numbers, len(again), again.set_aside) == (list(range(BATCH)), 2, 0)
    assert again.replay(take) == 2
    assert take.numbers == list(range(BATCH + 2))


def test_what_is_always_refused_is_set_aside_and_what_comes_later_is_taken(
    queue: EventQueue, take: Taker
) -> None:
    queue.put(numbered(*range(40)), now=1)
    take.always = EMPTY
    assert (queue.replay(take), len(queue), queue.set_aside) == (40, 0, 40)
    assert take.calls == 1 + ALIKE
    assert refused(queue) == [(at, "refused", "the graph is empty") for at in range(40)]
    take.always = None
    queue.put(numbered(40), now=2)
    assert (queue.replay(take), take.taken, queue.set_aside) == (1, [(2, 40)], 40)
    assert (queue.retry(), queue.set_aside, len(queue)) == (40, 0, 40)
    assert queue.replay(take) == 40
    assert take.taken == [(2, 40), *((1, at) for at in range(40))]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(EMPTY, "the graph is empty"), (ValueError("anneliese"), "an error: ValueError")],
)
@pytest.mark.parametrize("poison", [0, 3, 30])
def test_an_event_that_is_refused_by_itself_is_set_aside_alone(
    queue: EventQueue, take: Taker, poison: int, error: Exception, reason: str
) -> None:
    queue.put(numbered(*range(40)), now=1)
    take.poison = {poison: error}
    assert (queue.replay(take), len(queue)) == (40, 0)
    assert take.numbers == [at for at in range(40) if at != poison]
    assert refused(queue) == [(poison, "refused", reason)]
    assert queue.refusals() == {"refused": 1}


def test_where_the_server_goes_away_meanwhile_nothing_is_set_aside(
    queue: EventQueue, take: Taker
) -> None:
    queue.put(numbered(*range(40)), now=1)
    take.poison, take.fails = {0: EMPTY}, {5: ConnectionFailed("away")}
    with pytest.raises(ConnectionFailed):
        queue.replay(take)
    assert (len(queue), queue.set_aside) == (40, 0)


def test_an_event_that_is_rejected_is_set_aside_but_for_a_forgotten_users(
    queue: EventQueue, take: Taker
) -> None:
    queue.put(numbered(*range(20)), now=1)
    take.rejects = {**dict.fromkeys(range(12), "unknown_product"), 15: "forgotten_user"}
    assert (queue.replay(take), take.calls, take.numbers) == (20, 1, [12, 13, 14, 16, 17, 18, 19])
    assert refused(queue) == [(at, "unknown_product", "so it is") for at in range(12)]
    assert (queue.discard(), queue.set_aside, len(queue)) == (12, 0, 0)


def test_what_was_taken_or_discarded_or_forgotten_is_gone_from_the_disk(
    tmp_path: Path, take: Taker
) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")

    def on_disk() -> bool:
        return any(b"anneliese" in each.read_bytes() for each in tmp_path.glob("events.sqlite*"))

    event = {"user_id": "anneliese", "event_id": 1}
    queue.put([event], now=1)
    assert on_disk()
    assert (queue.replay(take), on_disk()) == (1, False)
    take.always = EMPTY
    queue.put([event], now=1)
    assert (queue.replay(take), on_disk(), queue.discard(), on_disk()) == (1, True, 1, False)
    queue.put([event, {"user_id": 7, "event_id": 2}], now=1)
    assert queue.replay(take) == 2
    queue.put([event, {"user_id": "bob", "event_id": 3}], now=1)
    whose = {hash_of("anneliese"), hash_of("7")}
    assert queue.knows(hash_of("anneliese"))
    assert (queue.forget(whose), on_disk(), len(queue), queue.set_aside) == (3, False, 1, 0)
    assert not queue.knows(hash_of("anneliese"))
    queue.put([event], now=2)  # it was on its way
    assert (queue.replay(take), on_disk(), queue.set_aside) == (2, False, 1)


def test_two_processes_share_a_queue(tmp_path: Path, take: Taker) -> None:
    one, other = (EventQueue(tmp_path / "events.sqlite") for _ in range(2))
    one.put(numbered(1), now=1)
    other.put(numbered(2), now=1)
    assert (one.replay(take), other.replay(take), take.numbers) == (2, 0, [1, 2])
