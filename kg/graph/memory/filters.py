"""Which products pass a filter, as a mask over all of them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kg.snapshot.types import MISSING, Flags, Ints, Rows, Snapshot

Filter = Mapping[str, Any]


def passing(snapshot: Snapshot, wanted: Filter) -> Flags:
    """Mask [products] of what a filter lets through; a missing price fails a price limit."""
    mask = _priced(snapshot, wanted["min_price"], wanted["max_price"])
    if wanted["in_stock"]:
        mask &= snapshot.products.in_stock
    if wanted["brand_ids"] is not None:
        mask &= made_by(snapshot, wanted["brand_ids"])
    if wanted["category_ids"] is not None:
        mask &= in_categories(snapshot, wanted["category_ids"])
    mask &= ~made_by(snapshot, wanted["excluded_brand_ids"])
    mask &= ~in_categories(snapshot, wanted["excluded_category_ids"])
    mask[codes(snapshot.products.code, wanted["excluded_product_ids"])] = False
    return mask


def _priced(snapshot: Snapshot, low: int | None, high: int | None) -> Flags:
    price = snapshot.products.price_minor
    mask = np.full(len(price), True)
    if low is not None:
        mask &= (price != MISSING) & (price >= low)
    if high is not None:
        mask &= (price != MISSING) & (price <= high)
    return mask


def made_by(snapshot: Snapshot, brand_ids: Iterable[str]) -> Flags:
    """Mask [products] of the products of these brands."""
    return _members(snapshot, snapshot.brand_products, codes(snapshot.brands.code, brand_ids))


def in_categories(snapshot: Snapshot, category_ids: Iterable[str]) -> Flags:
    """Mask [products] of the products directly in these categories."""
    known = codes(snapshot.categories.code, category_ids)
    return _members(snapshot, snapshot.category_products, known)


def codes(known: Mapping[str, int], ids: Iterable[str]) -> Ints:
    """The codes of those ids that are known, in their order."""
    return np.array([known[key] for key in ids if key in known], np.int32)


def _members(snapshot: Snapshot, members: Rows, groups: Ints) -> Flags:
    mask = np.full(len(snapshot.products.ids), False)
    for group in groups:
        mask[members.of(group)] = True
    return mask
