"""Rows of events into canonical events: types by their many names, times or positions, ids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from kg.catalog import SCHEMAS, Clock, Rejects
from kg.ids import key_hash
from kg.sources.checks import Check, sift
from kg.sources.columns import NAMES
from kg.sources.products import LONGEST_KEY
from kg.sources.sparing import sparing
from kg.sources.table import completed
from kg.sources.texts import ids, numbers, squeezed_column, whole_numbers, with_meant
from kg.sources.times import times

_TYPES = {
    "VIEWED": "view viewed click clicked pageview productview detail visit pv viewitem",
    "ADDED_TO_CART": "cart addtocart addedtocart addtobasket basket addtobag tocart",
    "BOUGHT": "purchase purchased buy bought order ordered sale transaction",
    "LIKED": "like liked favourite favorite fav favourited favorited wishlist addtowishlist save",
    "RATED": "rate rated rating review reviewed",
}
_BY_NAME = {
    name: type_
    for type_, names in _TYPES.items()
    for name in (*names.split(), type_.lower().replace("_", ""))
}
"""What shops call an event, without case, blanks and signs -> the relationship's type."""

FUTURE_GRACE = 86_400
"""Seconds: a time without a zone may seem to lie this far ahead."""

_READ = ("type", "at", "value", "quantity")


@dataclass(frozen=True)
class EventRules:
    """How events are read: the clock, how 3/4/2025 is meant, what lies in the future, and whether a
    rating has to have a value: exports of reviews have some without.
    """

    clock: Clock
    now: int
    day_first: bool = False
    valued: bool = False


def clean_events(
    frames: Iterable[pl.DataFrame], rules: EventRules, file: str, rejects: Rejects
) -> Iterator[pl.DataFrame]:
    """Yield canonical events [m <= n] of frames of text [n]; the rest goes to `rejects`.

    A row without a type is RATED where it has a value, else BOUGHT.
    """
    for frame in frames:
        full = completed(frame, NAMES["events"])
        parsed = sparing(full, partial(_parsed, rules=rules), file, rejects)
        sound = sift(parsed, _checks(rules), file, rejects)
        yield with_event_ids(sound).select(SCHEMAS["events"].names())


def _parsed(frame: pl.DataFrame, rules: EventRules) -> pl.DataFrame:
    """The frame [n] with its values read; what was text stays as `COLUMN_text`."""
    clock = "position" if rules.clock == "order" else "at"
    raw = with_meant(frame.with_columns(pl.col(clock).alias("at")), _READ)
    return raw.with_columns(
        *(ids(raw[column]) for column in ("user_id", "product_id", "order_id", "event_id")),
        _types(raw["type_text"], raw["value_text"]).alias("type"),
        numbers(raw["value_text"]).alias("value"),
        numbers(raw["quantity_text"]).alias("quantity"),
        _moments(raw["at_text"], rules).alias("at"),
    )


def _types(texts: pl.Series, values: pl.Series) -> pl.Series:
    """The types [n], null for an unknown one; without a text RATED where there is a value."""
    written = texts.unique().drop_nulls()
    known = squeezed_column(written).replace_strict(_BY_NAME, default=None, return_dtype=pl.String)
    read = texts.replace_strict(written, known, default=None, return_dtype=pl.String)
    assumed = pl.select(
        pl.when(values.is_null()).then(pl.lit("BOUGHT")).otherwise(pl.lit("RATED"))
    ).to_series()
    return read.zip_with(texts.is_not_null(), assumed)


def _moments(texts: pl.Series, rules: EventRules) -> pl.Series:
    return times(texts, rules.day_first) if rules.clock == "time" else whole_numbers(texts)


def _checks(rules: EventRules) -> tuple[Check, ...]:
    long = (
        (column, pl.col(column).str.len_bytes() > LONGEST_KEY)
        for column in ("user_id", "product_id", "order_id", "event_id")
    )
    word = "time" if rules.clock == "time" else "position"
    timed = pl.lit(rules.clock == "time")
    bare = pl.lit(rules.valued) & (pl.col("type") == "RATED") & pl.col("value_text").is_null()
    future = timed & (pl.col("at") > rules.now + FUTURE_GRACE)
    return (
        Check("no_user", pl.col("user_id").is_null(), "no user id"),
        Check("no_product", pl.col("product_id").is_null(), "no product id"),
        *(Check("too_long", is_long, f"{c} {{value}} is too long", c) for c, is_long in long),
        Check("unknown_type", _unread("type"), "{value} is no type of event", "type_text"),
        Check(f"no_{word}", pl.col("at_text").is_null(), f"no {word}"),
        Check(f"bad_{word}", _unread("at"), f"{{value}} is no {word}", "at_text"),
        Check("bad_time", timed & (pl.col("at") < 0), "{value} is before 1970", "at_text"),
        Check("future_time", future, "{value} lies in the future", "at_text"),
        Check("bad_rating", _unread("value"), "{value} is no number", "value_text"),
        Check("no_rating", bare, "a rating without a value"),
        Check("bad_quantity", _unread("quantity"), "{value} is no number", "quantity_text"),
        Check("cancelled", pl.col("quantity") <= 0, "a quantity of {value}", "quantity_text"),
    )


def _unread(column: str) -> pl.Expr:
    """Is there a text, and no value read from it."""
    return pl.col(f"{column}_text").is_not_null() & pl.col(column).is_null()


def with_event_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """The events [n] with `event_id` filled where the source gives none, as `kg.ids.event_id`."""
    if not frame["event_id"].has_nulls():
        return frame
    parts = (_part(column) for column in ("user_id", "type", "product_id", "at", "order_id"))
    keys = frame.select(pl.concat_str(*parts)).to_series()
    hashes = pl.Series([key_hash(key) for key in keys], dtype=pl.String)
    return frame.with_columns(pl.col("event_id").fill_null(hashes))


def _part(column: str) -> pl.Expr:
    """A part of `kg.ids.event_key`."""
    text = pl.col(column).cast(pl.String)
    length = text.str.len_bytes().cast(pl.String)
    return pl.concat_str(length, pl.lit(":"), text).fill_null("-")
