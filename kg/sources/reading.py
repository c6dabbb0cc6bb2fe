"""From planned tables to batches: products, then categories, users and events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from kg.catalog import SCHEMAS, Batch, Kind, Rejects
from kg.errors import SourceError
from kg.sources.categories import Tree, read_categories
from kg.sources.columns import Plan
from kg.sources.events import EventRules, clean_events
from kg.sources.products import ProductRules, clean_products
from kg.sources.seen import Seen
from kg.sources.table import LINE, Table
from kg.sources.users import clean_users

Plans = Mapping[Kind, Sequence[Plan]]


@dataclass(frozen=True)
class Shop:
    """A shop's tables, planned: what is to be read, and how."""

    plans: Plans
    product_rules: ProductRules
    event_rules: EventRules
    batch_rows: int
    rejects: Rejects


def read_shop(shop: Shop) -> Iterator[Batch]:
    """All rows. Raises SourceError where the first kind has none: nothing was written yet."""
    trees = [read_categories(plan, shop.rejects) for plan in shop.plans["categories"]]
    yield from some(_products(shop, trees), _tables(shop, "products"), shop.rejects)
    for plan, tree in zip(shop.plans["categories"], trees, strict=True):
        yield from cut("categories", plan.table.name, iter((tree.frame,)), shop.batch_rows)
    for plan in shop.plans["users"]:
        users = clean_users(_frames(plan, shop), plan.table.name, shop.rejects)
        yield from cut("users", plan.table.name, users, shop.batch_rows)
    alone = () if shop.plans["products"] else _tables(shop, "events")
    yield from some(_events(shop), alone, shop.rejects)


def _tables(shop: Shop, kind: Kind) -> list[Table]:
    return [plan.table for plan in shop.plans[kind]]


def some(batches: Iterator[Batch], tables: Sequence[Table], rejects: Rejects) -> Iterator[Batch]:
    """The batches. Raises SourceError where there are tables and none of their rows is usable, with
    what was wrong with the rows that there are."""
    empty = True
    for batch in batches:
        empty = False
        yield batch
    if empty and tables:
        names = ", ".join(table.name for table in tables)
        found = f"rows left out {rejects.told()}" if rejects.total else "expected at least one"
        where = f"; all are listed in {rejects.path}" if rejects.total and rejects.path else ""
        raise SourceError(f"{names} has no row that can be used; {found}{where}")


def cut(kind: Kind, file: str, frames: Iterator[pl.DataFrame], rows: int) -> Iterator[Batch]:
    """Yield frames as batches of at most `rows`."""
    for frame in frames:
        for part in frame.cast(SCHEMAS[kind]).iter_slices(rows):
            if part.height:
                yield Batch(kind, part, int(part[LINE][0]), file)


def _frames(plan: Plan, shop: Shop) -> Iterator[pl.DataFrame]:
    return plan.table.read(plan.columns, shop.rejects)


def _products(shop: Shop, trees: Sequence[Tree]) -> Iterator[Batch]:
    ids = {id_: path for tree in trees for id_, path in tree.paths.items()}
    rules = replace(shop.product_rules, tree=ids if trees else None)
    seen = Seen()
    for plan in shop.plans["products"]:
        name = plan.table.name
        products = clean_products(_frames(plan, shop), rules, name, shop.rejects, seen)
        yield from cut("products", name, products, shop.batch_rows)


def _events(shop: Shop) -> Iterator[Batch]:
    for plan in shop.plans["events"]:
        name = plan.table.name
        events = clean_events(_frames(plan, shop), shop.event_rules, name, shop.rejects)
        yield from cut("events", name, events, shop.batch_rows)
