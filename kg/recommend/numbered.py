"""Numbers for products: what a request meets is arrays of these, ids are for the telling."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]


def distinct(codes: Codes) -> Codes:
    """Each of numbers [n] once, in rising order. (np.unique hashes, which takes longer for few.)"""
    rising = np.sort(codes)
    return rising[np.diff(rising, prepend=-1) > 0]


class Numbered:
    """Numbers for product ids, in the order in which they came. Safe to share between threads.

    `ids` are those that are known from the start; the first `in_order` of them are sorted, which
    are all of them where it is None.
    """

    def __init__(self, ids: Iterable[str] = (), in_order: int | None = None) -> None:
        self.ids = list(ids)
        self._codes = {id_: code for code, id_ in enumerate(self.ids)}
        self._in_order = len(self.ids) if in_order is None else in_order
        self._lock = Lock()

    def __reduce__(self) -> tuple[type["Numbered"], tuple[list[str], int]]:
        """How it is pickled: a lock cannot be."""
        return Numbered, (list(self.ids), self._in_order)

    def of(self, ids: Sequence[str]) -> Codes:
        """The numbers [n] of ids [n], new ones where need be."""
        try:
            return np.array([self._codes[id_] for id_ in ids], np.int32)
        except KeyError:
            self._add(ids)
            return self.of(ids)

    def code(self, id_: object) -> int:
        """The number of an id, -1 where it has none."""
        return self._codes.get(id_, -1)  # type: ignore[call-overload, no-any-return]

    def named(self, codes: Codes) -> tuple[str, ...]:
        """The ids [n] of numbers [n]."""
        ids = self.ids
        return tuple([ids[code] for code in codes.tolist()])

    def by_id(self, codes: Codes) -> Codes:
        """Numbers [n] in the order of their ids."""
        if codes.max(initial=-1) < self._in_order:
            return np.sort(codes)
        return np.array(sorted(codes.tolist(), key=self.ids.__getitem__), np.int32)

    def order(self, codes: Codes) -> Codes:
        """Numbers [n] that are in the order of the ids of numbers [n]."""
        if codes.max(initial=-1) < self._in_order:
            return codes
        return np.argsort(np.argsort(self.named(codes))).astype(np.int32)

    def _add(self, ids: Sequence[str]) -> None:
        with self._lock:
            for id_ in ids:
                if id_ not in self._codes:
                    self.ids.append(id_)
                    self._codes[id_] = len(self.ids) - 1
