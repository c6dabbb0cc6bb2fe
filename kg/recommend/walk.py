"""Walk from V_U to candidate products, keeping for each what led there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from kg.graph import Row
from kg.recommend.along import Weighted
from kg.recommend.asked import Asked
from kg.recommend.entities import Linked
from kg.recommend.filters import Filter
from kg.recommend.groups import REACHED, through
from kg.recommend.learned import Head
from kg.recommend.lookup import lineage
from kg.recommend.numbered import Codes, Numbered, distinct
from kg.recommend.reached import Reached, reached_by
from kg.recommend.search import Asked as Batched
from kg.recommend.search import grouped, near_products
from kg.recommend.seeds import Seed, seeds_of
from kg.recommend.served import Served
from kg.recommend.types import Intent, Vector


@dataclass(frozen=True)
class Start:
    """Where a request's walks begin. `taste` [d] is what its seeds have in common, `learned` [g]
    the user's learned vector where the recipe asks for it; both of unit length.
    """

    asked: Asked
    intent: Intent
    wanted: Filter
    linked: Linked
    seeds: tuple[Seed, ...]
    taste: Vector | None
    learned: Vector | None = None

    @property
    def blank(self) -> bool:
        """Nothing is known to start from."""
        return not self.seeds and not self.linked.entities

    @property
    def aim(self) -> Vector | None:
        """What the results should be near to: the search, else the user's taste."""
        return self.taste if self.intent.embedding is None else self.intent.embedding


@dataclass(frozen=True)
class Walk:
    """A way from V_U to products: the read that does it from one of them, and where it begins."""

    read: str
    seeds: Callable[[Start], list[Weighted]]
    limit: int


Rows = Mapping[str, Reached]
"""What led to products, by walk."""


@dataclass(frozen=True, eq=False)
class Walked:
    """The candidates of a request that pass its filters, in the order of their ids, and what led to
    them.

    `signals` are strengths that only the ranker looks at: they lead to no candidate.
    """

    start: Start
    products: Numbered
    codes: Codes
    rows: Rows = field(default_factory=dict)
    signals: Rows = field(default_factory=dict)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the candidates."""
        return self.products.named(self.codes)

    def with_more(self, name: str, rows: Sequence[Row]) -> "Walked":
        """With the products of the rows of a walk among the candidates."""
        more = reached_by(self.products, rows)
        codes = self.products.by_id(np.union1d(self.codes, more.codes))
        return replace(self, codes=codes, rows={**self.rows, name: more})


def _seeds(start: Start) -> list[Weighted]:
    if start.asked.recipe.content:
        return []
    return [(seed.product_id, seed.weight) for seed in start.seeds]


WALKS: dict[str, Walk] = {
    "next": Walk("walk/bought_next", _seeds, 100),
    "together": Walk("walk/bought_with", _seeds, 100),
}
"""From product to product; each is a `.cypher` file and a function of the memory engine."""


def _latest(start: Start) -> list[Weighted]:
    return [(seed.product_id, 1.0) for seed in start.seeds[:1]]


def _alike(start: Start) -> list[Weighted]:
    return [(seed.product_id, 1.0) for seed in start.seeds]


SIGNALS: dict[str, Walk] = {
    "before": Walk("walk/bought_before", _seeds, 300),
    "next_last": Walk("walk/bought_next", _latest, 100),
    "together_plain": Walk("walk/bought_with", _alike, 100),
}
"""What the ranker knows besides: from the latest product alone, and from all of them alike."""

NEAR = 100
"""How many products near to the user's learned vector are looked at."""

SIMILAR = 50
"""How many products near to the user's taste are looked at."""

CONTENT = 250
"""The like where only what products are counts."""


def walk(
    served: Served,
    asked: Sequence[Asked],
    intents: Sequence[Intent],
    filters: Sequence[Filter],
    linked: Sequence[Linked],
) -> list[Walked]:
    """The candidates of requests [n]: one query a walk, however many requests."""
    starts = _starts(served, asked, intents, filters, linked)
    found = _walked(served, starts)
    signals = _signals(served, starts)
    return [
        Walked(start, served.products, _reached(served.products, start, rows), rows, more)
        for start, rows, more in zip(starts, found, signals, strict=True)
    ]


def _starts(
    served: Served,
    asked: Sequence[Asked],
    intents: Sequence[Intent],
    filters: Sequence[Filter],
    linked: Sequence[Linked],
) -> list[Start]:
    seeds = [
        seeds_of(each, found.entities, served.decay(each.recipe))
        for each, found in zip(asked, linked, strict=True)
    ]
    served.facts.of([seed.product_id for some in seeds for seed in some])
    tastes = [_taste(served, some) for some in seeds]
    learned = _learned_users(served, asked, seeds)
    return list(map(Start, asked, intents, filters, linked, seeds, tastes, learned))


def _learned_users(
    served: Served, asked: Sequence[Asked], seeds: Sequence[Sequence[Seed]]
) -> list[Vector | None]:
    """The learned vector [g] of each user whose recipe asks for it; None where nothing is known to
    make one of."""
    head = served.model.head if served.model else None
    if head is None or not any(each.recipe.learned for each in asked):
        return [None] * len(asked)
    latest = [
        [seed.product_id for seed in some[: head.length]] if each.recipe.learned else []
        for each, some in zip(asked, seeds, strict=True)
    ]
    codes = [served.products.of(some) for some in latest]
    served.learned.know(np.concatenate(codes))  # all of them in one query
    return [_learned_user(head, served.learned.at(some)) if len(some) else None for some in codes]


