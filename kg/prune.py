"""Remove what a source wrote earlier and no longer has, and nothing that is another's."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.graph import Row
from kg.load.events import event_hashes
from kg.load.writer import Writer
from kg.schema import EVENTS

PAGE = 5_000
STAGE = "prune"


@dataclass(frozen=True)
class Present:
    """What the source has now: ids of products and users, names, and hashes of its events."""

    products: pl.Series
    users: pl.Series
    brands: Collection[str]
    categories: Collection[str]
    events: NDArray[np.uint64]


def prune(writer: Writer, present: Present) -> None:
    """Remove events, products, users, categories and brands that are no longer in the source.

    A product stays while events of another source are about it, a user while it has any event, a
    brand or category while a product or category belongs to it.
    """
    _prune_events(writer, np.sort(present.events))
    _prune_products(writer, present.products)
    _prune_users(writer, present.users)
    _prune_names(writer, "Brand", "load/no_longer_brands", present.brands)
    _prune_names(writer, "Category", "load/no_longer_categories", present.categories)


def _prune_events(writer: Writer, kept: NDArray[np.uint64]) -> None:
    schema = {"type": pl.String, "event_id": pl.String}
    for page in _pages(writer, "load/events_of_source", "user_id"):
        rows = [event for row in page for event in row["events"]]
        events = pl.DataFrame(rows, schema, orient="row")
        gone = events.filter(pl.Series(~np.isin(event_hashes(events), kept)))
        if not gone.height:
            continue
        by_type = {
            type_: gone.filter(pl.col("type") == type_)["event_id"].to_list() for type_ in EVENTS
        }
        params = {type_.lower(): ids for type_, ids in by_type.items()}
        writer.write("load/no_longer_events", **params)
        for type_, ids in by_type.items():
            writer.tally.add(type_, "removed", len(ids))


def _prune_products(writer: Writer, kept: pl.Series) -> None:
    for page in _pages(writer, "load/products_of_source", "product_id"):
        gone = _absent(page, "product_id", kept)
        if gone:
            rows = writer.write("load/no_longer_products", source=writer.source, ids=gone)
            writer.tally.add("Product", "removed", rows[0]["removed"])
            writer.tally.add(
                "Product", "kept for other sources", len(gone) - int(rows[0]["removed"])
            )


def _prune_users(writer: Writer, kept: pl.Series) -> None:
    for page in _pages(writer, "load/users_without_events", "user_id"):
        gone = _absent(page, "user_id", kept)
        if gone:
            writer.write("load/no_longer_users", ids=gone)
            writer.tally.add("User", "removed", len(gone))


def _prune_names(writer: Writer, label: str, query: str, kept: Collection[str]) -> None:
    """Remove what is empty, again as long as that empties what is above."""
    removed = -1
    while removed:
        rows = writer.write(query, source=writer.source, kept=list(kept))
        removed = int(rows[0]["removed"])
        writer.tally.add(label, "removed", removed)


def _pages(writer: Writer, query: str, key: str) -> Iterator[list[Row]]:
    after, done = "", 0
    asked = {"source": writer.source, "limit": PAGE}
    while page := writer.graph.read(query, after=after, **asked):
        yield page
        after, done = page[-1][key], done + len(page)
        writer.progress(STAGE, done, None)


def _absent(page: list[Row], key: str, kept: pl.Series) -> list[str]:
    ids = pl.Series([row[key] for row in page], dtype=pl.String)
    return ids.filter(~ids.is_in(kept.implode())).to_list()
