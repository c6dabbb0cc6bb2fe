"""The look-ups of `cypher/resolve` over a snapshot."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from kg.graph import Row
from kg.graph.memory.filters import codes
from kg.graph.memory.filters import passing as passes
from kg.graph.memory.vectors import brand_id, category_ids
from kg.snapshot.types import EVENT_TYPES, MISSING, NO_TIME, Names, Rows, Snapshot

Requests = Sequence[Mapping[str, Any]]


def meta(snapshot: Snapshot) -> list[Row]:
    """What the graph says about itself."""
    return [{**vars(snapshot.meta), "products": len(snapshot.products.ids)}]


def model(snapshot: Snapshot) -> list[Row]:
    """The learned model that is served, if one is."""
    if snapshot.model is None:
        return []
    meta = snapshot.meta
    return [{"revision": meta.model_revision, "slot": meta.gnn_slot, "packed": snapshot.model}]


def paper(snapshot: Snapshot) -> list[Row]:
    """What the recipe paper was tuned to, if it was."""
    blend = snapshot.paper
    if blend is None:
        return []
    weights, temperatures = blend.weights.tolist(), blend.temperatures.tolist()
    return [{"terms": list(blend.terms), "weights": weights, "temperatures": temperatures}]


class Event(NamedTuple):
    """What a user did with a product, and when; `value` is that of a rating."""

    product_id: str
    type: str
    at: int
    value: float | None


def history(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """What each user did with which products, the newest first."""
    rows: list[Row] = []
    for number, request in enumerate(requests):
        events = events_of(snapshot, request["user_id"])
        if events is not None:
            rows += history_rows(number, events, request["until"])
    return rows


def events_of(snapshot: Snapshot, user_id: str) -> list[Event] | None:
    """A user's events, the oldest first; None for a user who is not there."""
    user = snapshot.user_code.get(user_id)
    if user is None:
        return None
    events, ids = snapshot.events, snapshot.products.ids
    own = slice(events.start[user], events.start[user + 1])
    columns = (events.product[own], events.type[own], events.at[own], events.value[own])
    return [
        Event(ids[product], EVENT_TYPES[type_], at, None if isnan(value) else value)
        for product, type_, at, value in zip(*(each.tolist() for each in columns), strict=True)
    ]


def history_rows(number: int, events: Iterable[Event], until: int | None) -> list[Row]:
    """The rows of a user's history: one a product, the newest first; one without a product where
    nothing happened before `until`."""
    by_product: dict[str, list[Event]] = {}
    for each in events:
        if until is None or each.at < until:
            by_product.setdefault(each.product_id, []).append(each)
    found: list[Row] = [
        {
            "request": number,
            "product_id": product_id,
            "at": max(each.at for each in some),
            "types": sorted({each.type for each in some}),
            "value": _rating(some),
        }
        for product_id, some in by_product.items()
    ]
    found.sort(key=lambda row: (-row["at"], row["product_id"]))
    nothing: Row = {"request": number, "product_id": None, "at": None, "types": [], "value": None}
    return found or [nothing]


def _rating(events: Sequence[Event]) -> float | None:
    """The value of the newest rating; of several at one time the highest."""
    ratings = [(e.at, e.value) for e in events if e.type == "RATED" and e.value is not None]
    return max(ratings)[1] if ratings else None


def users(snapshot: Snapshot, prefix: str, limit: int) -> list[Row]:
    """The first users by id whose id begins with the prefix."""
    first = bisect_left(snapshot.users, prefix)
    some = snapshot.users[first : first + limit]
    return [{"user_id": each} for each in some if each.startswith(prefix)]


def products(snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    """What is shown of each product."""
    table = snapshot.products
    return [
        {
            "product_id": table.ids[code],
            "title": table.title[code],
            "brand_id": brand_id(snapshot, code),
            "brand": None if table.brand[code] < 0 else snapshot.brands.name[table.brand[code]],
            "category_ids": category_ids(snapshot, code),
            "category_names": [
                snapshot.categories.name[place] for place in snapshot.product_categories.of(code)
            ],
            "price_minor": None
            if table.price_minor[code] == MISSING
            else int(table.price_minor[code]),
            "in_stock": bool(table.in_stock[code]),
            "image_url": table.image_url[code],
            "popularity": float(snapshot.derived.popularity[code]),
            "brand_rank": _rank(snapshot.brand_products, int(table.brand[code]), code),
            "category_ranks": [
                _rank(snapshot.category_products, place, code)
                for place in snapshot.product_categories.of(code).tolist()
            ],
        }
        for code in np.unique(codes(table.code, ids)).tolist()
    ]


def details(snapshot: Snapshot, product_id: str) -> list[Row]:
    """What is shown of a product by itself and not in lists."""
    table = snapshot.products
    code = table.code.get(product_id)
    if code is None:
        return []
    released_at = int(table.released_at[code])
    return [
        {
            "description": table.description[code],
            "released_at": None if released_at == NO_TIME else released_at,
        }
    ]


def _rank(members: Rows, group: int, product: int) -> int | None:
    """A product's place among its group's, the most popular first; None without a group."""
    return None if group < 0 else int(np.flatnonzero(members.of(group) == product)[0]) + 1


def names(snapshot: Snapshot, keys: Sequence[str]) -> list[Row]:
    """Brands and categories whose name has one of the keys."""
    wanted = set(keys)
    rows = [
        {"key": key, **entity}
        for label, table in (("Brand", snapshot.brands), ("Category", snapshot.categories))
        for code, key in enumerate(table.name_key)
        if key in wanted
        for entity in [_entity(label, table, code)]
    ]
    return sorted(rows, key=lambda row: (row["key"], row["label"], row["id"]))


def entities(
    snapshot: Snapshot, brand_ids: Sequence[str], category_ids: Sequence[str]
) -> list[Row]:
    """What is shown of brands and categories."""
    brands, categories = snapshot.brands, snapshot.categories
    return [
        _entity("Brand", brands, code, depth=None)
        for code in np.unique(codes(brands.code, brand_ids)).tolist()
    ] + [
        _entity("Category", categories, code, depth=int(snapshot.depth[code]))
        for code in np.unique(codes(categories.code, category_ids)).tolist()
    ]


def _entity(label: str, table: Names, code: int, **more: object) -> Row:
    return {
        "label": label,
        "id": table.ids[code],
        "name": table.name[code],
        **more,
    }


def subtree(snapshot: Snapshot, category_ids: Sequence[str]) -> list[Row]:
    """Each category with its descendants, itself among them."""
    ids = snapshot.categories.ids
    return [
        {"category_id": ids[code], "descendant_id": ids[below]}
        for code in np.unique(codes(snapshot.categories.code, category_ids)).tolist()
        for below in snapshot.subtree.of(code)
    ]


def passing(snapshot: Snapshot, ids: Sequence[str], filter: Mapping[str, Any]) -> list[Row]:  # noqa: A002
    """Those of `ids` that pass the filter."""
    found = np.unique(codes(snapshot.products.code, ids))
    kept = found[passes(snapshot, filter)[found]] if len(found) else found
    return [{"product_id": snapshot.products.ids[code]} for code in kept.tolist()]
