"""From an opened Amazon dump to batches: a review is RATED, and BOUGHT when it is verified."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from kg.catalog import Batch, Rejects, SourceOptions
from kg.sources.columns import plan
from kg.sources.events import EventRules, clean_events, with_event_ids
from kg.sources.products import ProductRules, clean_products
from kg.sources.reading import cut, some
from kg.sources.review_texts import TEXTS, Keep, kept_texts
from kg.sources.seen import Seen
from kg.sources.survey import Survey
from kg.sources.table import LINE, Table, completed
from kg.sources.texts import clean_column

_LENIENT = ("price", "released_at")
"""Fields that hold scraps of web pages in many rows, which are products all the same."""


@dataclass(frozen=True)
class Dump:
    """The files of a dump, opened, and how to read them."""

    products: Sequence[Table]
    reviews: Sequence[Table]
    currency: str
    rules: EventRules
    options: SourceOptions
    rejects: Rejects


def read_dump(dump: Dump) -> Iterator[Batch]:
    """All rows. Raises SourceError where the first kind has none: nothing was written yet."""
    yield from some(_products(dump), dump.products, dump.rejects)
    with kept_texts(dump.options.reviews) as keep:
        alone = () if dump.products else dump.reviews
        yield from some(_reviews(dump, keep), alone, dump.rejects)


def _products(dump: Dump) -> Iterator[Batch]:
    rules = ProductRules(Survey(dump.currency), lenient=_LENIENT)
    seen = Seen()
    for table in dump.products:
        frames = table.read({name: name for name in table.columns}, dump.rejects)
        products = clean_products(frames, rules, table.name, dump.rejects, seen)
        yield from cut("products", table.name, products, dump.options.batch_rows)


def _reviews(dump: Dump, keep: Keep) -> Iterator[Batch]:
    for table in dump.reviews:
        yield from cut("events", table.name, _events(table, dump, keep), dump.options.batch_rows)


def _events(table: Table, dump: Dump, keep: Keep) -> Iterator[pl.DataFrame]:
    own = {name: name for name in ("verified", *TEXTS) if name in table.columns}
    columns = {**plan("events", table, {}).columns, **own}
    for raw in table.read(columns, dump.rejects):
        full = completed(raw, ("verified", *TEXTS))
        for rated in clean_events((full,), dump.rules, table.name, dump.rejects):
            keep(_with_texts(rated, full))
            yield pl.concat((rated, _bought(rated, full))).sort(LINE, maintain_order=True)


def _bought(rated: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The purchases [m <= n] that verified reviews tell of."""
    verified = raw.filter(pl.col("verified") == "true")
    bought = rated.join(verified, on=LINE, how="semi").with_columns(
        pl.lit("BOUGHT").alias("type"),
        pl.lit(None, pl.Float64).alias("value"),
        pl.lit(None, pl.String).alias("event_id"),
    )
    return with_event_ids(bought)


def _with_texts(rated: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The reviews [n] with their texts, cleaned."""
    clean = raw.select(LINE, *(clean_column(raw[name], tags=True) for name in TEXTS))
    return rated.join(clean, on=LINE, how="left", maintain_order="left")
