"""Keep what scoring needs of products in memory: vectors, brand, categories, popularity, price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np

from kg.graph import Row
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.types import Numbers, Vector

LIMIT = 100_000
"""Products held at once: 150 MB with 384 dimensions."""

NUMBERS = ("price_minor", "mean_age", "mean_place")


@dataclass(frozen=True)
class Vocabulary:
    """Numbers for ids, in the order in which they came; -1 stands for none."""

    ids: list[str] = field(default_factory=list)
    code: dict[str, int] = field(default_factory=dict)

    def add(self, id_: str | None) -> int:
        """The number of an id, a new one if need be."""
        if id_ is None:
            return -1
        if id_ not in self.code:
            self.ids.append(id_)
            self.code[id_] = len(self.ids) - 1
        return self.code[id_]

    def weigh(self, codes: Codes, weights: Mapping[str, float]) -> Numbers:
        """The weight of each of `codes`, 0 for -1 and for ids without one; shaped like `codes`."""
        table = np.zeros(len(self.ids) + 1)
        for id_, weight in weights.items():
            if id_ in self.code:
                table[self.code[id_]] = weight
        return np.asarray(table[codes])


@dataclass(frozen=True)
class Facts:
    """Facts of n products, by number codes [n], in the order asked.

    vectors [n, d] of unit length, or zero where a product has none; popularity [n]; prices [n] in
    minor units, mean ages [n] in days and mean places in histories [n], nan where there is none;
    brand_codes [n], category_codes [n, most a product has] and words [n, most a title has], the
    codes of its words, -1 where there is none.
    """

    products: Numbered
    codes: Codes
    vectors: Vector
    popularity: Numbers
    prices: Numbers
    ages: Numbers
    places: Numbers
    brand_codes: Codes
    category_codes: Codes
    words: Codes
    brand_names: Vocabulary
    category_names: Vocabulary

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids [n]."""
        return self.products.named(self.codes)

    @property
    def brands(self) -> list[str | None]:
        """The brand's id of each product [n]."""
        known = self.brand_names.ids
        return [None if code < 0 else known[code] for code in self.brand_codes.tolist()]

    @property
    def categories(self) -> list[tuple[str, ...]]:
        """The ids of each product's direct categories [n]."""
        known = self.category_names.ids
        every = self.category_codes.tolist()
        return [tuple([known[code] for code in codes if code >= 0]) for codes in every]

    def by_brand(self, weights: Mapping[str, float]) -> Numbers:
        """The weight [n] of each product's brand."""
        return self.brand_names.weigh(self.brand_codes, weights)

    def by_category(self, weights: Mapping[str, float]) -> Numbers:
        """The highest weight [n] of each product's categories."""
        every = self.category_names.weigh(self.category_codes, weights)
        return np.asarray(every.max(axis=1, initial=0.0))


