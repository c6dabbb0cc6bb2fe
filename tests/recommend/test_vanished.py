"""Products that are deleted while a request is answered, or are remembered after they were."""

from collections.abc import Sequence

import pytest

from kg.errors import GraphError
from kg.graph import Call, Row
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from tests.recommend.conftest import ByAxes

REQUESTS = [
    Request("ann", k=12),
    Request("ann", "socks", k=12),
    Request(query="running sock", k=12),
    Request(product_id="runner", recipe="similar", k=12),
    Request(recipe="hot", k=12),
]


class Losing(MemoryGraph):
    """Loses a product as soon as something was walked to, unless it is found again at once."""

    def __init__(self, graph: MemoryGraph, lost: str, found_again: bool = False) -> None:
        super().__init__(graph.snapshot)
        self.lost = lost
        self.found_again = found_again
        self.gone = False

    def read(self, name: str, **params: object) -> list[Row]:
        if self.found_again and name == "resolve/meta":
            self.gone = False
        rows = [
            row
            for row in super().read(name, **params)
            if not (self.gone and row.get("product_id") == self.lost)
        ]
        if name.startswith(("walk/", "resolve/vector_products")):
            self.gone = True
        return rows

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        return [self.read(name, **given) for name, given in calls]


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_product_that_vanishes_meanwhile_is_not_in_the_list(
    toy: MemoryGraph, request_: Request
) -> None:
    whole = Recommender(toy, lambda _: ByAxes()).recommend(request_)
    assert "woolsock" in [each.product_id for each in whole.results]
    graph = Losing(toy, "woolsock")
    result = Recommender(graph, lambda _: ByAxes()).recommend(request_)
    assert graph.gone
    listed = [each.product_id for each in result.results]
    assert len(listed) == len(whole.results) - 1
    assert "woolsock" not in listed


def test_what_vanished_after_it_was_remembered_is_forgotten(toy: MemoryGraph) -> None:
    graph = Losing(toy, "woolsock")
    recommender = Recommender(graph, lambda _: ByAxes())
    recommender.warm()
    result = recommender.recommend(Request("ann", k=12))
    assert "woolsock" not in [each.product_id for each in result.results]


def test_where_products_vanish_without_end_the_request_ends_all_the_same(toy: MemoryGraph) -> None:
    graph = Losing(toy, "woolsock", found_again=True)
    with pytest.raises(GraphError, match="the graph loses nodes faster than it can be read"):
        Recommender(graph, lambda _: ByAxes()).recommend(Request("ann", k=12))
