"""Measures of hand-worked lists, beside PyTorch Geometric's own on full ones."""

from math import log, log2

import numpy as np
import pytest
import torch
from torch_geometric import metrics as pyg

from gnn.evaluate.beyond import (
    category_diversity,
    coverage,
    lift,
    mean_over,
    novelty,
    personalization,
    text_diversity,
)
from gnn.evaluate.lists import Lists
from gnn.evaluate.metrics import MEASURES, auc, log_loss, per_user
from gnn.evaluate.significance import bootstrap, bootstraps, paired
from kg.snapshot.types import Rows

NAN = float("nan")


def table(*rows: list[int]) -> Rows:
    sizes = [len(row) for row in rows]
    codes = np.array([code for row in rows for code in row], np.int32)
    return Rows(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), codes)


def lists(*rows: list[int]) -> Lists:
    return np.array(rows, np.int32)


@pytest.fixture(scope="module")
def drawn() -> Lists:
    """Forty full lists of distinct products among 30."""
    generator = np.random.default_rng(1)
    return np.stack([generator.permutation(30)[:6] for _ in range(40)]).astype(np.int32)


TWO_OF_THREE = 1 / (1 + 1 / log2(3))


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("precision@3", 1 / 3, 1 / 3),
        ("recall@3", 1 / 2, 1.0),
        ("hit_rate@3", 1.0, 1.0),
        ("ndcg@3", TWO_OF_THREE / log2(3), 1.0),
        ("mrr@3", 1 / 2, 1.0),
        ("map@3", 1 / 4, 1.0),
        ("precision@1", 0.0, 1.0),
        ("recall@1", 0.0, 1.0),
        ("ndcg@1", 0.0, 1.0),
        ("map@1", 0.0, 1.0),
    ],
)
def test_measures_of_two_lists(name: str, first: float, second: float) -> None:
    found = per_user(lists([1, 2, 3], [4, -1, -1]), table([2, 5], [4]), (1, 3))
    assert found[name].tolist() == [pytest.approx(first), pytest.approx(second)]


def test_more_targets_than_places_can_all_be_met() -> None:
    found = per_user(lists([1, 2]), table([0, 1, 2, 3]), (2,))
    assert {name: value.tolist() for name, value in found.items()} == {
        "precision@2": [1.0],
        "recall@2": [0.5],
        "hit_rate@2": [1.0],
        "ndcg@2": [pytest.approx(1.0)],
        "mrr@2": [1.0],
        "map@2": [1.0],
    }


def test_an_empty_place_is_nobodys_hit() -> None:
    # As an index, -1 of the second user would be product 7 of the first.
    found = per_user(lists([1, 2], [-1, -1]), table([7], [3]), (2,))
    assert all(values.tolist() == [0.0, 0.0] for values in found.values())


@pytest.mark.parametrize("name", MEASURES)
def test_the_mean_over_users_is_what_pytorch_geometric_computes(name: str, drawn: Lists) -> None:
    generator = np.random.default_rng(2)
    targets = table(
        *(sorted(generator.permutation(30)[: 1 + row % 8].tolist()) for row in range(40))
    )
    user = np.repeat(np.arange(40), np.diff(targets.start))
    metric = getattr(pyg, MEASURES[name])(k=4)
    metric.update(
        torch.from_numpy(drawn).long(), torch.from_numpy(np.stack([user, targets.to])).long()
    )
    mean = per_user(drawn, targets, (4,))[f"{name}@4"].mean()
    assert mean == pytest.approx(float(metric.compute()), abs=1e-6)
    assert 0 < mean < 1


def test_coverage_counts_products_that_any_list_holds(drawn: Lists) -> None:
    assert coverage(lists([1, 2, -1], [2, 3, -1]), 10) == pytest.approx(0.3)
    metric = pyg.LinkPredCoverage(k=2, num_dst_nodes=100)
    metric.update(torch.from_numpy(drawn[:, :2]).long(), torch.empty(2, 0).long())
    assert coverage(drawn[:, :2], 100) == pytest.approx(float(metric.compute()))


def test_personalization_is_how_little_lists_share(drawn: Lists) -> None:
    # Of three pairs one shares one of two places.
    assert personalization(lists([1, 2], [2, 3], [4, -1])) == pytest.approx(1 - 1 / 6)
    assert np.isnan(personalization(lists([1, 2])))
    metric = pyg.LinkPredPersonalization(k=6)
    metric.update(torch.from_numpy(drawn).long(), torch.empty(2, 0).long())
    assert personalization(drawn) == pytest.approx(float(metric.compute()), abs=1e-6)


