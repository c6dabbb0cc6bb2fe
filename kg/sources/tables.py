"""A shop as tables: products, events and, where there are, users and categories."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from kg.catalog import SCHEMAS, Kind, Rejects, Source, SourceOptions
from kg.sources.clocks import clocked, dates_of
from kg.sources.columns import Plan, check_mapping, plan
from kg.sources.events import EventRules
from kg.sources.finding import find_tables, unused_files
from kg.sources.products import ProductRules
from kg.sources.reading import Plans, Shop, read_shop
from kg.sources.survey import survey
from kg.sources.table import Table

_REQUIRED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "products": (("product_id",),),
    "categories": (("path", "category_id"),),
    "users": (("user_id",),),
    "events": (("user_id",), ("product_id",), ("at", "position")),
}


def open_tables(path: Path, options: SourceOptions) -> Source:
    """Open a folder of tables, or one of them. Raises SourceError where it cannot be read."""
    tables = find_tables(path)
    check_mapping(options.mapping, [(kind, t) for kind, found in tables.items() for t in found])
    plans: dict[Kind, Sequence[Plan]] = {
        kind: [_planned(kind, t, options.mapping, bool(tables["categories"])) for t in found]
        for kind, found in tables.items()
    }
    clock, plans["events"] = clocked(plans["events"])
    surveyed = survey(plans["products"], options.currency)
    now = options.now if options.now is not None else int(time.time())
    released = dates_of(plans["products"], "released_at", options.day_first)
    happened = dates_of(plans["events"], "at", options.day_first)
    products = ProductRules(surveyed, day_first=released.day_first)
    events = EventRules(clock, now, happened.day_first)
    rejects = Rejects(options.rejects)
    shop = Shop(plans, products, events, options.batch_rows, rejects)
    return Source(
        name=options.name or path.resolve().name,
        clock=clock,
        currency=surveyed.currency,
        kinds=tuple(kind for kind in SCHEMAS if plans[kind]),
        files=tuple(p.table.path for found in plans.values() for p in found),
        options=options,
        rejects=rejects,
        read=partial(read_shop, shop),
        ignored=_ignored(path, plans),
        remarks=tuple(each.remark for each in (released, happened) if each.remark),
    )


def _planned(kind: Kind, table: Table, mapping: Mapping[str, str], has_tree: bool) -> Plan:
    """The columns of a table. Where no file names the ids of categories, they are the names."""
    found = plan(kind, table, mapping)
    for alternatives in _REQUIRED[kind]:
        found.require(kind, *alternatives)
    if kind == "products" and "category_id" in found.columns and not has_tree:
        if found.columns.keys() & {"category_path", "categories"}:
            return found.without("category_id")
        return found.renamed("category_id", "category_path")
    return found


def _ignored(path: Path, plans: Plans) -> tuple[str, ...]:
    used = [p for found in plans.values() for p in found]
    columns = [f"{p.table.name}: {column}" for p in used for column in p.unused]
    return (*unused_files(path, {p.table.path for p in used}), *columns)
