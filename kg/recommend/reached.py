"""What a walk reached: products with their strengths, and for each what led there most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kg.graph import Row
from kg.recommend.fuse import DECIMALS
from kg.recommend.types import Numbers

Codes = NDArray[np.int32]
Places = NDArray[np.intp]


class Numbered:
    """Numbers for product ids, in the order in which they came. Safe to share between threads."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._codes: dict[str, int] = {}
        self._lock = Lock()

    def of(self, ids: Sequence[str]) -> Codes:
        """The numbers [n] of ids [n], new ones where need be."""
        with self._lock:
            for id_ in ids:
                if id_ not in self._codes:
                    self._codes[id_] = len(self.ids)
                    self.ids.append(id_)
            return np.array([self._codes[id_] for id_ in ids], np.int32)


class Source(Protocol):
    """What leads to products: a seed by its relationships, a brand or category to its members."""

    @property
    def codes(self) -> Codes:
        """The products [m], each once."""
        ...

    @property
    def addends(self) -> Numbers:
        """What it gives each of them [m]."""
        ...

    def row(self, at: int) -> Row:
        """What is to be told of the one at a place."""
        ...


@dataclass(frozen=True, eq=False)
class Reached(Mapping[str, Row]):
    """Products of one walk by id, those that it reached most strongly; equal ones by id.

    The row of each has its strength and what its source tells: the source that gave it most, of
    equals the first. Rows are made when they are asked for; their order means nothing.
    """

    products: Numbered
    sources: Sequence[Source]
    limit: int

    def __getitem__(self, product_id: str) -> Row:
        """The row of a product. Raises KeyError where the walk did not reach it."""
        source, at = self._most[product_id]
        return {"strength": self.strengths[product_id], **self.sources[source].row(at)}

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self.strengths)

    def __len__(self) -> int:
        """How many products were reached."""
        return len(self.strengths)

    def __contains__(self, product_id: object) -> bool:
        """Was the product reached? Makes no row."""
        return product_id in self.strengths

    @cached_property
    def strengths(self) -> dict[str, float]:
        """Strengths by product id."""
        sums = self._sums
        kept = sums.strengths[sums.kept].tolist()
        return dict(zip(self._ids, kept, strict=True))

    @cached_property
    def _ids(self) -> list[str]:
        ids = self.products.ids
        return [ids[code] for code in self._sums.codes[self._sums.kept].tolist()]

    @cached_property
    def _addends(self) -> Numbers:
        """What all sources give, one after the other."""
        return np.concatenate([source.addends for source in self.sources] or [np.zeros(0)])

    @cached_property
    def _sums(self) -> "Sums":
        none = np.zeros(0, np.int32)
        codes = np.concatenate([source.codes for source in self.sources] or [none])
        distinct, place = np.unique(codes, return_inverse=True)
        totals = np.bincount(place, self._addends, len(distinct)).astype(np.float64)
        strengths = np.round(totals, DECIMALS)
        return Sums(distinct, place, strengths, self._strongest(distinct, strengths))

    def _strongest(self, codes: Codes, strengths: Numbers) -> Places:
        """Where the strongest are; only at the limit does the order of equal ones matter."""
        above = np.flatnonzero(strengths > 0)
        if len(above) <= self.limit:
            return above
        least = np.partition(strengths[above], -self.limit)[-self.limit]
        sure = np.flatnonzero(strengths > least)
        ids = self.products.ids
        equal = sorted(np.flatnonzero(strengths == least).tolist(), key=lambda at: ids[codes[at]])
        return np.append(sure, equal[: self.limit - len(sure)]).astype(np.intp)

    @cached_property
    def _most(self) -> dict[str, tuple[int, int]]:
        """For each product kept the source of its largest addend, and its place in that."""
        sums = self._sums
        largest = np.zeros(len(sums.codes), np.intp)
        rising = np.argsort(-self._addends, kind="stable")[::-1]
        largest[sums.place[rising]] = rising  # of a product's places the last one stays
        places = largest[sums.kept]
        starts = np.cumsum([0, *(len(source.codes) for source in self.sources)])
        source = np.searchsorted(starts, places, side="right") - 1
        told = zip(source.tolist(), (places - starts[source]).tolist(), strict=True)
        return dict(zip(self._ids, told, strict=True))


class Sums(NamedTuple):
    """Added up over m addends: codes [n] and strengths [n] of the products, the product's place
    [m] of each addend, and the places [k] of the products that are kept."""

    codes: Codes
    place: Places
    strengths: Numbers
    kept: Places


def strengths_of(rows: Mapping[str, Row]) -> Mapping[str, float]:
    """The strengths in rows, by product id."""
    if isinstance(rows, Reached):
        return rows.strengths
    return {product_id: row["strength"] for product_id, row in rows.items()}
