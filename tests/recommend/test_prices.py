import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.recommend.prices import Limits, price_limits


@pytest.mark.parametrize(
    ("text", "left", "low", "high"),
    [
        ("red lipstick under $10 not by Acme", "red lipstick not by Acme", None, 999),
        ("soap below 3 bucks", "soap", None, 299),
        ("soap less than 10", "soap", None, 999),
        ("soap up to 10", "soap", None, 1000),
        ("soap at most 9.50", "soap", None, 950),
        ("no more than $7.50 soap", "soap", None, 750),
        ("soap <= €99,99", "soap", None, 9999),
        ("cream over $50", "cream", 5001, None),
        ("cream above 50 dollars", "cream", 5001, None),
        ("cream more than 20", "cream", 2001, None),
        ("cream at least $20", "cream", 2000, None),
        ("cream from $20", "cream", 2000, None),
        ("between 5 and 10 dollars soap", "soap", 500, 1000),
        ("soap between 10 and 5", "soap", 500, 1000),
        ("soap $5-$10", "soap", 500, 1000),
        ("soap 5 to 10 euros", "soap", 500, 1000),
        ("over $5 under $10 soap", "soap", 501, 999),
        ("soap $10 or less", "soap", None, 1000),
        ("soap 10 € or more", "soap", 1000, None),
        ("soap $10", "soap", None, 1000),
        ("10 dollars soap", "soap", None, 1000),
        ("soap 10€", "soap", None, 1000),
        ("laptop up to 1,299.50", "laptop", None, 129950),
        ("laptop up to 1.299,50 €", "laptop", None, 129950),
        ("laptop under $1,000", "laptop", None, 99999),
    ],
)
def test_takes_price_limits_out_of_the_text(
    text: str, left: str, low: int | None, high: int | None
) -> None:
    assert price_limits(text) == Limits(left, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "cheap soap",
        "cream for women over 50",
        "toys for kids under 5",
        "spf over 30",
        "ready under 5 minutes",
        "between 2 and 4 oz bottle",
        "iphone 5 to 6 adapter",
        "over 100 uses",
        "set of 10",
        "5-10 pieces",
        "around $10 soap",
        "under eye cream",
        "vitamin c 20% serum",
        "sub-$10 soap",
    ],
)
def test_leaves_numbers_that_are_no_price_alone(text: str) -> None:
    assert price_limits(text) == Limits(text)


def test_a_currency_without_cents_counts_whole_units() -> None:
    assert price_limits("soap under ¥1000", decimals=0) == Limits("soap", None, 999)


def test_an_absurd_price_still_fits_the_graph() -> None:
    assert price_limits("soap under $" + "9" * 40).max_price_minor == 2**53 - 1


@given(st.text(max_size=80))
def test_any_text_is_read_without_failing_and_only_loses_words(text: str) -> None:
    limits = price_limits(text)
    assert len(limits.text) <= len(text)
    assert limits.min_price_minor is None or limits.min_price_minor >= 0


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_range_is_read_whichever_end_comes_first(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert price_limits(f"hat between ${one} and ${other}") == Limits("hat", low * 100, high * 100)
