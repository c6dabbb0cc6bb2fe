"""Lines of orders, read and checked: who bought how much of what, for what, when."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from kg.catalog import Rejects
from kg.sources.checks import Check, sift
from kg.sources.columns import NAMES, Plan
from kg.sources.events import FUTURE_GRACE
from kg.sources.prices import HIGHEST, price_columns
from kg.sources.products import LONGEST_KEY
from kg.sources.sparing import sparing
from kg.sources.table import completed
from kg.sources.texts import clean_column, ids, numbers, with_meant
from kg.sources.times import times

_READ = ("at", "price", "quantity")
_CANCELLATION = r"^[cC]-?[0-9]"
"""Order numbers of cancellations, as several tills write them."""


@dataclass(frozen=True)
class OrderRules:
    """How lines are read: their currency, what lies in the future, how 3/4/2025 is meant."""

    currency: str | None
    now: int
    day_first: bool


def order_lines(plan: Plan, rules: OrderRules, rejects: Rejects) -> Iterator[pl.DataFrame]:
    """Yield the sound lines [n each], cancellations among them; the others go to `rejects`.

    Columns as in NAMES["orders"], read, with `price_minor` and `cancels`, and `line`.
    """
    for frame in plan.table.read(plan.columns, rejects):
        full = completed(frame, NAMES["orders"])
        parsed = sparing(full, partial(_parsed, rules=rules), plan.table.name, rejects)
        yield sift(parsed, _checks(rules), plan.table.name, rejects)


def _parsed(frame: pl.DataFrame, rules: OrderRules) -> pl.DataFrame:
    raw = with_meant(frame, _READ)
    minor, foreign = price_columns(raw["price_text"], rules.currency)
    read = raw.with_columns(
        *(ids(raw[column]) for column in ("order_id", "product_id", "user_id")),
        numbers(raw["quantity_text"]).alias("quantity"),
        pl.col("currency").str.strip_chars().str.to_uppercase(),
        clean_column(raw["title"]),
        clean_column(raw["brand"]),
        times(raw["at_text"], rules.day_first).alias("at"),
        minor.alias("price_minor"),
        foreign.alias("foreign"),
    )
    cancels = pl.col("order_id").str.contains(_CANCELLATION) | (pl.col("quantity") <= 0)
    return read.with_columns(cancels.fill_null(value=False).alias("cancels"))


def _checks(rules: OrderRules) -> tuple[Check, ...]:
    long = (
        (column, pl.col(column).str.len_bytes() > LONGEST_KEY)
        for column in ("product_id", "user_id", "order_id", "brand")
    )
    named = pl.col("currency") != ""
    other = named & (pl.col("currency") != (rules.currency or ""))
    elsewhere = f"{{value}} where prices are in {rules.currency}"
    unread = {name: _unread(name) for name in ("at", "quantity")}
    future = pl.col("at") > rules.now + FUTURE_GRACE
    no_price = pl.col("price_text").is_not_null() & pl.col("price_minor").is_null()
    return (
        Check("no_product", pl.col("product_id").is_null(), "no product id"),
        *(Check("too_long", is_long, f"{c} {{value}} is too long", c) for c, is_long in long),
        Check("no_time", pl.col("at_text").is_null(), "no time"),
        Check("bad_time", unread["at"], "{value} is no time", "at_text"),
        Check("bad_time", pl.col("at") < 0, "{value} is before 1970", "at_text"),
        Check("future_time", future, "{value} lies in the future", "at_text"),
        Check("bad_quantity", unread["quantity"], "{value} is no number", "quantity_text"),
        Check("currency", other, elsewhere, "currency"),
        Check("currency", pl.col("foreign"), elsewhere, "price"),
        Check("bad_price", no_price, "{value} is no price", "price"),
        Check("bad_price", pl.col("price_minor") > HIGHEST, "{value} is no price", "price"),
    )


def _unread(column: str) -> pl.Expr:
    """Is there a text, and no value read from it."""
    return pl.col(f"{column}_text").is_not_null() & pl.col(column).is_null()
