"""A user's taste, worked out by hand on the toy shop."""

import pytest

from kg.errors import NotFound
from kg.recommend.profile import Taste
from kg.recommend.recommender import Recommender


def told(tastes: tuple[Taste, ...]) -> list[tuple[str, float, list[str]]]:
    return [(each.id, each.share, [one.product_id for one in each.evidence]) for each in tastes]


def test_shares_are_those_of_the_weights_that_recommendations_start_from(
    recommender: Recommender,
) -> None:
    """Newest first: shirt 1, then (at one time, by id) runner .8 and sock .64; 2.44 in all."""
    found = recommender.profile("ann")
    assert (found.user_id, found.products) == ("ann", 3)
    assert told(found.brands) == [
        ("acme", 0.737704918, ["shirt", "runner"]),
        ("bolt", 0.262295082, ["sock"]),
    ]
    assert told(found.categories) == [
        ("clothing/shirts", 0.409836066, ["shirt"]),
        ("shoes/running shoes", 0.327868852, ["runner"]),
        ("clothing/socks", 0.262295082, ["sock"]),
    ]
    price = found.price
    assert price is not None
    assert (price.lowest_minor, price.typical_minor, price.highest_minor, price.currency) == (
        990,
        2990,
        8990,
        "USD",
    )
    assert [one.product_id for one in price.evidence] == ["sock", "shirt", "runner"]


def test_a_low_rating_speaks_for_nothing(recommender: Recommender) -> None:
    """sandal was looked at (.3), trail rated 2 (nothing), runner bought (.8 * .8 = .64)."""
    found = recommender.profile("dan")
    assert found.products == 3
    assert told(found.brands) == [
        ("acme", 0.680851064, ["runner"]),
        ("cove", 0.319148936, ["sandal"]),
    ]


def test_nobody_has_no_taste(recommender: Recommender) -> None:
    with pytest.raises(NotFound, match="no such user"):
        recommender.profile("nobody")
