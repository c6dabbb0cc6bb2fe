"""What reads texts of clients and files takes time that grows with their length and no faster.

A text of any pattern may come: each function is given long texts of each, and texts four times as
long. Four times the time is in order, sixteen times is not.
"""

import time
from collections.abc import Callable

import pytest

from kg.ids import category_id, clean_text, fold
from kg.language import name_key, tokens
from kg.recommend.lucene import any_word, as_typed
from kg.recommend.names import spans
from kg.recommend.prices import price_limits
from kg.sources.category_names import names_in, paths_in
from kg.sources.prices import read_price

SIZE = 2_000
MOST = 8.0
"""How many times as long four times the text may take: half of what the square of it takes."""
NOTHING_S = 0.004
"""Less than this is not told apart from nothing."""

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean_text": clean_text,
    "clean_text, tags": lambda text: clean_text(text, tags=True),
    "fold": fold,
    "category_id": lambda text: category_id([f"a{text}"]),
    "name_key": name_key,
    "tokens": tokens,
    "any_word": any_word,
    "as_typed": as_typed,
    "spans": lambda text: spans(text.split(), {}, "english"),
    "price_limits": price_limits,
    "read_price": read_price,
    "paths_in": paths_in,
    "names_in": names_in,
}

PATTERNS = (
    *("<!--", "<!-- -->", "<script ", "<script></script", "</script ", "<style", "<a ", "<", "</"),
    *("&", "&amp;", "&#", "&#9", "&lt;", "&x"),
    *(" ", "\t\n", "a", "1", "1 ", "a ", ".", ",", "-", "$", "$ ", "'", "a.", "a'", "1.", "1,1 "),
    *("1 to ", "1-", "between 1 and ", "from ", "for ", "under ", "under $5 ", "less than "),
    *("not ", "not the ", "made by ", "brand ", "anything but "),
    *(">", " > ", "|", "/", "(", '"', "\\", "_", "AND "),
    *("\u0301\u0316", "\uff9e\u0301", "\u0f73", "\ufdfa", "\u3042", "é", "İ"),
)
ENDS = (("", ""), ("$", "x"), ("1", "x"), ("<a", "x y"))
"""What stands before and after a pattern: much is tried again only where the end does not fit."""


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor's time that the work takes."""
    begun = time.thread_time()
    work(text)
    return time.thread_time() - begun


def is_steep(work: Callable[[str], object], short: str, long: str) -> bool:
    """Does the longer text take more than its share of time, each time that it is tried?"""
    return all(seconds(work, long) > max(NOTHING_S, MOST * seconds(work, short)) for _ in range(5))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_four_times_the_text_takes_no_more_than_its_share_of_time(name: str) -> None:
    work, steep = FUNCTIONS[name], []
    for pattern in PATTERNS:
        for before, after in ENDS:
            short, long = (
                before + pattern * (times * SIZE // len(pattern)) + after for times in (1, 4)
            )
            if is_steep(work, short, long):
                steep.append((pattern, before, after))
    assert steep == []


@pytest.mark.parametrize("digits", ["9" * 5_000, "0" * 5_000 + "65", "1114112"])
def test_a_character_by_a_number_that_is_too_long_is_no_error(digits: str) -> None:
    wanted = "A" if digits.endswith("065") else "\ufffd"
    assert clean_text(f"&#{digits};") == wanted


def test_of_a_heap_of_accents_some_are_kept() -> None:
    heap = "\u0301\u0316" * 300
    assert fold("e" + heap) == fold("e" + heap[:30])
    assert fold("e" + heap[:400]) == fold("e" + heap[:400] + "x").removesuffix("x")
    assert len(fold("e" + heap[:400])) == 400


def test_a_limit_is_read_in_what_a_person_would_type() -> None:
    long = "tent " * 99 + "under $10 " + "tent " * 99
    assert price_limits(long).max_price_minor is None
    assert price_limits(long).text == " ".join(long.split())
    assert price_limits("tent " * 9 + "under $10").max_price_minor == 999
