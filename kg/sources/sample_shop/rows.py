"""Turn blocks of products and users into the rows of the csv files."""

import numpy as np
import polars as pl

from kg.sources.sample_shop import events, products
from kg.sources.sample_shop.assortment import STYLES, Assortment
from kg.sources.sample_shop.catalogue import END, NEVER
from kg.sources.sample_shop.draw import Ints

CURRENCY = "USD"


def of_products(block: products.Block) -> pl.DataFrame:
    """products.csv; the price is what it costs at the end of the year, promotion included."""
    columns = block.columns
    on_sale = (columns.sale_from < END) & (columns.sale_until >= END)
    prices = [
        row.sale_minor if sale else row.price_minor
        for row, sale in zip(block.rows, on_sale.tolist(), strict=True)
    ]
    return pl.DataFrame(
        {
            "product_id": _numbers(block.first, len(block.rows)),
            "title": [row.title for row in block.rows],
            "description": [row.description for row in block.rows],
            "brand": [row.brand for row in block.rows],
            "category_path": [" > ".join(row.path) for row in block.rows],
            "price": [_price(minor) for minor in prices],
            "currency": CURRENCY,
            "in_stock": np.where(columns.gone_at < END, "false", "true"),
            "released_at": columns.released_at,
        }
    ).with_columns(_id("p", "product_id"))


def of_promotions(block: products.Block) -> pl.DataFrame:
    """promotions.csv: the products that had or have one, and when."""
    columns = block.columns
    return (
        pl.DataFrame(
            {
                "product_id": _numbers(block.first, len(block.rows)),
                "sale_price": [_price(row.sale_minor) for row in block.rows],
                "currency": CURRENCY,
                "starts_at": columns.sale_from,
                "ends_at": columns.sale_until,
            }
        )
        .filter(pl.col("starts_at") < NEVER)
        .with_columns(_id("p", "product_id"))
    )


def of_users(block: events.Block) -> pl.DataFrame:
    """users.csv: everybody with an account, also those who did nothing yet."""
    users = pl.DataFrame({"user_id": _numbers(block.first, block.users)})
    return users.select(_id("u", "user_id"))


def of_tastes(shop: Assortment, block: events.Block) -> pl.DataFrame:
    """truth.csv: lists are joined by |, the dearest first; a path is joined by ' > '."""
    who, many = block.tastes, block.users
    paths = [" > ".join(c.path) for c in shop.categories]
    brands = [b.name for b in shop.brands]
    return pl.DataFrame(
        {
            "user_id": _numbers(block.first, many),
            "categories": _lists(paths, who.categories[:many]),
            "brands": _lists(brands, who.brands[:many]),
            "price_level": who.level[:many],
            "style": [STYLES[s] for s in who.style[:many]],
        }
    ).with_columns(_id("u", "user_id"))


def of_events(block: events.Block, events_before: int, orders_before: int) -> pl.DataFrame:
    """events.csv: numbered on from the blocks before."""
    order = pl.when(pl.col("order") >= 0).then(pl.col("order") + orders_before + 1)
    log = block.log.with_columns(
        event_id=_numbers(events_before, len(block.log)),
        user=pl.col("user") + block.first + 1,
        product=pl.col("product") + 1,
        order=order,
    )
    return log.select(
        _id("e", "event_id", 7),
        _id("u", "user").alias("user_id"),
        _id("p", "product").alias("product_id"),
        pl.col("type").replace_strict(dict(enumerate(events.TYPES)), return_dtype=pl.String),
        pl.col("at"),
        pl.when(pl.col("value") > 0).then(pl.col("value")).alias("value"),
        _id("o", "order", 6).alias("order_id"),
    )


def _numbers(before: int, many: int) -> Ints:
    """Numbers from 1, as people count."""
    return np.arange(before + 1, before + many + 1)


def _id(letter: str, column: str, digits: int = 5) -> pl.Expr:
    return pl.lit(letter).add(pl.col(column).cast(pl.String).str.zfill(digits)).alias(column)


def _lists(names: list[str], chosen: Ints) -> list[str]:
    return ["|".join(names[i] for i in row if i >= 0) for row in chosen.tolist()]


def _price(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
