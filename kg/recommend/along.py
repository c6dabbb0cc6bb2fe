"""Follow derived relationships from a request's seeds; each product's are read once for all."""

from collections.abc import Collection, Sequence

import numpy as np

from kg.graph import Graph, Row
from kg.recommend.leads import NOWHERE, Ask, Leads, Part, Parts, Source
from kg.recommend.numbered import Numbered
from kg.recommend.reached import Reached, reached_by

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

Start = tuple[str, str]
"""A type of relationship and the id of the product that it leads away from."""


class Along:
    """The derived relationships of products, remembered. Safe to share between threads."""

    def __init__(self, graph: Graph, products: Numbered) -> None:
        self._graph = graph
        self._products = products
        self._held: Leads[Start] = Leads(self._read, HELD * len(WALKED))

    def reach(
        self, walk: str, seeds: Sequence[Sequence[Weighted]], limits: Sequence[int]
    ) -> list[Reached]:
        """What a walk of WALKED leads to from the seeds of requests [n]: at most limits [n]
        products of each.

        A lone request from products that are not remembered is walked by the graph, which then
        hands out only what is kept.
        """
        kind = WALKED[walk]
        starts = {(kind, id_) for some in seeds for id_, _ in some}
        if len(seeds) == 1 and not self._held.has(starts):
            return [self._walked(walk, seeds[0], limits[0])]
        parts = self._held.of(sorted(starts))
        return parts.reached(
            self._products,
            [
                Ask(
                    [Source((kind, id_), weight) for id_, weight in sorted(some)],
                    limit,
                    lambda start, at: _row(parts, start, at),
                )
                for some, limit in zip(seeds, limits, strict=True)
            ],
        )

    def learn(self, product_ids: Collection[str]) -> None:
        """Read the relationships of products ahead."""
        self._held.of((kind, id_) for kind in WALKED.values() for id_ in sorted(product_ids))

    def _walked(self, walk: str, seeds: Sequence[Weighted], limit: int) -> Reached:
        given = [{"id": id_, "weight": weight} for id_, weight in seeds]
        rows = self._graph.read(walk, requests=[{"seeds": given, "limit": limit}])
        return reached_by(self._products, rows)

    def _read(self, starts: list[Start]) -> dict[Start, Part]:
        """The relationships of all types from the products of `starts`."""
        ids = sorted({id_ for _, id_ in starts})
        found = {(kind, id_): NOWHERE for kind in WALKED.values() for id_ in ids}
        for begin in range(0, len(ids), PAGE):
            for row in self._graph.read("walk/relationships", ids=ids[begin : begin + PAGE]):
                found[row["type"], row["product_id"]] = self._part(row)
        return found

    def _part(self, row: Row) -> Part:
        weights = np.array(row["weights"], np.float64)
        supports = np.array(row["supports"], np.int32)
        return Part(self._products.of(row["to_ids"]), weights, np.zeros(len(weights)), supports)


def _row(parts: Parts[Start], start: Start, at: int) -> Row:
    """The seed, the weight and the support of a relationship."""
    weight, support = float(parts.flat.first[at]), int(parts.flat.also[at])
    return {"seed_id": start[1], "weight": weight, "support": support}
