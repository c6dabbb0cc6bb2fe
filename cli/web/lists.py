"""Keep recent lists for a while, so that their later pages are pages of the same lists."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from fastapi import HTTPException

from kg.load.forgotten import hash_of
from kg.recommend.pages import Whole
from kg.recommend.told import Told

MOST = 5_000
"""Lists that are kept, of some 10 kB each."""

KEPT_S = 900.0


@dataclass(frozen=True)
class Page:
    """A page of a list that is kept: the products from `start` on."""

    whole: Whole
    start: int


@dataclass(frozen=True)
class _Kept:
    """A list, whose it is, and since when it is kept."""

    whole: Callable[[], Whole | None]
    user_id: str | None
    at: float


class Lists:
    """Lists by cursor. A cursor names the request, the graph's revision, the list and a place.

    Safe to share between threads.
    """

    def __init__(
        self, most: int = MOST, kept_s: float = KEPT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._kept_s, self._clock = most, kept_s, clock
        self._secret = secrets.token_bytes(16)
        self._lock = Lock()
        self._lists: OrderedDict[str, _Kept] = OrderedDict()
        self._forgotten: set[str] = set()

    def after(self, answer: Told, start: int = 0) -> str | None:
        """The cursor of the page after one that begins at `start`; None after the last, and where
        the user has been forgotten meanwhile.
        """
        end = start + answer.k
        if end >= answer.size:
            return None
        name = blake2b(answer.name, digest_size=12, key=self._secret).hexdigest()
        with self._lock:
            if self._is_forgotten(answer.user_id):
                return None
            self._lists[name] = _Kept(answer.whole, answer.user_id, self._clock())
            self._lists.move_to_end(name)
            while len(self._lists) > self._most:
                self._lists.popitem(last=False)
        return f"{name}.{end}"

    def find(self, cursor: str) -> Page:
        """The page of a cursor. Raises HTTPException 400 for what is none, 410 for one too old."""
        name, _, place = cursor.partition(".")
        if not (place.isascii() and place.isdigit() and len(place) < 6):
            raise HTTPException(400, "this is no cursor; follow the Link of an answer as it is")
        with self._lock:
            kept = self._lists.get(name)
        found = kept.whole() if kept and self._clock() - kept.at <= self._kept_s else None
        if found is None:
            raise HTTPException(410, "this list is not kept any more; ask for its first page again")
        return Page(found, int(place))

    def forget(self, hashes: Collection[str]) -> None:
        """Keep no list of users, by the hashes of their ids, also none that is on its way: each has
        a user's history.
        """
        with self._lock:
            self._forgotten.update(hashes)
            for name, kept in list(self._lists.items()):
                if self._is_forgotten(kept.user_id):
                    del self._lists[name]

    def _is_forgotten(self, user_id: str | None) -> bool:
        return bool(self._forgotten and user_id and hash_of(user_id) in self._forgotten)
