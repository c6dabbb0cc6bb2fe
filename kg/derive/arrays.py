"""Derive edges, popularity, age and place of products from columns of events."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.derive.kernels import Rows, next_block, together_block
from kg.derive.sequences import (
    EventColumns,
    Sequences,
    Units,
    before,
    runs,
    sequences_of,
    units_of,
)
from kg.lots import Lots

DAY = 86_400.0
BLOCK = 4_096

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class DeriveConfig:
    """How edges are weighed and cut.

    `at_once` bounds the work for a giant: of a user (or an order) with more products, only the
    latest `at_once` count as bought together. Its share in n and in the sequences is not cut. What
    a user (or an order) with m products adds to each of its pairs is m^-busy.
    """

    keep: int = 50
    decay: float = 0.7
    max_gap: int = 10
    shrink_next: float = 30.0
    shrink_with: float = 30.0
    half_life_days: float = 90.0
    at_once: int = 500
    busy: float = 0.0


WIDE, BUSY = 200, 0.5
"""Of BOUGHT_WITH where events have no order, so that it is all there is: how many are kept of each
product, and how much less users of many products count."""


@dataclass(frozen=True)
class Edges:
    """Directed edges as columns [m], by source, then weight falling, then target."""

    source: Ints
    target: Ints
    weight: Floats
    support: Ints


@dataclass(frozen=True)
class Derived:
    """What follows from the events. `next` and `together` are edges between product codes.

    popularity [p]; mean_age [p] and mean_place [p] are NaN where a product has no evidence.
    """

    next: Edges
    together: Edges
    popularity: Floats
    mean_age: Floats
    mean_place: Floats


def derive_arrays(
    events: EventColumns,
    products: int,
    clock: str,
    until: int | None = None,
    newest: int | None = None,
    config: DeriveConfig = DeriveConfig(),
) -> Derived:
    """Everything derived from the events before `until` (exclusive; None: all of them).

    Where nobody wanted something at two moments, nothing is bought next or has a place in
    histories, and BOUGHT_WITH is wider (WIDE, BUSY).
    Product codes are 0..products-1 in the order of the sorted product ids, user codes in that of
    the user ids: ties are broken by code. Ages count back from `until`, else from `newest`, else
    from the newest event. `clock` is "time" (seconds since 1970) or "order" (positions).
    """
    events = before(events, until)
    if newest is None:
        newest = int(events.at.max()) if len(events.at) else 0
    sequences = sequences_of(events)
    ages = (newest if until is None else until) - sequences.newest_at
    nowhere = np.full(products, np.nan)
    ordered = sequences.ordered
    if not ordered:
        config = replace(config, max_gap=0, keep=max(config.keep, WIDE), busy=BUSY)
    return Derived(
        next=next_edges(sequences, products, config),
        together=together_edges(units_of(events, sequences, config.at_once), products, config),
        popularity=_popularity(sequences, ages, products, clock, config),
        mean_age=_mean_age(sequences, ages, products, clock)
        if ordered or clock == "time"
        else nowhere,
        mean_place=_mean(sequences.product, sequences.place(), products) if ordered else nowhere,
    )


def next_edges(sequences: Sequences, products: int, config: DeriveConfig) -> Edges:
    """a -> b where users took b soon after a, by the decayed sum over them, shrunk and scaled."""
    n = np.bincount(sequences.product, minlength=products).astype(np.float64)
    starts, entries = _by_product(sequences.product, products)
    decay = np.power(config.decay, np.arange(config.max_gap), dtype=np.float64)
    return _edges(
        next_block(
            first,
            last,
            starts,
            entries,
            sequences.product,
            sequences.end,
            n,
            decay,
            config.shrink_next,
            config.keep,
        )
        for first, last in _blocks(products)
    )


def together_edges(units: Units, products: int, config: DeriveConfig) -> Edges:
    """a -> b by the cosine over users, or over orders where the shop has orders, shrunk."""
    starts, entries = _by_product(units.product, products)
    return _edges(
        together_block(
            first,
            last,
            starts,
            units.unit[entries],
            units.starts,
            units.user,
            np.diff(units.starts).astype(np.float64) ** -config.busy,
            units.product,
            units.n(products),
            config.shrink_with,
            config.keep,
        )
        for first, last in _blocks(products)
    )


def ranks(popularity: Floats, lots: Lots, owner: NDArray[Any], product: NDArray[Any]) -> Ints:
    """Rank [m] of each (owner, product) pair among its owner's, 1 the most popular, ties by lots.

    popularity, lots [p]; owner [m] is a brand or category code, product [m] a product code.
    """
    order = np.lexsort((product, lots[product], -popularity[product], owner))
    starts, sizes = runs(owner[order])
    rank = np.empty(len(owner), np.int32)
    rank[order] = np.arange(len(owner)) - np.repeat(starts, sizes) + 1
    return rank


def _by_product(product: Ints, products: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts [p + 1] and the entries [s] of each product, in their order."""
    counts = np.bincount(product, minlength=products)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return starts, np.argsort(product, kind="stable").astype(np.int64)


def _blocks(products: int) -> Iterator[tuple[int, int]]:
    for first in range(0, products, BLOCK):
        yield first, min(first + BLOCK, products)


def _edges(blocks: Iterator[tuple[Rows, int]]) -> Edges:
    """Join the filled parts of all blocks."""
    parts = [tuple(column[:filled].copy() for column in rows) for rows, filled in blocks]
    kinds = (np.int32, np.int32, np.float64, np.int32)
    columns = [
        np.concatenate([np.empty(0, kind), *(part[i] for part in parts)])
        for i, kind in enumerate(kinds)
    ]
    return Edges(*columns)


def _mean(product: Ints, values: Floats, products: int) -> Floats:
    """Mean of values [s] by product, rounded; NaN for a product without any."""
    n = np.bincount(product, minlength=products)
    mean = np.full(products, np.nan)
    np.divide(np.bincount(product, values, products), n, out=mean, where=n > 0)
    return np.round(mean, 9)


def _popularity(
    sequences: Sequences,
    ages: NDArray[np.int64],
    products: int,
    clock: str,
    config: DeriveConfig,
) -> Floats:
    """Users with evidence; with a real clock, each halved every half life since the newest."""
    if clock == "order":
        return np.bincount(sequences.product, minlength=products).astype(np.float64)
    weights = 0.5 ** (ages / DAY / config.half_life_days)
    return np.round(np.bincount(sequences.product, weights=weights, minlength=products), 9)


def _mean_age(sequences: Sequences, ages: NDArray[np.int64], products: int, clock: str) -> Floats:
    """Mean days since a user's newest evidence; without a clock, how many products came after."""
    after = sequences.from_end().astype(np.float64) if clock == "order" else ages / DAY
    return _mean(sequences.product, after, products)
