"""Keep the learned vectors of products in memory, a row each."""

from collections.abc import Callable, Mapping
from threading import Lock

import numpy as np

from kg.recommend.numbered import Codes, Numbered
from kg.recommend.types import Vector

LIMIT = 100_000
"""Vectors held at once: 50 MB with 128 dimensions."""


class VectorCache:
    """Vectors [d] by product, `read` when first asked for; zeros for a product that has none.

    Safe to share between threads.
    """

    def __init__(
        self,
        read: Callable[[list[str]], Mapping[str, Vector]],
        dimension: int,
        products: Numbered,
        limit: int = LIMIT,
    ) -> None:
        self._read = read
        self._dimension = dimension
        self._products = products
        self._limit = limit
        self._lock = Lock()
        self._places: Codes
        self._empty()

    def know(self, codes: Codes) -> None:
        """Read those of products that are not known yet ahead."""
        with self._lock:
            missing = self._missing(codes)
        if len(missing):
            self.at(missing)

    def at(self, codes: Codes) -> Vector:
        """The vectors [n, d] of products codes [n]."""
        with self._lock:
            missing = self._missing(codes)
            if not len(missing):
                return self._gather(codes)
        given = self._given(missing)
        with self._lock:
            if self._size + len(missing) > self._limit:
                self._empty()
            self._add(missing, given)
            if len(forgotten := self._missing(codes)):
                self._add(forgotten, self._given(forgotten))
            return self._gather(codes)

    def _gather(self, codes: Codes) -> Vector:
        return np.asarray(self._vectors[self._places[codes]])

    def _given(self, codes: Codes) -> Vector:
        """The vectors [n, d] as they are read."""
        ids = self._products.named(codes)
        found, zero = self._read(list(ids)), np.zeros(self._dimension, np.float32)
        rows = [found.get(each, zero) for each in ids]
        return np.array(rows, np.float32).reshape(len(ids), self._dimension)

    def _empty(self) -> None:
        self._places = np.zeros(0, np.int32)
        self._vectors = np.zeros((0, self._dimension), np.float32)
        self._size = 0

    def _missing(self, codes: Codes) -> Codes:
        """Those that are not held, each once."""
        if len(self._products.ids) > len(self._places):
            room = 2 * len(self._products.ids) - len(self._places)
            self._places = np.pad(self._places, (0, room), constant_values=-1)
        missing = codes[self._places[codes] < 0]
        return np.unique(missing) if len(missing) else missing

    def _add(self, codes: Codes, vectors: Vector) -> None:
        self._missing(codes)  # makes room
        fresh = self._places[codes] < 0
        start, stop = self._size, self._size + int(fresh.sum())
        if stop > len(self._vectors):
            more = max(stop, 2 * len(self._vectors)) - len(self._vectors)
            self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
        self._vectors[start:stop] = vectors[fresh]
        self._places[codes[fresh]] = range(start, stop)
        self._size = stop