def test_diverse_lists_have_no_category_in_common(drawn: Lists) -> None:
    categories = table([0], [0, 1], [1], [])
    found = category_diversity(lists([0, 1, 2], [0, 2, 3], [0, 1, -1], [0, -1, -1]), categories)
    assert found[:3].tolist() == [pytest.approx(1 / 3), 1.0, 0.0]
    assert np.isnan(found[3])
    metric = pyg.LinkPredDiversity(k=6, category=torch.arange(30) % 4)
    metric.update(torch.from_numpy(drawn).long(), torch.empty(2, 0).long())
    one_each = table(*([code % 4] for code in range(30)))
    mean = category_diversity(drawn, one_each).mean()
    assert mean == pytest.approx(float(metric.compute()), abs=1e-6)


def test_diverse_texts_point_elsewhere() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0, 0]], np.float32)
    found = text_diversity(lists([0, 1, 2], [0, 3, -1], [0, 0, -1]), vectors)
    # The cosines are 0, .6 and .8; a product without a text is like nothing.
    assert found.tolist() == pytest.approx([1 - 1.4 / 3, 1.0, 0.0], abs=1e-6)


def test_novel_products_are_known_to_few(drawn: Lists) -> None:
    counts = np.array([8, 1, 2, 0])
    found = novelty(lists([0, 1], [2, -1], [3, -1]), counts, users=8)
    assert found.tolist() == [pytest.approx(1.5), 2.0, 3.0]


def test_popularity_is_the_mean_of_a_list(drawn: Lists) -> None:
    found = mean_over(lists([0, 1], [1, -1], [-1, -1]), np.array([4, 2]))
    assert found[:2].tolist() == [3.0, 2.0]
    assert np.isnan(found[2])
    metric = pyg.LinkPredAveragePopularity(k=6, popularity=torch.arange(30.0))
    metric.update(torch.from_numpy(drawn).long(), torch.empty(2, 0).long())
    assert mean_over(drawn, np.arange(30)).mean() == pytest.approx(float(metric.compute()), 1e-6)


def test_lift_is_how_much_more_popular_lists_are_than_histories() -> None:
    assert lift(np.array([6.0, 3.0, NAN]), np.array([2.0, 4.0, 3.0])) == pytest.approx(0.5)
    assert np.isnan(lift(np.array([NAN]), np.array([2.0])))


def test_auc_counts_pairs_in_order_and_half_of_the_equals() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    # .9 is above both negatives, .5 level with one and above the other: 3.5 of 4.
    assert auc(scores, np.array([True, True, False, False])) == 0.875
    assert auc(scores, np.array([False, False, True, True])) == 0.125
    assert np.isnan(auc(scores, np.array([True] * 4)))


def test_log_loss_is_the_mean_surprise() -> None:
    found = log_loss(np.array([0.5, 0.25, 0.8]), np.array([True, False, True]))
    assert found == pytest.approx((log(2) + log(4 / 3) + log(1.25)) / 3)
    assert log_loss(np.array([0.0]), np.array([True])) == pytest.approx(15 * log(10))


def test_the_interval_holds_what_a_binomial_says() -> None:
    values = np.repeat([1.0, 0.0], [100, 900])
    low, high = bootstrap(values, seed=0, n=4_000)
    error = (0.1 * 0.9 / 1_000) ** 0.5
    assert low == pytest.approx(0.1 - 1.96 * error, abs=0.001)
    assert high == pytest.approx(0.1 + 1.96 * error, abs=0.001)
    assert bootstrap(values, seed=0, n=4_000) == (low, high)


def test_intervals_of_several_measures_are_those_of_each() -> None:
    values = np.random.default_rng(0).random((50, 2))
    low, high = bootstraps(values, seed=3, n=250)
    for place in range(2):
        alone = bootstrap(values[:, place], seed=3, n=250)
        assert alone == pytest.approx((low[place], high[place]))


def test_a_constant_has_no_spread_and_nobody_no_interval() -> None:
    assert bootstrap(np.full(10, 0.25)) == (0.25, 0.25)
    assert np.isnan(bootstrap(np.empty(0))).all()


def test_the_paired_test_is_exact_where_few_differ() -> None:
    a, b = np.array([1.0, 1.0, 1.0, 0.0]), np.array([0.0, 0.0, 0.0, 0.0])
    # Of the eight ways to give three differences their signs, two are as far from 0.
    assert paired(a, b) == pytest.approx(0.25, abs=0.015)
    assert paired(a, a) == 1.0


def test_a_clear_difference_is_as_sure_as_the_draws_allow() -> None:
    a, b = np.ones(50), np.zeros(50)
    assert paired(a, b, n=999) == 1 / 1_000
    assert paired(a, b, n=999) == paired(b, a, n=999)


def test_a_pair_of_models_has_the_same_users() -> None:
    with pytest.raises(ValueError, match="got 2 and 3"):
        paired(np.zeros(2), np.zeros(3))
