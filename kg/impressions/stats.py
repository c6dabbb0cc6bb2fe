"""How often what is recommended is followed, and bought."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.impressions.store import DAY, ImpressionStore
from kg.load.writer import parts
from kg.meta import built_meta

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

BATCH = 5_000
DAYS = 7
MONTH = 30 * DAY


@dataclass(frozen=True)
class Stats:
    """Impressions and clicks with since <= at < until, of one product or of all.

    `ctr` is clicks an impression. `clicked` are the products that users clicked, each user's each
    counted once, `conversions` those that the same user bought within `days` days after a click,
    and `conversion_rate` their share. What nothing is known of is None: shares of nothing, and
    conversions where the graph's events have no times.
    """

    since: int
    until: int
    product_id: str | None
    impressions: int
    clicks: int
    ctr: float | None
    clicked: int
    days: int
    conversions: int | None
    conversion_rate: float | None


def stats(
    store: ImpressionStore,
    graph: "Neo4jGraph",
    since: int | None = None,
    until: int | None = None,
    days: int = DAYS,
    product_id: str | None = None,
) -> Stats:
    """What was counted, by default in the last 30 days. Raises GraphError, ConnectionFailed."""
    end = int(time.time()) + 1 if until is None else until
    begin = end - MONTH if since is None else since
    counted = store.counted(begin, end, product_id)
    shown, clicks = counted.get("impression", 0), counted.get("click", 0)
    pairs = list(_pairs(store, begin, end, product_id))
    timed = built_meta(graph).clock != "order"
    bought = _conversions(graph, pairs, days * DAY) if timed else None
    return Stats(
        begin,
        end,
        product_id,
        shown,
        clicks,
        _share(clicks, shown),
        len(pairs),
        days,
        bought,
        None if bought is None else _share(bought, len(pairs)),
    )


Pair = tuple[str, str, list[int]]
"""A user, a product, and the moments of the clicks."""


def _pairs(
    store: ImpressionStore, since: int, until: int, product_id: str | None
) -> Iterator[Pair]:
    clicks = store.clicks(since, until, product_id)
    for (user, product), some in groupby(clicks, key=itemgetter(0, 1)):
        yield user, product, [at for _, _, at in some]


def _conversions(graph: "Neo4jGraph", pairs: list[Pair], seconds: int) -> int:
    return sum(
        graph.read("impressions/conversions", clicks=list(map(list, part)), seconds=seconds)[0][
            "conversions"
        ]
        for part in parts(pairs, BATCH)
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
