"""Where sources lead: read once for all requests, kept end to end, added up for many at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from kg.graph import Row
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.reached import Reached
from kg.recommend.sums import Given, Sources, summed
from kg.recommend.types import Numbers

Key = TypeVar("Key")


@dataclass(frozen=True, eq=False)
class Part:
    """What a source leads to: products codes [m], two numbers [m] that it may give each, and what
    more is to be told of each, also [m]."""

    codes: Codes
    first: Numbers
    second: Numbers
    also: Codes


NOWHERE = Part(np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int32))


@dataclass(frozen=True, eq=False)
class Source(Generic[Key]):
    """A source of a request: it gives `one` of the first number and `two` of the second."""

    key: Key
    one: float
    two: float = 0.0


@dataclass(frozen=True, eq=False)
class Ask(Generic[Key]):
    """The sources of a request, how many products are to be kept, and what `tell` says of one by
    the source that gave it most and its place there."""

    sources: Sequence[Source[Key]]
    limit: int
    tell: Callable[[Key, int], Row]


@dataclass(frozen=True, eq=False)
class Parts(Generic[Key]):
    """The parts of many sources end to end: that of a key is `spans[key]` of `flat`."""

    spans: Mapping[Key, tuple[int, int]]
    flat: Part

    def reached(self, products: Numbered, asked: Sequence[Ask[Key]]) -> list[Reached]:
        """What requests [n] reach: the products that their sources give most, equal ones by id."""
        if not asked:
            return []
        sources = [each for one in asked for each in one.sources]
        spans = np.array([self.spans[each.key] for each in sources], np.int64).reshape(-1, 2)
        sums = summed(
            Sources(
                np.cumsum([0, *(len(each.sources) for each in asked)]),
                spans[:, 0],
                spans[:, 1],
                np.array([each.one for each in sources], np.float64),
                np.array([each.two for each in sources], np.float64),
            ),
            Given(self.flat.codes, self.flat.first, self.flat.second),
            np.array([each.limit for each in asked], np.int64),
        )
        ends = sums.offsets.tolist()
        found = []
        for each, start, stop in zip(asked, ends[:-1], ends[1:], strict=True):
            kept = np.arange(start, stop)
            if stop - start > each.limit:
                kept = start + _first(products, sums.codes[kept], sums.strengths[kept], each.limit)
            codes, strengths = sums.codes[kept], sums.strengths[kept]
            told = _Told(each.tell, strengths, sources, sums.by[kept], sums.at[kept])
            found.append(Reached(products, codes, strengths, told))
        return found


def _first(products: Numbered, codes: Codes, strengths: Numbers, limit: int) -> Codes:
    """Places of the strongest of products [n]; of equal ones the smallest ids."""
    return np.lexsort((products.order(codes), -strengths))[:limit].astype(np.int32)


@dataclass(frozen=True, eq=False)
class _Told(Generic[Key]):
    """Makes the rows of what a request reached."""

    tell: Callable[[Key, int], Row]
    strengths: Numbers
    sources: Sequence[Source[Key]]
    by: Codes
    at: Codes

    def __call__(self, place: int) -> Row:
        more = self.tell(self.sources[self.by[place]].key, int(self.at[place]))
        return {"strength": float(self.strengths[place]), **more}


class Leads(Generic[Key]):
    """The parts of sources, `read` when first asked for; past `limit` sources all are forgotten.

    Safe to share between threads.
    """

    def __init__(self, read: Callable[[list[Key]], Mapping[Key, Part]], limit: int) -> None:
        self._read = read
        self._limit = limit
        self._lock = Lock()
        self._empty()

    def has(self, keys: Iterable[Key]) -> bool:
        """Are the parts of all `keys` known?"""
        with self._lock:
            return all(key in self._spans for key in keys)

    def of(self, keys: Iterable[Key]) -> Parts[Key]:
        """The parts of `keys`, and of others that are known."""
        asked = list(dict.fromkeys(keys))
        with self._lock:
            missing = self._missing(asked)
            if not missing:
                return Parts(self._spans, self._flat)
        new = self._read(missing)
        with self._lock:
            if len(self._spans) + len(new) > self._limit:
                self._empty()
            self._add(new)
            if forgotten := self._missing(asked):
                self._add(self._read(forgotten))
            return Parts(self._spans, self._flat)

    def _missing(self, keys: Iterable[Key]) -> list[Key]:
        return [key for key in keys if key not in self._spans]

    def _empty(self) -> None:
        """Begin anew; what was handed out stays as it is."""
        self._spans: dict[Key, tuple[int, int]] = {}
        self._end = 0
        self._flat = NOWHERE

    def _add(self, new: Mapping[Key, Part]) -> None:
        fresh = {key: part for key, part in new.items() if key not in self._spans}
        self._grow(self._end + sum(len(part.codes) for part in fresh.values()))
        for key, part in fresh.items():
            of = slice(self._end, self._end + len(part.codes))
            for each in fields(Part):
                getattr(self._flat, each.name)[of] = getattr(part, each.name)
            self._spans[key] = of.start, of.stop
            self._end = of.stop

    def _grow(self, size: int) -> None:
        """Make room by doubling."""
        held = len(self._flat.codes)
        if size > held:
            more = max(size, 2 * held) - held
            self._flat = Part(
                *(np.pad(getattr(self._flat, each.name), (0, more)) for each in fields(Part))
            )
