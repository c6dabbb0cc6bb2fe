"""Rows of a products table into canonical products: text cleaned, prices and paths read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from kg.catalog import SCHEMAS, Rejects
from kg.sources.category_names import Names
from kg.sources.checks import Check, sift
from kg.sources.columns import NAMES
from kg.sources.prices import HIGHEST, price_columns
from kg.sources.seen import Seen
from kg.sources.sparing import sparing
from kg.sources.survey import Survey, placed_products
from kg.sources.table import LINE, SEGMENT, completed
from kg.sources.texts import (
    clean_column,
    ids,
    numbers,
    squeezed_column,
    whole_numbers,
    with_meant,
)
from kg.sources.times import times

LONGEST_KEY = 1000
"""Bytes: what Neo4j can hold in the index of a key, with room to spare."""

_READ = {name: name for name in ("price_minor", "in_stock", "released_at")} | {
    "price": "price_minor"
}
"""Columns of text that is read into a value -> the column of the value."""

_NO_CENTS = "{value} is no price in minor units"
_NO_STOCK = "{value} says neither yes nor no"
_NO_TIME = "{value} is no time"
_OTHER = "product {value} was given before, otherwise"

_YES = ("true", "t", "yes", "y", "instock", "available")
_NO = ("false", "f", "no", "n", "outofstock", "unavailable", "soldout", "discontinued")
_STOCK = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


@dataclass(frozen=True)
class ProductRules:
    """How products are read. `tree` is category id -> path, from a categories file.

    Values of the columns in `lenient` that cannot be read are left out, not their rows. `day_first`
    is how 3/4/2025 is meant.
    """

    survey: Survey
    tree: dict[str, Names] | None = None
    lenient: tuple[str, ...] = ()
    day_first: bool = False


def clean_products(
    frames: Iterable[pl.DataFrame], rules: ProductRules, file: str, rejects: Rejects, seen: Seen
) -> Iterator[pl.DataFrame]:
    """Yield canonical products [m <= n] of frames of text [n]; the rest goes to `rejects`.

    Of rows with one id the first counts; a later one that differs is rejected. `seen` knows the
    rows of the shop's earlier files.
    """
    for frame in frames:
        full = completed(frame, NAMES["products"])
        read = sparing(full, partial(_parsed, rules=rules), file, rejects)
        parsed = _forgiven(read, rules.lenient, file, rejects)
        sound = sift(parsed, _checks(rules.survey.currency), file, rejects)
        placed = placed_products(sound, rules.survey.known, rules.tree, file, rejects)
        yield _first_of_each(placed.select(SCHEMAS["products"].names()), seen, file, rejects)


def _parsed(frame: pl.DataFrame, rules: ProductRules) -> pl.DataFrame:
    """The frame [n] with its values read; what was text stays as `COLUMN_text`."""
    raw = with_meant(frame, _READ)
    minor, foreign = price_columns(raw["price_text"], rules.survey.currency)
    return raw.with_columns(
        ids(raw["product_id"]),
        whole_numbers(raw["price_minor_text"]).fill_null(minor).alias("price_minor"),
        foreign.alias("foreign"),
        pl.col("currency").str.strip_chars().str.to_uppercase(),
        _stock(raw["in_stock_text"]).alias("in_stock"),
        times(raw["released_at_text"], rules.day_first).alias("released_at"),
        clean_column(raw["title"]),
        clean_column(raw["brand"]),
        clean_column(raw["description"], tags=True),
        ids(raw["image_url"].str.split(SEGMENT).list.first()).alias("image_url"),
    )


def _forgiven(
    frame: pl.DataFrame, lenient: tuple[str, ...], file: str, rejects: Rejects
) -> pl.DataFrame:
    """Forget the text of lenient columns that could not be read; count what was forgotten."""
    for column in lenient:
        unread = _unread(column, _READ[column])
        rejects.forget(file, column, int(frame.select(unread.sum()).item()))
        text = pl.when(~unread).then(pl.col(f"{column}_text"))
        frame = frame.with_columns(text.alias(f"{column}_text"))
    return frame


def _stock(texts: pl.Series) -> pl.Series:
    """True, false or null [n]; a number is a quantity."""
    words = squeezed_column(texts)
    known = words.replace_strict(_STOCK, default=None, return_dtype=pl.Boolean)
    return known.fill_null(numbers(texts) > 0)


def _unread(column: str, value: str) -> pl.Expr:
    """Is there a text, and no value read from it."""
    return pl.col(f"{column}_text").is_not_null() & pl.col(value).is_null()


def _checks(currency: str | None) -> tuple[Check, ...]:
    priced = pl.col("price_text").is_not_null() | pl.col("price_minor_text").is_not_null()
    other = priced & (pl.col("currency") != "") & (pl.col("currency") != (currency or ""))
    long_id, long_brand = (
        pl.col(column).str.len_bytes() > LONGEST_KEY for column in ("product_id", "brand")
    )
    negative, huge = pl.col("price_minor") < 0, pl.col("price_minor") > HIGHEST
    elsewhere = f"{{value}} where prices are in {currency}"
    return (
        Check("no_product", pl.col("product_id").is_null(), "no product id"),
        Check("too_long", long_id, "product id {value} is too long", "product_id"),
        Check("too_long", long_brand, "brand {value} is too long", "brand"),
        Check("currency", other, elsewhere, "currency"),
        Check("currency", pl.col("foreign"), elsewhere, "price"),
        Check("bad_price", _unread("price", "price_minor"), "{value} is no price", "price"),
        Check("bad_price", _unread("price_minor", "price_minor"), _NO_CENTS, "price_minor_text"),
        Check("bad_price", negative | huge, "{value} is no price in minor units", "price_minor"),
        Check("bad_stock", _unread("in_stock", "in_stock"), _NO_STOCK, "in_stock_text"),
        Check("bad_time", _unread("released_at", "released_at"), _NO_TIME, "released_at_text"),
    )


def _first_of_each(frame: pl.DataFrame, seen: Seen, file: str, rejects: Rejects) -> pl.DataFrame:
    """The rows [m <= n] whose id is new."""
    rows = frame.drop(LINE).hash_rows()
    judged = frame.with_columns(seen.judge(frame["product_id"].hash(), rows).alias("seen"))
    other = Check("duplicate_product", pl.col("seen") == "other", _OTHER, "product_id")
    sound = sift(judged, (other,), file, rejects)
    new = sound.filter(pl.col("seen") == "new").drop("seen")
    rejects.repeat(file, sound.height - new.height)
    return new
