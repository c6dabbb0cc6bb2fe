"""Follow derived relationships from a request's seeds; each product's are read once for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.graph import Graph, Row
from kg.recommend.reached import Codes, Numbered, Reached
from kg.recommend.remembered import Remembered
from kg.recommend.types import Numbers

HELD = 50_000
"""Products whose relationships of a type are remembered: 55 MB."""

PAGE = 1_000
"""Products whose relationships are read at once."""

MOST = 1_000
"""More relationships of a type than the graph keeps of one product."""

Weighted = tuple[str, float]
"""A seed's id and its weight."""


@dataclass(frozen=True, eq=False)
class Links:
    """Relationships of one type from a product: codes [m], weights [m] and supports [m]."""

    codes: Codes
    weights: Numbers
    supports: Codes


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
    """The relationships that one read walks, remembered by product. Safe to share."""

    def __init__(self, graph: Graph, read: str, products: Numbered) -> None:
        self._graph = graph
        self._read = read
        self._products = products
        self._held: Remembered[str, Links] = Remembered(HELD)

    def reach(self, seeds: Sequence[Sequence[Weighted]], limits: Sequence[int]) -> list[Reached]:
        """What the seeds of requests [n] lead to; limits [n] is how many products are kept."""
        links = self.learn({id_ for some in seeds for id_, _ in some})
        return [
            Reached(
                self._products,
                [Followed(id_, weight, links[id_]) for id_, weight in sorted(some)],
                limit,
            )
            for some, limit in zip(seeds, limits, strict=True)
        ]

    def learn(self, product_ids: set[str]) -> dict[str, Links]:
        """The relationships of products, read where they are not known."""
        return self._held.of(sorted(product_ids), self._links)

    def _links(self, product_ids: list[str]) -> dict[str, Links]:
        found: dict[str, list[Row]] = {each: [] for each in product_ids}
        for start in range(0, len(product_ids), PAGE):
            page = product_ids[start : start + PAGE]
            for row in self._graph.read(self._read, requests=[_alone(each) for each in page]):
                found[page[row["request"]]].append(row)
        return {each: self._columns(rows) for each, rows in found.items()}

    def _columns(self, rows: Sequence[Row]) -> Links:
        return Links(
            self._products.of([row["product_id"] for row in rows]),
            np.array([row["weight"] for row in rows], np.float64),
            np.array([row["support"] for row in rows], np.int32),
        )


def _alone(product_id: str) -> dict[str, object]:
    """What asks a walk for the relationships of one product."""
    return {"seeds": [{"id": product_id, "weight": 1.0}], "limit": MOST}