def _learned_user(head: Head, vectors: Vector) -> Vector | None:
    known = vectors[vectors.any(axis=1)].astype(np.float64)
    return head.user(known).astype(np.float32) if len(known) else None


def _taste(served: Served, seeds: Sequence[Seed]) -> Vector | None:
    """The weighted mean direction [d] of the seeds that are no search results."""
    own = [seed for seed in seeds if seed.why != "query"]
    vectors = served.facts.of([seed.product_id for seed in own]).vectors
    pooled = np.array([seed.weight for seed in own]) @ vectors
    length = float(np.linalg.norm(pooled))
    return np.asarray(pooled / length, np.float32) if length > 0 else None


def _walked(served: Served, starts: Sequence[Start]) -> list[Rows]:
    """What each walk reached, and what is near to the taste where there is no search text."""
    tastes = {
        at: start.taste
        for at, start in enumerate(starts)
        if start.taste is not None and start.intent.embedding is None
    }
    sizes = [_size(start, CONTENT if start.asked.recipe.content else SIMILAR) for start in starts]
    near = near_products(served, tastes, [start.wanted for start in starts], sizes)
    learned = _near_learned(served, starts)
    answers = served.graph.read_all([call for _, call in [*near, *learned]])
    found: list[dict[str, Reached]] = [
        {"similar": reached_by(served.products, rows)} if rows else {}
        for rows in grouped(near, answers[: len(near)], len(starts))
    ]
    for reached, rows in zip(
        found, grouped(learned, answers[len(near) :], len(starts)), strict=True
    ):
        if rows:
            reached["gnn"] = reached_by(served.products, rows)
    for name, each in WALKS.items():
        for reached, along in zip(found, _along(served, each, starts), strict=True):
            reached[name] = along
    for reached, through_them in zip(found, _through(served, starts), strict=True):
        reached |= through_them
    return list(found)


def _through(served: Served, starts: Sequence[Start]) -> list[dict[str, Reached]]:
    """What the brands and the categories of each request lead to."""
    return through(
        served,
        [start.seeds for start in starts],
        [start.linked.entities for start in starts],
        [_size(start, REACHED) for start in starts],
        [start.asked.gone for start in starts],
    )


def _along(served: Served, walk: Walk, starts: Sequence[Start]) -> list[Reached]:
    """What a walk along derived relationships leads to."""
    seeds = [walk.seeds(start) for start in starts]
    return served.along.reach(walk.read, seeds, [_size(start, walk.limit) for start in starts])


def _near_learned(served: Served, starts: Sequence[Start]) -> list[Batched]:
    """The call for the products nearest to users' learned vectors, where there are any."""
    aims = {at: start.learned for at, start in enumerate(starts) if start.learned is not None}
    if not aims:
        return []
    limit = max(_size(starts[at], NEAR) for at in aims)
    given = {"vectors": list(aims.values()), "limit": limit}
    return [(list(aims), (f"walk/gnn_{served.meta.gnn_slot}", given))]


def _signals(served: Served, starts: Sequence[Start]) -> list[Rows]:
    """What only the ranker asks for, by walk and product."""
    found: list[dict[str, Reached]] = [{} for _ in starts]
    ranked = {at: start for at, start in enumerate(starts) if start.asked.recipe.learned}
    for name, each in SIGNALS.items():
        for at, reached in zip(ranked, _along(served, each, [*ranked.values()]), strict=True):
            found[at][name] = reached
    return list(found)


def _size(start: Start, limit: int) -> int:
    """Longer lists are chosen from more candidates."""
    return max(limit, 2 * start.asked.request.k)


def _reached(products: Numbered, start: Start, rows: Rows) -> Codes:
    """What was found and walked to. Where something is searched for, the history leads nowhere by
    itself: it weighs what the search leads to."""
    found = [reached.codes for reached in rows.values()]
    if start.linked.found:
        leads = _leads(start)
        ids = [id_ for reached in rows.values() for id_, row in reached.items() if leads(row)]
        found = [products.of([*ids, *start.linked.found])]
    each_once = distinct(np.concatenate([np.zeros(0, np.int32), *found]))
    return products.by_id(without(each_once, products.of([*start.asked.left_out])))


def without(codes: Codes, others: Codes) -> Codes:
    """Sorted codes [n] without `others`."""
    at = np.searchsorted(codes, others)
    inside = at < len(codes)
    at, others = at[inside], others[inside]
    return np.delete(codes, at[codes[at] == others])


def _leads(start: Start) -> Callable[[Row], bool]:
    """Does a row start from what was searched for: from a hit, or by a brand or category meant."""
    hits = {seed.product_id for seed in start.seeds if seed.why != "history"}
    meant = {each.id for each in start.linked.entities if each.label != "Product"}

    def leads(row: Row) -> bool:
        via = row.get("via_id")
        if row.get("seed_id") in hits:
            return True
        return via is not None and not meant.isdisjoint(lineage(via))

    return leads
