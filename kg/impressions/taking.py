"""Take impressions and clicks, and bring the sums of products to the graph."""

import time
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from kg.impressions.reading import read_impressions
from kg.impressions.store import ImpressionStore
from kg.impressions.types import ImpressionsSummary
from kg.live.events import RejectedEvent
from kg.load.forgotten import CODE, WHY, read_forgotten
from kg.load.writer import parts

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

BATCH = 5_000
"""Products whose sums are written together."""


class Impressions:
    """Takes what was seen and clicked. Safe to share between threads.

    The file has the truth; products in the graph have its sums, written by `count` for those that
    changed, and at first for all, since the graph may have been built again meanwhile.
    """

    def __init__(self, store: ImpressionStore) -> None:
        self.store = store
        self._lock = Lock()
        self._changed: set[str] | None = None  # all of them

    def take(
        self, events: Sequence[Mapping[str, Any]], now: int | None = None
    ) -> ImpressionsSummary:
        """Keep impressions and clicks [n]; what is not in order is told and left out."""
        moment = int(time.time()) if now is None else now
        read, rejected = read_impressions(events, moment)
        new, gone = self.store.add([each for _, each in read])
        with self._lock:
            if self._changed is not None:
                self._changed.update(each.product_id for each in new)
        for at, each in read:
            if each.user_id in gone:
                rejected.append(RejectedEvent(at, None, CODE, WHY))
        known = len(read) - len(new) - sum(each.user_id in gone for _, each in read)
        return ImpressionsSummary(
            len(new), known, tuple(sorted(rejected, key=lambda each: each.index))
        )

    def count(self, graph: "Neo4jGraph") -> int:
        """Write the sums that changed; how many. Raises ConnectionFailed, and tries them again."""
        with self._lock:
            changed, self._changed = self._changed, set()
        try:
            rows = [list(row) for row in self.store.totals(changed)]
            if changed is None:
                self.store.keep_forgotten(read_forgotten(graph))
            for part in parts(rows, BATCH):
                graph.write("impressions/counts", rows=part)
        except BaseException:
            with self._lock:
                self._changed = None if changed is None else self._changed | changed
            raise
        return len(rows)
