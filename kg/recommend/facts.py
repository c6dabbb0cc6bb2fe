"""Keep what scoring needs of products in memory: vectors, brand, categories, popularity, price."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from kg.graph import Row
from kg.recommend.types import Numbers, Vector

LIMIT = 100_000
"""Products held at once: 150 MB with 384 dimensions."""


@dataclass(frozen=True)
class Facts:
    """Facts of n products in the order asked: vectors [n, d] of unit length, or zero where a
    product has none; popularity [n]; prices [n] in minor units, nan where there is none."""

    ids: tuple[str, ...]
    vectors: Vector
    popularity: Numbers
    prices: Numbers
    brands: tuple[str | None, ...]
    categories: tuple[tuple[str, ...], ...]


def unit(vectors: Vector) -> Vector:
    """Rows [n, d] scaled to length 1 in float32; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


class FactCache:
    """Facts by product id, read when first asked for. Safe to share between threads.

    `read` gives the rows of score/facts for ids. Facts are those of one revision of the graph:
    a new revision is given a new cache.
    """

    def __init__(
        self, read: Callable[[list[str]], list[Row]], dimension: int, limit: int = LIMIT
    ) -> None:
        self._read = read
        self._dimension = dimension
        self._limit = limit
        self._lock = Lock()
        self._empty()

    def of(self, ids: Sequence[str]) -> Facts:
        """The facts of `ids` [n]. Raises KeyError for a product that the graph does not have."""
        wanted = list(dict.fromkeys(ids))
        with self._lock:
            missing = self._missing(wanted)
        rows = self._read(missing) if missing else []
        with self._lock:
            if len(self._at) + len(rows) > self._limit:
                self._empty()
            self._add(rows)
            if forgotten := self._missing(wanted):
                self._add(self._read(forgotten))
            return self._gather(ids)

    def _missing(self, ids: Sequence[str]) -> list[str]:
        return [product_id for product_id in ids if product_id not in self._at]

    def _empty(self) -> None:
        self._at: dict[str, int] = {}
        self._vectors = np.zeros((0, self._dimension), np.float32)
        self._numbers = np.zeros((0, 2))
        self._brands: list[str | None] = []
        self._categories: list[tuple[str, ...]] = []

    def _add(self, rows: Sequence[Row]) -> None:
        new = [row for row in rows if row["product_id"] not in self._at]
        if not new:
            return
        start = len(self._at)
        self._grow(start + len(new))
        self._vectors[start : start + len(new)] = self._units(new)
        self._numbers[start : start + len(new)] = [
            (row["popularity"] or 0.0, np.nan if row["price_minor"] is None else row["price_minor"])
            for row in new
        ]
        self._brands += [row["brand_id"] for row in new]
        self._categories += [tuple(row["category_ids"]) for row in new]
        self._at |= {row["product_id"]: start + index for index, row in enumerate(new)}

    def _units(self, rows: Sequence[Row]) -> Vector:
        zero = np.zeros(self._dimension, np.float32)
        given = [row["embedding"] for row in rows]
        vectors = [zero if vector is None else vector for vector in given]
        return unit(np.asarray(vectors, np.float32))

    def _grow(self, size: int) -> None:
        """Make room by doubling; rows handed out earlier are copies and stay as they were."""
        held = len(self._vectors)
        if size > held:
            more = max(size, 2 * held) - held
            self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
            self._numbers = np.pad(self._numbers, ((0, more), (0, 0)))

    def _gather(self, ids: Sequence[str]) -> Facts:
        at = [self._at[product_id] for product_id in ids]
        numbers = self._numbers[at]
        return Facts(
            tuple(ids),
            self._vectors[at],
            numbers[:, 0],
            numbers[:, 1],
            tuple(self._brands[index] for index in at),
            tuple(self._categories[index] for index in at),
        )