def unit(vectors: Vector) -> Vector:
    """Rows [n, d] scaled to length 1 in float32; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


class FactCache:
    """Facts of products, read when first asked for. Safe to share between threads.

    `read` gives the rows of score/facts for ids, `words` the codes of a title's
    words. Facts are those of one revision of the graph: a new revision is given a new cache.
    """

    def __init__(
        self,
        read: Callable[[list[str]], list[Row]],
        dimension: int,
        products: Numbered | None = None,
        limit: int = LIMIT,
        words: Callable[[str | None], Sequence[int]] = lambda _: (),
    ) -> None:
        self._read = read
        self._dimension = dimension
        self._products = Numbered() if products is None else products
        self._words_of = words
        self._limit = limit
        self._lock = Lock()
        self._places: Codes
        self._empty()

    def of(self, ids: Sequence[str]) -> Facts:
        """The facts of `ids` [n]. Raises KeyError for a product that the graph does not have."""
        return self.at(self._products.of(ids))

    def at(self, codes: Codes) -> Facts:
        """The like of `of` for products by number, codes [n]."""
        with self._lock:
            missing = self._missing(codes)
            if not missing:
                return self._gather(codes)
        rows = self._read(missing)
        with self._lock:
            if self._size + len(rows) > self._limit:
                self._empty()
            self._add(rows)
            if forgotten := self._missing(codes):
                self._add(self._read(forgotten))
            if unknown := self._missing(codes):
                raise KeyError(unknown[0])
            return self._gather(codes)

    def _missing(self, codes: Codes) -> list[str]:
        """The ids of those that are not held."""
        if len(self._products.ids) > len(self._places):
            room = 2 * len(self._products.ids) - len(self._places)
            self._places = np.pad(self._places, (0, room), constant_values=-1)
        missing = codes[self._places[codes] < 0]
        return list(dict.fromkeys(self._products.named(missing)))

    def _empty(self) -> None:
        self._places = np.zeros(0, np.int32)
        self._size = 0
        self._vectors = np.zeros((0, self._dimension), np.float32)
        self._numbers = np.zeros((0, 4))
        self._brand_codes = np.zeros(0, np.int32)
        self._category_codes = np.zeros((0, 1), np.int32)
        self._words = np.zeros((0, 1), np.int32)
        self._brands, self._categories = Vocabulary(), Vocabulary()

    def _add(self, rows: Sequence[Row]) -> None:
        codes_of = self._products.of([row["product_id"] for row in rows])
        self._missing(codes_of)  # makes room
        fresh = self._places[codes_of] < 0
        new = [row for row, is_new in zip(rows, fresh, strict=True) if is_new]
        if not new:
            return
        start, stop = self._size, self._size + len(new)
        codes = [[self._categories.add(each) for each in row["category_ids"]] for row in new]
        words = [self._words_of(row["title"]) for row in new]
        self._grow(stop)
        self._category_codes = _filled(self._category_codes, start, codes, self._held)
        self._words = _filled(self._words, start, words, self._held)
        self._vectors[start:stop] = self._units(new)
        self._numbers[start:stop] = [
            (
                row["popularity"] or 0.0,
                *(np.nan if row[name] is None else row[name] for name in NUMBERS),
            )
            for row in new
        ]
        self._brand_codes[start:stop] = [self._brands.add(row["brand_id"]) for row in new]
        self._places[codes_of[fresh]] = range(start, stop)
        self._size = stop

    def _units(self, rows: Sequence[Row]) -> Vector:
        zero = np.zeros(self._dimension, np.float32)
        given = [row["embedding"] for row in rows]
        vectors = [zero if vector is None else vector for vector in given]
        return unit(np.asarray(vectors, np.float32))

    def _grow(self, size: int) -> None:
        """Make room by doubling; rows handed out earlier are copies and stay as they were."""
        held = self._held
        if size > held:
            more = max(size, 2 * held) - held
            self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
            self._numbers = np.pad(self._numbers, ((0, more), (0, 0)))
            self._brand_codes = np.pad(self._brand_codes, (0, more))

    @property
    def _held(self) -> int:
        """How many products there is room for."""
        return len(self._brand_codes)

    def _gather(self, codes: Codes) -> Facts:
        at = self._places[codes]
        numbers = self._numbers[at]
        return Facts(
            self._products,
            codes,
            self._vectors[at],
            numbers[:, 0],
            numbers[:, 1],
            numbers[:, 2],
            numbers[:, 3],
            self._brand_codes[at],
            self._category_codes[at],
            self._words[at],
            self._brands,
            self._categories,
        )


def _filled(table: Codes, start: int, rows: Sequence[Sequence[int]], size: int) -> Codes:
    """The table [size, w] with `rows` from `start` on, wider where they need it; -1 is nothing."""
    width = max(table.shape[1], max(map(len, rows)))
    room = ((0, size - len(table)), (0, width - table.shape[1]))
    table = np.pad(table, room, constant_values=-1) if any(map(any, room)) else table
    for place, row in enumerate(rows, start):
        table[place, : len(row)] = row
    return table
