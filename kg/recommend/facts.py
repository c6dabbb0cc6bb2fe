"""Keep what scoring needs of products in memory: vectors, brand, categories, popularity, price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kg.graph import Row
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.remembered import Vanished
from kg.recommend.types import Numbers, Vector

Flags = NDArray[np.bool_]

LIMIT = 100_000
"""Products held at once: 150 MB with 384 dimensions."""

NUMBERS = ("price_minor", "mean_age", "mean_place", "in_stock")


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
        size = len(self.ids)  # other threads add ids meanwhile: theirs are none of `codes`
        table = np.zeros(size + 1)
        for id_, weight in weights.items():
            code = self.code.get(id_, size)
            if code < size:
                table[code] = weight
        return np.asarray(table[codes])


@dataclass(frozen=True, eq=False)
class Table:
    """Facts of products, a row each; a row that is written stays as it is.

    vectors [r, d] of unit length, or zero where a product has none; popularity, prices in minor
    units, mean ages in days, mean places in histories and 1 for in stock, 0 for out of it, are the
    columns of numbers [r, 5], nan
    where there is none; brand_codes [r], category_codes [r, most a product has] and words [r, most
    a title has], the codes of its words, -1 where there is none.
    """

    vectors: Vector
    numbers: Numbers
    brand_codes: Codes
    category_codes: Codes
    words: Codes
    brand_names: Vocabulary
    category_names: Vocabulary


@dataclass(frozen=True)
class Facts:
    """Facts of n products, by number codes [n], in the order asked: rows [n] of a table, of which
    what is asked for is taken out."""

    products: Numbered
    codes: Codes
    table: Table
    rows: Codes

    @cached_property
    def vectors(self) -> Vector:
        """Vectors [n, d]."""
        return np.asarray(self.table.vectors[self.rows])

    @property
    def popularity(self) -> Numbers:
        """How many people want each of late [n]."""
        return self._column(0)

    @property
    def prices(self) -> Numbers:
        """Prices [n] in minor units."""
        return self._column(1)

    @property
    def ages(self) -> Numbers:
        """Mean ages [n] in days."""
        return self._column(2)

    @property
    def places(self) -> Numbers:
        """Mean places in histories [n]."""
        return self._column(3)

    @property
    def out_of_stock(self) -> Flags:
        """Which are known to be out of stock [n]."""
        return np.asarray(self._column(4) == 0)

    @property
    def brand_codes(self) -> Codes:
        """The brand of each [n]."""
        return np.asarray(self.table.brand_codes[self.rows])

    @property
    def category_codes(self) -> Codes:
        """The direct categories of each [n, most a product has]."""
        return np.asarray(self.table.category_codes[self.rows])

    @property
    def words(self) -> Codes:
        """The words of each title [n, most a title has]."""
        return np.asarray(self.table.words[self.rows])

    def _column(self, at: int) -> Numbers:
        return np.asarray(self.table.numbers[self.rows, at])

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids [n]."""
        return self.products.named(self.codes)

    @property
    def brands(self) -> list[str | None]:
        """The brand's id of each product [n]."""
        known = self.table.brand_names.ids
        return [None if code < 0 else known[code] for code in self.brand_codes.tolist()]

    @property
    def categories(self) -> list[tuple[str, ...]]:
        """The ids of each product's direct categories [n]."""
        known = self.table.category_names.ids
        every = self.category_codes.tolist()
        return [tuple([known[code] for code in codes if code >= 0]) for codes in every]

    def by_brand(self, weights: Mapping[str, float]) -> Numbers:
        """The weight [n] of each product's brand."""
        return self.table.brand_names.weigh(self.brand_codes, weights)

    def by_category(self, weights: Mapping[str, float]) -> Numbers:
        """The highest weight [n] of each product's categories."""
        every = self.table.category_names.weigh(self.category_codes, weights)
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
        """The facts of `ids` [n]. Raises Vanished for a product that the graph has no more."""
        return self.at(self._products.of(ids))

    def at(self, codes: Codes) -> Facts:
        """The like of `of` for products by number, codes [n]."""
        with self._lock:
            missing = self._missing(codes)
            if not missing:
                return self._found(codes)
        rows = self._read(missing)
        with self._lock:
            if self._size + len(rows) > self._limit:
                self._empty()
            self._add(rows)
            if forgotten := self._missing(codes):
                self._add(self._read(forgotten))
            if unknown := self._missing(codes):
                raise Vanished(unknown[0])
            return self._found(codes)

    def _missing(self, codes: Codes) -> list[str]:
        """The ids of those that are not held."""
        if len(self._products.ids) > len(self._places):
            room = 2 * len(self._products.ids) - len(self._places)
            self._places = np.pad(self._places, (0, room), constant_values=-1)
        missing = codes[self._places[codes] < 0]
        return list(dict.fromkeys(self._products.named(missing))) if len(missing) else []

    def _empty(self) -> None:
        """Begin anew; what was handed out stays as it is."""
        self._places = np.zeros(0, np.int32)
        self._size = 0
        self._table = Table(
            np.zeros((0, self._dimension), np.float32),
            np.zeros((0, 1 + len(NUMBERS))),
            np.zeros(0, np.int32),
            np.zeros((0, 1), np.int32),
            np.zeros((0, 1), np.int32),
            Vocabulary(),
            Vocabulary(),
        )

    def _add(self, rows: Sequence[Row]) -> None:
        codes_of = self._products.of([row["product_id"] for row in rows])
        self._missing(codes_of)  # makes room
        fresh = self._places[codes_of] < 0
        new = [row for row, is_new in zip(rows, fresh, strict=True) if is_new]
        if not new:
            return
        start, stop = self._size, self._size + len(new)
        brands, categories = self._table.brand_names, self._table.category_names
        codes = [[categories.add(each) for each in row["category_ids"]] for row in new]
        words = [self._words_of(row["title"]) for row in new]
        table = self._grown(stop, _widest(codes), _widest(words))
        _fill(table.category_codes, start, codes)
        _fill(table.words, start, words)
        table.vectors[start:stop] = self._units(new)
        table.numbers[start:stop] = [
            (
                row["popularity"] or 0.0,
                *(np.nan if row[name] is None else row[name] for name in NUMBERS),
            )
            for row in new
        ]
        table.brand_codes[start:stop] = [brands.add(row["brand_id"]) for row in new]
        self._places[codes_of[fresh]] = range(start, stop)
        self._table, self._size = table, stop

    def _units(self, rows: Sequence[Row]) -> Vector:
        zero = np.zeros(self._dimension, np.float32)
        given = [row["embedding"] for row in rows]
        vectors = [zero if vector is None else vector for vector in given]
        return unit(np.asarray(vectors, np.float32))

    def _grown(self, size: int, categories: int, words: int) -> Table:
        """A table with room for `size` products, twice as much where it has to grow, and for as
        many categories and words of each."""
        table, held = self._table, len(self._table.brand_codes)
        more = max(size, 2 * held) - held if size > held else 0
        wide = max(0, categories - table.category_codes.shape[1])
        long = max(0, words - table.words.shape[1])
        if not (more or wide or long):
            return table
        return replace(
            table,
            vectors=np.pad(table.vectors, ((0, more), (0, 0))),
            numbers=np.pad(table.numbers, ((0, more), (0, 0))),
            brand_codes=np.pad(table.brand_codes, (0, more)),
            category_codes=_padded(table.category_codes, more, wide),
            words=_padded(table.words, more, long),
        )

    def _found(self, codes: Codes) -> Facts:
        return Facts(self._products, codes, self._table, self._places[codes])


def _widest(rows: Sequence[Sequence[int]]) -> int:
    return max(map(len, rows))


def _padded(table: Codes, more: int, wider: int) -> Codes:
    """The table [r, w] with room for more rows and for more in each; -1 is nothing."""
    return np.pad(table, ((0, more), (0, wider)), constant_values=-1)


def _fill(table: Codes, start: int, rows: Sequence[Sequence[int]]) -> None:
    """Write `rows` into the table from `start` on."""
    for place, row in enumerate(rows, start):
        table[place, : len(row)] = row
