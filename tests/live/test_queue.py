"""Events that wait: in order, across a restart, each removed when it was taken."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConnectionFailed
from kg.live.queue import EventQueue

Taken = list[tuple[int, list[int]]]


def numbered(*numbers: int) -> list[dict[str, Any]]:
    return [{"event_id": number} for number in numbers]


def into(taken: Taken, fail_at: int | None = None) -> Any:
    def take(events: Sequence[Mapping[str, Any]], at: int) -> None:
        if at == fail_at:
            raise ConnectionFailed("away")
        taken.append((at, [event["event_id"] for event in events]))

    return take


def test_they_are_handed_on_in_order_with_the_moment_they_came(tmp_path: Path) -> None:
    queue = EventQueue(tmp_path / "home" / "events.sqlite")
    queue.put(numbered(1, 2), now=100)
    queue.put(numbered(3), now=100)
    queue.put(numbered(4), now=90)
    queue.put(numbered(5), now=100)
    taken: Taken = []
    assert queue.replay(into(taken)) == 5
    assert taken == [(100, [1, 2, 3]), (90, [4]), (100, [5])]
    assert (len(queue), queue.replay(into(taken))) == (0, 0)


def test_what_was_not_taken_waits_across_a_restart(tmp_path: Path) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    queue.put(numbered(1), now=1)
    queue.put(numbered(2, 3), now=2)
    taken: Taken = []
    with pytest.raises(ConnectionFailed):
        queue.replay(into(taken, fail_at=2))
    queue.close()
    again = EventQueue(tmp_path / "events.sqlite")
    assert (taken, len(again)) == ([(1, [1])], 2)
    assert again.replay(into(taken)) == 2
    assert taken == [(1, [1]), (2, [2, 3])]


def test_what_was_taken_is_gone_from_the_disk(tmp_path: Path) -> None:
    queue = EventQueue(tmp_path / "events.sqlite")
    queue.put([{"user_id": "anneliese"}], now=1)
    files = list(tmp_path.glob("events.sqlite*"))
    assert any(b"anneliese" in each.read_bytes() for each in files)
    assert queue.replay(lambda _events, _now: None) == 1
    assert not any(b"anneliese" in each.read_bytes() for each in files)
