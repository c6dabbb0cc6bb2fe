"""A pipeline runs a few jobs at a time and tells in the caller's thread what came of each."""

import threading
from collections.abc import Callable

import pytest

from kg.errors import ConnectionFailed, KgrecError
from kg.load.pipeline import Pipeline


def test_tells_in_order_and_in_the_callers_thread() -> None:
    told: list[tuple[int, str]] = []

    def done(number: int) -> Callable[[KgrecError | None], None]:
        return lambda _: told.append((number, threading.current_thread().name))

    with Pipeline(threads=2) as pipeline:
        for number in range(7):
            pipeline.put(lambda: None, done(number))
    assert told == [(number, threading.current_thread().name) for number in range(7)]


def test_a_failed_job_is_told_with_its_error() -> None:
    errors: list[KgrecError | None] = []

    def fail() -> None:
        raise ConnectionFailed("the server is away")

    with Pipeline() as pipeline:
        pipeline.put(fail, errors.append)
        pipeline.put(lambda: None, errors.append)
        pipeline.wait()
        assert [str(error) for error in errors] == ["the server is away", "None"]


def test_does_not_take_more_than_one_job_beyond_its_threads() -> None:
    let_go = threading.Event()
    told: list[KgrecError | None] = []
    with Pipeline(threads=2) as pipeline:
        for _ in range(3):
            pipeline.put(lambda: let_go.wait(10), told.append)
        assert told == []
        let_go.set()
        pipeline.put(lambda: None, told.append)
        assert len(told) >= 1


def test_an_error_in_the_block_drops_what_has_not_begun() -> None:
    let_go = threading.Event()
    ran: list[int] = []

    def interrupted() -> None:
        with Pipeline(threads=1) as pipeline:
            pipeline.put(lambda: let_go.wait(10), lambda _: None)
            pipeline.put(lambda: ran.append(1), lambda _: None)
            threading.Timer(0.2, let_go.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ran == []
