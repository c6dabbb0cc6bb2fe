"""Follow derived relationships from a request's seeds; each product's are read once for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.graph import Graph, Row
from kg.recommend.reached import Codes, Numbered, Reached
from kg.recommend.remembered import Remembered
from kg.recommend.types import Numbers

HELD = 50_000
"""Products whose relationships are remembered: 100 MB."""

PAGE = 1_000
"""Products whose relationships are read at once."""

WALKED = {
    "walk/bought_before": "BOUGHT_BEFORE",
    "walk/bought_next": "BOUGHT_NEXT",
    "walk/bought_with": "BOUGHT_WITH",
}
"""The walks along derived relationships, and the type that each follows."""

Weighted = tuple[str, float]
"""A seed's id and its weight."""


@dataclass(frozen=True, eq=False)
class Links:
    """Relationships of one type from a product: codes [m], weights [m] and supports [m]."""

    codes: Codes
    weights: Numbers
    supports: Codes


NOWHERE = Links(np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.int32))


@dataclass(frozen=True, eq=False)
class Followed:
    """A seed with its weight and where it leads."""

    seed_id: str
    weight: float
    links: Links

    @property
    def codes(self) -> Codes:
        """The products that it leads to [m]."""
        return self.links.codes

    @property
    def addends(self) -> Numbers:
        """Seed weight * weight of the relationship [m]."""
        return self.weight * self.links.weights

    def row(self, at: int) -> Row:
        """The seed, the weight and the support of a relationship."""
        weight, support = float(self.links.weights[at]), int(self.links.supports[at])
        return {"seed_id": self.seed_id, "weight": weight, "support": support}


class Along:
    """The derived relationships of products, remembered. Safe to share between threads."""

    def __init__(self, graph: Graph, products: Numbered) -> None:
        self._graph = graph
        self._products = products
        self._held: Remembered[str, Mapping[str, Links]] = Remembered(HELD)

    def reach(
        self, walk: str, seeds: Sequence[Sequence[Weighted]], limits: Sequence[int]
    ) -> list[Mapping[str, Row]]:
        """What a walk of WALKED leads to from the seeds of requests [n]: products by id, at most
        limits [n] of each.

        A lone request from products that are not remembered is walked by the graph, which then
        hands out only what is kept.
        """
        ids = {id_ for some in seeds for id_, _ in some}
        if len(seeds) == 1 and not self._held.has(ids):
            return [self._walked(walk, seeds[0], limits[0])]
        found = self.learn(ids)
        kind = WALKED[walk]
        return [
            Reached(
                self._products,
                [
                    Followed(id_, weight, found[id_].get(kind, NOWHERE))
                    for id_, weight in sorted(some)
                ],
                limit,
            )
            for some, limit in zip(seeds, limits, strict=True)
        ]

    def learn(self, product_ids: Collection[str]) -> dict[str, Mapping[str, Links]]:
        """The relationships of products by type, read where they are not remembered."""
        return self._held.of(sorted(product_ids), self._read)

    def _walked(self, walk: str, seeds: Sequence[Weighted], limit: int) -> Mapping[str, Row]:
        given = [{"id": id_, "weight": weight} for id_, weight in seeds]
        rows = self._graph.read(walk, requests=[{"seeds": given, "limit": limit}])
        return {row["product_id"]: row for row in rows}

    def _read(self, product_ids: list[str]) -> dict[str, Mapping[str, Links]]:
        found: dict[str, dict[str, Links]] = {each: {} for each in product_ids}
        for start in range(0, len(product_ids), PAGE):
            page = product_ids[start : start + PAGE]
            for row in self._graph.read("walk/relationships", ids=page):
                found[row["product_id"]][row["type"]] = self._links(row)
        return dict(found)

    def _links(self, row: Row) -> Links:
        return Links(
            self._products.of(row["to_ids"]),
            np.array(row["weights"], np.float64),
            np.array(row["supports"], np.int32),
        )
