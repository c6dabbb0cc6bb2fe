"""Draw the products of the sample shop, block by block: rows for a file, columns for the events."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import DAY, END, NEVER, START, Catalogue
from kg.sources.sample_shop.draw import Bools, Floats, Ints, below, cumulative, find, stream
from kg.sources.sample_shop.wording import (
    Item,
    charming,
    description,
    item,
    price_minor,
    title,
)

_BLACK_FRIDAY = int(datetime(2025, 11, 24, tzinfo=UTC).timestamp())
_DISCOUNTS = np.array([0.15, 0.20, 0.25, 0.30, 0.40])
_DECKS = 16
_PRODUCTS, _OFFSETS = 1, 2


@dataclass(frozen=True)
class Row:
    """A product as it is written: prices in cents; `sale_minor` 0 where there is no promotion."""

    title: str
    description: str
    brand: str
    path: tuple[str, ...]
    price_minor: int
    sale_minor: int


@dataclass(frozen=True)
class Block:
    """Some products in a row: `first` is the first one's index."""

    first: int
    columns: Catalogue
    rows: list[Row]


def blocks(shop: Assortment, products: int, seed: int) -> Iterator[Block]:
    """All products in blocks. A product depends on the seed and its place, not on how many follow.

    Kinds are dealt from a shuffled deck that holds each by its share, so that small shops have
    all categories too.
    """
    deck = np.repeat(np.arange(len(shop.kinds)), _cards(shop))
    size = len(deck) * _DECKS
    walk = _Walk(shop, seed)
    for first in range(0, products, size):
        rng = stream(seed, _PRODUCTS, first // size)
        order = np.argsort(rng.random((_DECKS, len(deck))), axis=1, kind="stable")
        n = min(size, products - first)
        yield _block(shop, first, deck[order].ravel()[:n], rng.random((size, 19))[:n], walk)


def _cards(shop: Assortment) -> list[int]:
    of_category = [sum(k.share for k in shop.kinds if k.category == c) for c in _indices(shop)]
    return [
        max(1, round(2 * shop.categories[k.category].share * k.share / of_category[k.category]))
        for k in shop.kinds
    ]


def _indices(shop: Assortment) -> range:
    return range(len(shop.categories))


def _block(shop: Assortment, first: int, kinds: Ints, u: Floats, walk: "_Walk") -> Block:
    """kinds [n], u [n, 19] -> n products."""
    category = np.array([k.category for k in shop.kinds])[kinds]
    brand = _brands(shop, category, u[:, 0])
    items = [walk.next(k, b) for k, b in zip(kinds.tolist(), brand.tolist(), strict=True)]
    columns = _columns(shop, category, brand, items, u)
    return Block(first, columns, _rows(shop, columns, items, u))


def _columns(
    shop: Assortment, category: Ints, brand: Ints, items: list[Item], u: Floats
) -> Catalogue:
    """What the events need to know of n products."""
    own = np.array([b.style for b in shop.brands])[brand]
    style = np.where(u[:, 1] < 0.65, own, below(5, (u[:, 1] - 0.65) / 0.35))
    arrival = u[:, 2] < 0.02
    released = _released(arrival, u[:, 3], u[:, 4])
    sale_from, sale_until = _sale(arrival, released, u[:, 5], u[:, 6], u[:, 7])
    gone = np.where(u[:, 8] < 0.06, END - below(30 * DAY, u[:, 9]), NEVER)
    # A long tail: a few are looked at thirty times as often as most.
    pull = 1.0 / np.sqrt(np.maximum(u[:, 10], 1e-3))
    return Catalogue(
        category=category.astype(np.int16),
        brand=brand.astype(np.int16),
        style=np.minimum(style, 4).astype(np.int8),
        released_at=released.astype(np.int32),
        gone_at=np.where(arrival, NEVER, gone).astype(np.int32),
        sale_from=sale_from.astype(np.int32),
        sale_until=sale_until.astype(np.int32),
        pull=np.where(arrival, 0.0, pull).astype(np.float32),
        quality=(u[:, 11] + u[:, 12] - 1.0).astype(np.float32),
        tie=np.minimum(u[:, 18], 0.999).astype(np.float32),
        variant=np.array([i.variant for i in items], np.int8),
        variants=np.array([i.kind.variants for i in items], np.int8),
    )


def _brands(shop: Assortment, category: Ints, u: Floats) -> Ints:
    drawn = np.zeros(len(category), np.int64)
    for c in _indices(shop):
        chosen = category == c
        drawn[chosen] = find(cumulative(shop.sold_by[c]), u[chosen])
    return drawn


def _released(arrival: Bools, u: Floats, v: Floats) -> Ints:
    """Most products are older than the year, some come during it, arrivals in its last days."""
    within = START // DAY + below(340, v)
    before = START // DAY - 1 - below(700, v)
    days = np.where(arrival, END // DAY - 1 - below(5, v), np.where(u < 0.25, within, before))
    return np.asarray(days * DAY + 8 * 3600, np.int64)


def _sale(arrival: Bools, released: Ints, u: Floats, v: Floats, w: Floats) -> tuple[Ints, Ints]:
    """A promotion of 5 to 14 days for 15% of the products, a third of them on Black Friday."""
    begins = np.where(v < 0.33, _BLACK_FRIDAY, START + below(364, v) * DAY)
    on = (u < 0.15) & ~arrival & (released < begins)
    return np.where(on, begins, NEVER), np.where(on, begins + (5 + below(10, w)) * DAY, NEVER)


def _rows(shop: Assortment, columns: Catalogue, items: list[Item], u: Floats) -> list[Row]:
    """n products in words, with their prices."""
    on_sale = columns.sale_from < NEVER
    discounts = np.where(on_sale, _DISCOUNTS[below(5, u[:, 13])], 0.0)
    drawn = zip(
        items,
        columns.brand.tolist(),
        columns.style.tolist(),
        discounts.tolist(),
        u[:, 14:18].tolist(),
        strict=True,
    )
    return [_row(shop, *each) for each in drawn]


def _row(shop: Assortment, made: Item, b: int, style: int, discount: float, u: list[float]) -> Row:
    """One item of brand b in words; u: four numbers in 0..1."""
    brand, category = shop.brands[b], shop.categories[made.kind.category]
    price = price_minor(made, brand.level, u[0])
    return Row(
        title(made, brand.name),
        description(made, category, style, (u[1], u[2], u[3])),
        brand.name,
        category.path,
        price,
        charming(price / 100 * (1 - discount)) if discount else 0,
    )


class _Walk:
    """Which item a brand makes next of a kind, so that no two are the same."""

    def __init__(self, shop: Assortment, seed: int) -> None:
        self.shop = shop
        self.offsets = stream(seed, _OFFSETS).random((len(shop.kinds), len(shop.brands))).tolist()
        self.made: Counter[tuple[int, int]] = Counter()

    def next(self, k: int, b: int) -> Item:
        """The next item of kind k by brand b."""
        number = self.made[k, b]
        self.made[k, b] += 1
        return item(self.shop.kinds[k], b, number, self.offsets[k][b])
