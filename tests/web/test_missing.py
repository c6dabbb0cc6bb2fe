"""What is not there is known for a moment, and only where the graph cannot be asked."""

import pytest
from fastapi import HTTPException

from cli.web.missing import MOST, Missing
from kg.errors import NotFound


def absent() -> str:
    raise NotFound("no product 'x'")


def busy() -> str:
    raise HTTPException(503, "too many")


def test_what_is_not_there_is_told_again_while_the_graph_cannot_be_asked() -> None:
    now = 5.0
    missing = Missing(1.0, lambda: now)
    with pytest.raises(HTTPException):
        missing.ask("x", busy)
    with pytest.raises(NotFound):
        missing.ask("x", absent)
    now = 5.9
    with pytest.raises(NotFound, match=r"^no product 'x'$"):
        missing.ask("x", busy)
    with pytest.raises(HTTPException):
        missing.ask("y", busy)
    now = 6.0
    with pytest.raises(HTTPException):
        missing.ask("x", busy)


def test_what_is_there_again_is_not_told_to_be_missing() -> None:
    missing = Missing(1.0, lambda: 5.0)
    with pytest.raises(NotFound):
        missing.ask("x", absent)
    assert missing.ask("x", lambda: "put by others") == "put by others"
    with pytest.raises(HTTPException):
        missing.ask("x", busy)


def test_once_something_is_written_nothing_that_was_asked_before_is_told() -> None:
    now = 5.0
    missing = Missing(1.0, lambda: now)

    def absent_before_it_was_written() -> str:
        nonlocal now
        now = 5.1
        missing.wrote()
        return absent()

    for asked in (absent, absent_before_it_was_written):
        with pytest.raises(NotFound):
            missing.ask("x", asked)
    with pytest.raises(HTTPException):
        missing.ask("x", busy)


def test_no_more_than_so_many_are_known() -> None:
    missing = Missing(1.0, lambda: 5.0)
    for number in range(MOST + 1):
        with pytest.raises(NotFound):
            missing.ask(str(number), absent)
    with pytest.raises(NotFound):
        missing.ask(str(MOST), busy)
    with pytest.raises(HTTPException):
        missing.ask("0", busy)
