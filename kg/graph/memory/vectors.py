"""Exact nearest neighbours, and the reads that hand out vectors and what scoring needs."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.graph import Row
from kg.graph.memory.filters import codes
from kg.graph.memory.nearest import nearest
from kg.snapshot.types import MISSING, Floats, Matrix, Names, Snapshot

Vector = Sequence[float] | NDArray[np.floating]


def cosines(snapshot: Snapshot, vector: Vector) -> Floats:
    """Cosine [products] of `vector` [d] with each product's text; -1 where it has no vector."""
    if snapshot.text is None:
        return np.full(len(snapshot.products.ids), -1.0)
    near = _cosines(snapshot.text.product, vector)
    return np.where(snapshot.text.has_product, near, -1.0)


def _cosines(matrix: Matrix, vector: Vector) -> Floats:
    """Cosine [n] of `vector` [d] with each row of `matrix` [n, d]; rows have unit length."""
    asked = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(asked))
    return (matrix @ (asked / length if length else asked)).astype(np.float64)


def _nearest(cosine: Floats, mask: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """Codes of the `limit` highest cosines among mask [n], ties by code."""
    found = np.flatnonzero(mask)
    if len(found) > limit:
        least = np.partition(cosine[found], len(found) - limit)[len(found) - limit]
        found = found[cosine[found] >= least]
    return found[np.argsort(-cosine[found], kind="stable")][:limit]


def vector_products(
    snapshot: Snapshot,
    vectors: Sequence[Vector],
    limit: int,
    min_price: int | None = None,
    max_price: int | None = None,
    in_stock: bool = False,
) -> list[Row]:
    """The products nearest to each of `vectors` [n, d]; without vectors there are none."""
    if snapshot.text is None:
        return []
    mask = snapshot.text.has_product.copy()
    if min_price is not None and max_price is not None:
        price = snapshot.products.price_minor
        mask &= (price != MISSING) & (price >= min_price) & (price <= max_price)
    if in_stock:
        mask &= snapshot.products.in_stock
    text = snapshot.text
    return _named(snapshot, nearest(text.product, text.coarse_product, vectors, mask, limit))


def vector_products_stock(snapshot: Snapshot, vectors: Sequence[Vector], limit: int) -> list[Row]:
    """The products in stock nearest to each of `vectors` [n, d]."""
    return vector_products(snapshot, vectors, limit, in_stock=True)


def vector_products_price_stock(
    snapshot: Snapshot, vectors: Sequence[Vector], limit: int, min_price: int, max_price: int
) -> list[Row]:
    """The products in stock and between two prices nearest to each of `vectors` [n, d]."""
    return vector_products(snapshot, vectors, limit, min_price, max_price, in_stock=True)


def vector_entities(snapshot: Snapshot, vectors: Sequence[Vector], limit: int) -> list[Row]:
    """The brands and categories nearest to each of `vectors` [n, d], together."""
    if snapshot.text is None:
        return []
    both = np.concatenate([snapshot.text.brand, snapshot.text.category])
    given = np.asarray(both.any(axis=1))
    brands, categories = snapshot.brands.ids, snapshot.categories.ids
    return [
        {"request": number, "label": "Brand", "id": brands[code]}
        if code < len(brands)
        else {"request": number, "label": "Category", "id": categories[code - len(brands)]}
        for number, vector in enumerate(vectors)
        for code in _nearest(_cosines(both, vector), given, limit)
    ]


def facts(snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    """What scoring needs of each product: its vector, title, groups and derived numbers."""
    found = np.unique(codes(snapshot.products.code, ids))
    derived, price = snapshot.derived, snapshot.products.price_minor
    return [
        {
            "product_id": snapshot.products.ids[code],
            "embedding": _row(None if snapshot.text is None else snapshot.text.product, code),
            "title": snapshot.products.title[code],
            "brand_id": brand_id(snapshot, code),
            "category_ids": category_ids(snapshot, code),
            "popularity": float(derived.popularity[code]),
            "mean_age": _number(derived.mean_age[code]),
            "mean_place": _number(derived.mean_place[code]),
            "price_minor": None if price[code] == MISSING else int(price[code]),
            "in_stock": bool(snapshot.products.in_stock[code]),
        }
        for code in found.tolist()
    ]


def entity_vectors(
    snapshot: Snapshot, brand_ids: Sequence[str], category_ids: Sequence[str]
) -> list[Row]:
    """The vectors of brands and categories that have one."""
    if snapshot.text is None:
        return []
    return [
        *_entity_rows("Brand", snapshot.brands, snapshot.text.brand, brand_ids),
        *_entity_rows("Category", snapshot.categories, snapshot.text.category, category_ids),
    ]


def _entity_rows(label: str, names: Names, matrix: Matrix, ids: Sequence[str]) -> list[Row]:
    found = np.unique(codes(names.code, ids))
    return [
        {"label": label, "id": names.ids[code], "embedding": matrix[code]}
        for code in found.tolist()
        if matrix[code].any()
    ]


def gnn_vectors(snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    """The learned vectors of products that have one."""
    if snapshot.gnn is None:
        return []
    found = np.unique(codes(snapshot.products.code, ids)).tolist()
    return [
        {"product_id": snapshot.products.ids[code], "embedding": snapshot.gnn[code]}
        for code in found
        if snapshot.gnn[code].any()
    ]


def gnn_products(snapshot: Snapshot, vectors: Sequence[Vector], limit: int) -> list[Row]:
    """The products whose learned vectors are nearest to each of `vectors` [n, d]."""
    if snapshot.gnn is None:
        return []
    given, coarse = snapshot.has_gnn, snapshot.coarse_gnn
    return _named(snapshot, nearest(snapshot.gnn, coarse, vectors, given, limit))


def _named(snapshot: Snapshot, near: Iterable[Sequence[int]]) -> list[Row]:
    """The products by code that are near to each vector, as rows."""
    ids = snapshot.products.ids
    return [
        {"request": number, "product_id": ids[code]}
        for number, codes in enumerate(near)
        for code in codes
    ]


def brand_id(snapshot: Snapshot, product: int) -> str | None:
    """The id of a product's brand."""
    brand = int(snapshot.products.brand[product])
    return None if brand < 0 else snapshot.brands.ids[brand]


def category_ids(snapshot: Snapshot, product: int) -> list[str]:
    """The ids of a product's direct categories, sorted."""
    return [snapshot.categories.ids[code] for code in snapshot.product_categories.of(product)]


def _row(matrix: Matrix | None, code: int) -> Matrix | None:
    return None if matrix is None or not matrix[code].any() else matrix[code]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
