"""Order the evidence in events: a user's products in turn, and what was bought at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.schema import EVENTS, is_evidence

EVENT_CODES = {event: code for code, event in enumerate(EVENTS)}
"""Event type -> its code in `EventColumns.type`."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class EventColumns:
    """Events as columns [e], in any order.

    Codes stand for ids: of users, products, event types (EVENT_CODES), orders (-1: no order id).
    `value` is NaN where there is none. An order belongs to its user.
    """

    user: Ints
    product: Ints
    type: NDArray[np.int8]
    at: Longs
    value: NDArray[np.float64]
    order: Ints

    def where(self, mask: NDArray[np.bool_]) -> "EventColumns":
        """Only the events of mask [e]."""
        columns = (self.user, self.product, self.type, self.at, self.value, self.order)
        return EventColumns(*(column[mask] for column in columns))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sequences:
    """Distinct products of each user with evidence [s], by (user, first evidence, product).

    `first_at` and `newest_at` [s]: the moments of the first and the newest evidence; `start` and
    `end` [s]: where the sequence that an entry belongs to begins and ends.
    """

    user: Ints
    product: Ints
    first_at: Longs
    newest_at: Longs
    start: Longs
    end: Longs

    @property
    def ordered(self) -> bool:
        """Did anybody want something at two moments? Else nothing came after anything."""
        same_user = self.user[1:] == self.user[:-1]
        later = same_user & (self.first_at[1:] > self.first_at[:-1])
        return bool(later.any() or (self.newest_at > self.first_at).any())

    def place(self) -> NDArray[np.float64]:
        """Place of each entry in its sequence, 0 first, 1 last; .5 when it is the only one."""
        length = self.end - self.start
        position = np.arange(len(self.product)) - self.start
        place = np.full(len(length), 0.5)
        np.divide(position, length - 1, out=place, where=length > 1)
        return place

    def from_end(self) -> Longs:
        """How many products follow each entry in its sequence."""
        return self.end - 1 - np.arange(len(self.product))


@dataclass(frozen=True)
class Units:
    """What counts as bought together: a user's products, or an order's.

    unit [s] and product [s], by unit; starts [u + 1]; user [u], those of one user side by side;
    `counts` [p]: units that hold each product, before giants were cut.
    """

    unit: Longs
    product: Ints
    starts: Longs
    user: Ints
    counts: Longs

    def n(self, products: int) -> NDArray[np.float64]:
        """Units by product [products]."""
        return np.pad(self.counts, (0, products - len(self.counts))).astype(np.float64)


def before(events: EventColumns, until: int | None) -> EventColumns:
    """The events before `until`; all of them when it is None."""
    return events if until is None else events.where(events.at < until)


def evidence_of(events: EventColumns) -> EventColumns:
    """The events that say a user wanted the product (kg.schema.is_evidence)."""
    always = [code for event, code in EVENT_CODES.items() if is_evidence(event, None)]
    liked = (events.type == EVENT_CODES["RATED"]) & (events.value >= 4.0)
    return events.where(np.isin(events.type, always) | liked)


def sequences_of(events: EventColumns) -> Sequences:
    """The sequence of every user, from the evidence among `events`."""
    wanted = evidence_of(events)
    order = np.lexsort((wanted.at, wanted.product, wanted.user))
    user, product, at = wanted.user[order], wanted.product[order], wanted.at[order]
    first = changes(user, product)
    last = np.r_[first[1:], len(user)][: len(first)] - 1
    turn = np.lexsort((product[first], at[first], user[first]))
    sequence_user = user[first][turn]
    starts, sizes = runs(sequence_user)
    start = np.repeat(starts, sizes)
    return Sequences(
        user=sequence_user,
        product=product[first][turn],
        first_at=at[first][turn],
        newest_at=at[last][turn],
        start=start,
        end=start + np.repeat(sizes, sizes),
    )


def units_of(events: EventColumns, sequences: Sequences, at_once: int) -> Units:
    """Orders where any evidence has an order id, else users; of each the latest `at_once`."""
    wanted = evidence_of(events)
    if (wanted.order >= 0).any():
        return _orders(wanted, at_once)
    return _units(sequences.user, sequences.product, sequences.start, at_once)


def _orders(wanted: EventColumns, at_once: int) -> Units:
    """Units by (user, order id); an event without order id is an order with its user and time."""
    loose = wanted.order < 0
    key = np.where(loose, wanted.at, wanted.order)
    by_order = np.lexsort((key, loose, wanted.user))
    user, at, product = wanted.user[by_order], wanted.at[by_order], wanted.product[by_order]
    unit = np.zeros(len(user), np.int64)
    unit[changes(user, loose[by_order], key[by_order])[1:]] = 1
    unit = np.cumsum(unit)
    # A product that an order holds twice counts once, at its first time.
    by_product = np.lexsort((at, product, unit))
    once = by_product[changes(unit[by_product], product[by_product])]
    turn = once[np.lexsort((product[once], at[once], unit[once]))]
    starts, sizes = runs(unit[turn])
    return _units(user[turn], product[turn], np.repeat(starts, sizes), at_once)


def _units(user: Ints, product: Ints, start: Longs, at_once: int) -> Units:
    """Units from entries sorted by unit; entries of one unit share `start`."""
    counts = np.bincount(product)
    starts, sizes = runs(start)
    from_end = np.repeat(starts + sizes, sizes) - 1 - np.arange(len(start))
    kept = from_end < at_once
    starts, sizes = runs(start[kept])
    return Units(
        unit=np.repeat(np.arange(len(starts)), sizes),
        product=product[kept],
        starts=np.r_[starts, kept.sum()].astype(np.int64),
        user=user[kept][starts],
        counts=counts,
    )


def changes(*columns: NDArray[np.generic]) -> Longs:
    """Where a row of the sorted columns [n] differs from the one before; 0 among them."""
    changed = np.zeros(len(columns[0]), bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


def runs(column: NDArray[np.generic]) -> tuple[Longs, Longs]:
    """Starts and sizes of the runs of equal values in a sorted column."""
    starts = changes(column)
    return starts, np.diff(np.r_[starts, len(column)])
