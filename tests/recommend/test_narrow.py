"""Filters: what is left of the candidates, and what is searched for besides."""

from pathlib import Path
from typing import Any

import pytest

from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.recommend.answer import candidates
from kg.recommend.recommender import Recommender
from kg.recommend.served import Served, read_meta
from kg.recommend.types import Filters, Request
from kg.snapshot import embedded, snapshot_of
from kg.sources import open_source
from tests.recommend.conftest import ByAxes

BY_BOLT = 120
"""So many products are of one brand, all alike, that the nearest 50 are enough candidates."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> MemoryGraph:
    """Ann bought the one product that is not by Bolt; nothing but its text leads to others."""
    folder: Path = tmp_path_factory.mktemp("large")
    rows = [f"p{number:03},Red Shoe {number},Bolt,5.00" for number in range(BY_BOLT)]
    products = ["product_id,title,brand,price", "own,Red Shoe,Acme,5.00", *rows]
    (folder / "products.csv").write_text("\n".join(products))
    (folder / "events.csv").write_text("user_id,product_id,type,at\nann,own,BOUGHT,1735689600\n")
    snapshot = snapshot_of(open_source(folder))
    return MemoryGraph(embedded(snapshot, ByAxes().encode, "by axes"))


@pytest.mark.parametrize(
    ("filters", "many", "searched"),
    [
        # 52 are near to the taste, twice the list's length, one of which Ann has.
        (Filters(), 51, False),
        # No index holds brands: the search within one finds 100, those 51 among them.
        (Filters(brands=("Bolt",)), 100, True),
        (Filters(max_price_minor=500), 51, False),
    ],
)
def test_a_filter_of_brands_is_searched_however_many_candidates_pass_it(
    filters: Filters, many: int, searched: bool, large: MemoryGraph
) -> None:
    served = Served(large, read_meta(large), lambda _: ByAxes())
    (walked,) = candidates(served, [Request("ann", k=26, filters=filters)])
    assert (len(walked.ids), "filtered" in walked.rows) == (many, searched)


def test_any_filter_is_searched_that_fewer_candidates_pass_than_are_enough(
    large: MemoryGraph,
) -> None:
    served = Served(large, read_meta(large), lambda _: ByAxes())
    (walked,) = candidates(served, [Request("ann", k=25, filters=Filters(max_price_minor=500))])
    assert (len(walked.ids), "filtered" in walked.rows) == (100, True)  # 49 without it


def test_a_list_is_as_long_as_asked_for_within_a_filter(large: MemoryGraph) -> None:
    request = Request("ann", k=BY_BOLT, filters=Filters(brands=("Bolt",)))
    found = Recommender(large, lambda _: ByAxes()).recommend(request)
    assert {each.product_id for each in found.results} == {
        f"p{number:03}" for number in range(BY_BOLT)
    }


class NotDerivedYet(MemoryGraph):
    """Popularity is unknown of the products that came after it was derived, those ending in 7."""

    def read(self, name: str, **params: Any) -> list[Row]:
        """Rows as Neo4j has them then."""
        rows = super().read(name, **params)
        if not name.startswith("walk/filtered"):
            return rows
        new = [row | {"strength": None} for row in rows if row["product_id"].endswith("7")]
        others = [row for row in rows if not row["product_id"].endswith("7")]
        return [*new, *others]


def test_products_without_popularity_yet_fill_a_list_as_those_that_nobody_wanted(
    large: MemoryGraph,
) -> None:
    graph = NotDerivedYet(large.snapshot)
    request = Request(filters=Filters(brands=("Bolt",)), k=5, recipe="hot")
    lists = [Recommender(each).recommend(request).results for each in (graph, large)]
    assert [each.product_id for each in lists[0]] == [each.product_id for each in lists[1]]
