"""The dial of diversity on the sample shop: the more it is turned, the more a list covers."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop

DIALS = (0.0, 0.25, 0.5, 0.75, 1.0)
SEARCHES = ("lipstick", "running shoes", "winter jacket", "coffee", "red dress", "garden", "toys")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> MemoryGraph:
    folder: Path = tmp_path_factory.mktemp("shop")
    sample_shop(folder, products=600, users=300, seed=7)
    return MemoryGraph(snapshot_of(open_source(folder)))


def covered(shop: MemoryGraph, requests: Sequence[Request]) -> tuple[int, int]:
    """Categories and brands in the lists, each counted once a list."""
    categories = brands = 0
    for result in Recommender(shop).recommend_many(requests):
        rows = shop.read("resolve/products", ids=[each.product_id for each in result.results])
        categories += len({id_ for row in rows for id_ in row["category_ids"]})
        brands += len({row["brand_id"] for row in rows} - {None})
    return categories, brands


def test_the_more_diverse_the_more_categories_and_brands_are_covered(shop: MemoryGraph) -> None:
    users = shop.snapshot.users[:60]
    of_users = [covered(shop, [Request(u, diversity=dial) for u in users]) for dial in DIALS]
    of_searches = [
        covered(shop, [Request(query=text, diversity=dial) for text in SEARCHES]) for dial in DIALS
    ]
    for steps in (of_users, of_searches):
        categories, brands = zip(*steps, strict=True)
        assert list(categories) == sorted(categories)
        assert list(brands) == sorted(brands)
        assert categories[-1] > 1.5 * categories[0]


def test_a_diverse_list_says_what_was_moved(shop: MemoryGraph) -> None:
    request = Request(shop.snapshot.users[0], diversity=0.5)
    plain = Recommender(shop).recommend(Request(shop.snapshot.users[0]))
    moved = Recommender(shop).recommend(request)
    assert {each.moved_by for each in plain.results} == {None}
    assert {each.moved_by for each in moved.results} == {None, "diversity"}
    by_score = sorted(moved.results, key=lambda each: -each.score)
    assert by_score != list(moved.results)
