"""A snapshot as it was earlier."""

from dataclasses import replace

import numpy as np

from kg.derive import DeriveConfig
from kg.snapshot.assemble import only
from kg.snapshot.types import Flags, Ints, Products, Rows, Snapshot, Texts, starts

DEFAULT = DeriveConfig()


def cut(snapshot: Snapshot, until: int, config: DeriveConfig = DEFAULT) -> Snapshot:
    """The snapshot as it was before `until` (exclusive), the derived parts derived again.

    Later events are gone, and products that came out later, as loading leaves them out: the codes
    of products are others then. Users, brands, categories and vectors of texts stay. A learned
    vector comes from events, and is left out.
    """
    out = snapshot.products.released_at < until  # NO_TIME is before every moment
    earlier = snapshot if out.all() else _with_products(snapshot, out)
    return only(earlier, earlier.events.at < until, until, config)


def _with_products(snapshot: Snapshot, kept: Flags) -> Snapshot:
    """The snapshot with the products of mask `kept` alone; what is derived is left as it was."""
    events, known = snapshot.events, kept[snapshot.events.product]
    new = (np.cumsum(kept) - 1).astype(np.int32)
    columns = {name: column[known] for name, column in vars(events).items() if name != "start"}
    moved = columns | {"product": new[columns["product"]]}
    text = snapshot.text
    return replace(
        snapshot,
        products=_products(snapshot.products, kept),
        product_categories=_of(snapshot.product_categories, kept),
        brand_products=_among(snapshot.brand_products, kept, new),
        category_products=_among(snapshot.category_products, kept, new),
        events=replace(events, start=starts(moved["user"], len(snapshot.users)), **moved),
        text=None if text is None else replace(text, product=text.product[kept]),
    )


def _products(products: Products, kept: Flags) -> Products:
    def some(values: Texts) -> Texts:
        return tuple(value for value, keep in zip(values, kept, strict=True) if keep)

    return Products(
        ids=tuple(id_ for id_, keep in zip(products.ids, kept, strict=True) if keep),
        title=some(products.title),
        description=some(products.description),
        image_url=some(products.image_url),
        price_minor=products.price_minor[kept],
        in_stock=products.in_stock[kept],
        released_at=products.released_at[kept],
        brand=products.brand[kept],
    )


def _owner(rows: Rows) -> Ints:
    return np.repeat(np.arange(len(rows.start) - 1, dtype=np.int32), np.diff(rows.start))


def _of(rows: Rows, kept: Flags) -> Rows:
    """The rows of the products kept."""
    sizes = np.diff(rows.start)[kept]
    start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Rows(start, rows.to[kept[_owner(rows)]])


def _among(rows: Rows, kept: Flags, new: Ints) -> Rows:
    """Rows of products, with those kept and their new codes [products]."""
    inside = kept[rows.to]
    return Rows(starts(_owner(rows)[inside], len(rows.start) - 1), new[rows.to[inside]])
