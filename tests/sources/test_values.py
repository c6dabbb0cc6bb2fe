"""Reading values: prices, times, numbers and text, as shops write them."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ids import clean_text
from kg.sources.prices import Price, price_columns, read_price, signs
from kg.sources.texts import clean_column, floored, ids, meant, numbers, whole_numbers
from kg.sources.times import days_come_first, times


def column(*texts: str | None) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


@pytest.mark.parametrize(
    ("text", "amount", "currencies"),
    [
        ("9.99", "9.99", ()),
        ("$9.99", "9.99", ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")),
        ("US$ 9.99", "9.99", ("USD",)),
        ("$1,250.00", "1250.00", ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")),
        ("1.234,56 €", "1234.56", ("EUR",)),
        ("9,99", "9.99", ()),
        ("1,234", "1234", ()),
        ("1.234", "1.234", ()),
        ("1.234.567", "1234567", ()),
        ("1 234,50 EUR", "1234.50", ("EUR",)),
        ("CHF 1'234.50", "1234.50", ("CHF",)),
        ("£12", "12", ("GBP",)),
        ("12,- €", "12", ("EUR",)),
        ("kr. 99,50", "99.50", ("DKK", "SEK", "NOK")),
        ("-3.50", "-3.50", ()),
        ("$ -3.50", "-3.50", ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")),
    ],
)
def test_reads_a_price(text: str, amount: str, currencies: tuple[str, ...]) -> None:
    assert read_price(text) == Price(Decimal(amount), currencies)


@pytest.mark.parametrize(
    "text",
    ["", "free", "1,23,4.5", "1.2.3", "$5 €", "9.99 each one", "12 abcd", "--5", ".", "1e3x"],
)
def test_knows_what_is_no_price(text: str) -> None:
    assert read_price(text) is None


def test_prices_are_in_minor_units_of_the_one_currency() -> None:
    minor, foreign = price_columns(column("9.99", "€ 5", "$0.995", "x", None, "-1", "0"), "USD")
    assert minor.to_list() == [999, 500, 100, None, None, None, 0]
    assert foreign.to_list() == [False, True, False, False, False, False, False]


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1235), ("KWD", 1234500), (None, 123450)])
def test_minor_units_are_the_currencys_own(currency: str | None, minor: int) -> None:
    plain, written = column("1234.50"), column("1,234.50")
    assert price_columns(plain, currency)[0].to_list() == [minor]
    assert price_columns(written, currency)[0].to_list() == [minor]


def test_a_sign_tells_the_likely_currency() -> None:
    assert signs(column("9.99", "$9.99", "9 €", None)).to_list() == [None, "USD", "EUR", None]


@settings(deadline=None)
@given(st.decimals(0, 10**7, places=2))
def test_any_amount_of_cents_survives_being_written(amount: Decimal) -> None:
    texts = column(str(amount), f"${amount:,}")
    assert price_columns(texts, "USD")[0].to_list() == [int(amount * 100)] * 2


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_prices(text: str) -> None:
    price_columns(column(text.encode("utf-8", "ignore").decode()), "USD")


MIDNIGHT = 1738281600  # 2025-01-31 00:00 UTC
EIGHT = MIDNIGHT + 8 * 3600 + 26 * 60


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1738281600", MIDNIGHT),
        ("1738281600.75", MIDNIGHT),
        ("1738281600000", MIDNIGHT),
        ("1738281600000000", MIDNIGHT),
        ("1738281600000000000", MIDNIGHT),
        ("100", 100),
        ("20250131", MIDNIGHT),
        ("2025-01-31", MIDNIGHT),
        ("2025-01-31 08:26", EIGHT),
        ("2025-01-31T08:26:00", EIGHT),
        ("2025-01-31T08:26:00Z", EIGHT),
        ("2025-01-31 08:26:00.123456 UTC", EIGHT),
        ("2025-01-31T10:26:00.5+02:00", EIGHT),
        ("2025-01-31T03:26:00-0500", EIGHT),
        ("2025/01/31 08:26", EIGHT),
        ("31.01.2025 08:26", EIGHT),
        ("31-01-2025", MIDNIGHT),
        ("1/31/2025 8:26", EIGHT),
        ("01/31/2025 08:26 AM", EIGHT),
        ("1/31/25 8:26", EIGHT),
        ("1900-01-01", -2_208_988_800),
        ("January 31, 2025", MIDNIGHT),
        ("01 31, 2025", MIDNIGHT),
        (" 2025-01-31 ", MIDNIGHT),
    ],
)
def test_reads_a_time(text: str, at: int) -> None:
    assert times(column(text)).to_list() == [at]


@pytest.mark.parametrize(
    "text", ["", "-1", "soon", "2025-02-30", "31/31/2025", "20251345", "1e99", "0001-01-01"]
)
def test_knows_what_is_no_time(text: str) -> None:
    assert times(column(text)).to_list() == [None]


def test_the_day_leads_where_any_date_shows_it() -> None:
    assert days_come_first(column("3/4/2025", "31/1/2025", None))
    assert days_come_first(column("3/4/2025", "1/31/2025")) is False
    assert days_come_first(column("3/4/2025", "2025-01-31")) is None
    assert times(column("31/1/2025 8:26"), day_first=True).to_list() == [EIGHT]


def test_reads_numbers_with_a_point_or_a_comma() -> None:
    given_ = column(" 4.5", "4,5", "-3", "1,2,3", "nan", "inf", "x", None)
    assert numbers(given_).to_list() == [4.5, 4.5, -3.0, None, None, None, None, None]
    assert whole_numbers(given_).to_list() == [None, None, -3, None, None, None, None, None]
    assert whole_numbers(column("3.0", "9007199254740993")).to_list() == [3, 9007199254740993]
    assert floored(column("3.9", "7", "x")).to_list() == [3, 7, None]


def test_words_for_nothing_mean_nothing() -> None:
    assert meant(column("NaN", " null ", "N/A", "-", "0", "no", None)).to_list() == (
        [None, None, None, None, "0", "no", None]
    )


def test_ids_lose_control_characters_and_outer_blanks_only() -> None:
    assert ids(column(" a b ", "x\x00y", "\t", "", None, "Ä&amp;")).to_list() == (
        ["a b", "xy", None, None, None, "Ä&amp;"]
    )


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | st.text(" \t&<b>;#39\x1f\u00a0amp", max_size=12)))
def test_a_column_is_cleaned_as_its_texts_one_by_one(texts: list[str]) -> None:
    for tags in (False, True):
        expected = [clean_text(text, tags) or None for text in texts]
        assert clean_column(pl.Series(texts, dtype=pl.String), tags).to_list() == expected


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | st.text("0123456789-/.: TZ+", max_size=20), max_size=5))
def test_no_text_breaks_the_reading_of_numbers_and_times(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    for day_first in (False, True):
        assert len(times(series, day_first)) == len(texts)
    assert len(whole_numbers(series)) == len(numbers(series)) == len(texts)
    assert days_come_first(series) in (False, True, None)
