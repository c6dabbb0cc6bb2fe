"""Put columns together to a snapshot, deriving from the events what is not given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from kg.derive import DeriveConfig, EventColumns, derive_arrays, ranks
from kg.derive import Derived as DerivedColumns
from kg.derive import Edges as EdgeColumns
from kg.snapshot.types import (
    MISSING,
    NO_TIME,
    Derived,
    Edges,
    Events,
    Flags,
    Floats,
    Ints,
    Meta,
    Names,
    Products,
    Rows,
    Snapshot,
    rows,
    starts,
)
from kg.stock import AS_OTHERS


@dataclass(frozen=True)
class Tables:
    """A shop's nodes and events as columns, nodes sorted by id.

    products: product_id, title, description, image_url, price_minor, in_stock, released_at,
    brand_id; brands: brand_id, name, name_key; categories: category_id, name, name_key, parent_id;
    placements: product_id, category_id; users: ids.
    """

    products: pl.DataFrame
    brands: pl.DataFrame
    categories: pl.DataFrame
    placements: pl.DataFrame
    users: tuple[str, ...]
    events: EventColumns


def assemble(
    meta: Meta,
    tables: Tables,
    derived: DerivedColumns | None = None,
    config: DeriveConfig = DeriveConfig(),  # noqa: B008
) -> Snapshot:
    """A snapshot of the tables, without vectors; `derived` None derives up to `meta.until`."""
    n = len(tables.products)
    if derived is None:
        derived = derive_arrays(tables.events, n, meta.clock, meta.until, config=config)
    product_ids = tables.products["product_id"]
    category_ids = tables.categories["category_id"]
    products = _products(tables.products, tables.brands["brand_id"])
    of = code_of(tables.placements["product_id"], product_ids)
    to = code_of(tables.placements["category_id"], category_ids)
    branded = np.flatnonzero(products.brand >= 0).astype(np.int32)
    return Snapshot(
        meta=meta,
        products=products,
        brands=_names(tables.brands, "brand_id"),
        categories=_names(tables.categories, "category_id"),
        parent=code_of(tables.categories["parent_id"], category_ids),
        product_categories=rows(of, to, n),
        brand_products=_ranked(
            products, products.brand[branded], branded, len(tables.brands), derived.popularity
        ),
        category_products=_ranked(products, to, of, len(tables.categories), derived.popularity),
        users=tables.users,
        events=_events(tables.events, len(tables.users)),
        derived=_derived(derived, n),
    )


def only(
    snapshot: Snapshot,
    kept: Flags,
    until: int | None = None,
    config: DeriveConfig = DeriveConfig(),  # noqa: B008
) -> Snapshot:
    """The snapshot with the events of mask `kept` [events] alone, the rest derived again; what was
    learned from all of them is left out. Lists heed no stock: it is that of now, and says nothing
    of the past.

    `until` None keeps that of the snapshot.
    """
    until = snapshot.meta.until if until is None else until
    columns = columns_of(snapshot).where(kept)
    n = len(snapshot.products.ids)
    derived = derive_arrays(columns, n, snapshot.meta.clock, until, config=config)
    return replace(
        snapshot,
        meta=replace(
            snapshot.meta,
            until=until,
            gnn_slot=None,
            model_revision=None,
            out_of_stock=AS_OTHERS,
        ),
        brand_products=_again(snapshot.products, snapshot.brand_products, derived.popularity),
        category_products=_again(snapshot.products, snapshot.category_products, derived.popularity),
        events=_events(columns, len(snapshot.users)),
        derived=_derived(derived, n),
        gnn=None,
        model=None,
        paper=None,
    )


def columns_of(snapshot: Snapshot) -> EventColumns:
    """The snapshot's events as columns, in their order."""
    events = snapshot.events
    return EventColumns(
        events.user, events.product, events.type, events.at, events.value, events.order
    )


def code_of(keys: pl.Series, ids: pl.Series | Sequence[str]) -> Ints:
    """The place [m] of each key among sorted unique ids; MISSING for null and unknown ones."""
    known = pl.DataFrame({"key": ids}, schema={"key": pl.String}).with_row_index("code")
    asked = pl.DataFrame({"key": keys}, schema={"key": pl.String})
    joined = asked.join(known, on="key", how="left", maintain_order="left")
    return joined["code"].cast(pl.Int32).fill_null(MISSING).to_numpy().astype(np.int32)


def _products(frame: pl.DataFrame, brand_ids: pl.Series) -> Products:
    return Products(
        ids=tuple(frame["product_id"]),
        title=tuple(frame["title"]),
        description=tuple(frame["description"]),
        image_url=tuple(frame["image_url"]),
        price_minor=frame["price_minor"].cast(pl.Int64).fill_null(MISSING).to_numpy(),
        in_stock=frame["in_stock"].cast(pl.Boolean).fill_null(True).to_numpy(),
        released_at=frame["released_at"].cast(pl.Int64).fill_null(NO_TIME).to_numpy(),
        brand=code_of(frame["brand_id"], brand_ids),
    )


def _names(frame: pl.DataFrame, key: str) -> Names:
    return Names(tuple(frame[key]), tuple(frame["name"]), tuple(frame["name_key"]))


def _events(events: EventColumns, users: int) -> Events:
    order = np.lexsort((events.product, events.at, events.user))
    return Events(
        start=starts(events.user, users),
        user=events.user[order],
        product=events.product[order],
        type=events.type[order],
        at=events.at[order],
        value=events.value[order],
        order=events.order[order],
    )


def _ranked(
    products: Products, owner: Ints, product: Ints, owners: int, popularity: Floats
) -> Rows:
    """The products of each owner, the most popular first."""
    order = np.lexsort((ranks(popularity, products.lots, owner, product), owner))
    return Rows(starts(owner, owners), product[order])


def _again(products: Products, members: Rows, popularity: Floats) -> Rows:
    owners = len(members.start) - 1
    owner = np.repeat(np.arange(owners, dtype=np.int32), np.diff(members.start))
    return _ranked(products, owner, members.to, owners, popularity)


def _derived(columns: DerivedColumns, products: int) -> Derived:
    return Derived(
        popularity=columns.popularity,
        mean_age=columns.mean_age,
        mean_place=columns.mean_place,
        bought_next=_edges(columns.next, products),
        bought_with=_edges(columns.together, products),
    )


def _edges(columns: EdgeColumns, products: int) -> Edges:
    """Columns come by source, then weight falling, then target: already compressed rows."""
    start = starts(columns.source, products)
    return Edges(start, columns.target, columns.weight, columns.support)
