"""`kgrec events` and what `kgrec doctor` says of events that wait."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.doctor.findings import ok, warn
from kg.doctor.waiting import waiting_events
from kg.errors import GraphError
from kg.live.queue import FILE, EventQueue

EVENTS = [{"user_id": "ann", "product_id": "sock"}, {"user_id": "bob", "product_id": "soap"}]


def never(_events: object, _moments: object) -> list[object]:
    raise GraphError("the graph is empty")


@pytest.fixture
def queue(tmp_path: Path) -> EventQueue:
    """Two events that were refused."""
    queue = EventQueue(tmp_path / FILE)
    queue.put(EVENTS, now=1000)
    queue.replay(never)  # type: ignore[arg-type]
    return queue


@pytest.fixture
def kgrec(tmp_path: Path) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["events", *arguments], env={"KGREC_HOME": str(tmp_path)})
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_refused_events_are_listed_with_the_reason(
    queue: EventQueue, kgrec: Callable[..., str]
) -> None:
    listed = kgrec("refused").splitlines()
    assert listed[0].endswith("  refused: the graph is empty")
    assert listed[1] == "    user_id ann, product_id sock"
    told = json.loads(kgrec("refused", "--json"))["refused"]
    assert [each["event"] for each in told] == EVENTS
    assert [(each["at"], each["code"]) for each in told] == [(1000, "refused")] * 2


def test_they_wait_again_or_are_erased(queue: EventQueue, kgrec: Callable[..., str]) -> None:
    assert kgrec("retry") == "2 events wait for kgrec serve\n"
    assert (len(queue), queue.set_aside) == (2, 0)
    queue.replay(never)  # type: ignore[arg-type]
    assert kgrec("discard") == "2 events erased\n"
    assert (len(queue), queue.set_aside) == (0, 0)


def test_the_doctor_says_what_waits_and_what_was_refused(tmp_path: Path) -> None:
    assert list(waiting_events(tmp_path)) == []  # no service has kept any
    assert list(tmp_path.iterdir()) == []
    queue = EventQueue(tmp_path / FILE)
    assert list(waiting_events(tmp_path)) == [ok("events", "no events wait for the graph")]
    queue.put(EVENTS, now=1000)
    queue.replay(never)  # type: ignore[arg-type]
    told = "events that had waited were refused: 2 refused"
    refused = warn("events", told, "kgrec events refused")
    assert list(waiting_events(tmp_path)) == [refused]
    queue.put(EVENTS[:1], now=1000)
    waits = "1 events wait for the graph, the first for 5 minutes"
    assert list(waiting_events(tmp_path, 1300)) == [refused, ok("events", waits)]
    waits = "1 events wait for the graph, the first for 2 hours"
    late = warn("events", waits, "kgrec serve")
    assert list(waiting_events(tmp_path, 8200)) == [refused, late]
