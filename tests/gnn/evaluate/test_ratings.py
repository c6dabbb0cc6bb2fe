"""Hidden ratings of the toy shop, and how well scores tell them apart, by hand."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from gnn.evaluate.metrics import log_loss
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.ratings import calibrated, measured, with_ratings
from gnn.evaluate.report import evaluate
from gnn.evaluate.split import Ratings
from gnn.evaluate.splits import temporal
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

FROM = 1736000000


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))


def ratings(*liked: bool) -> Ratings:
    nobody = np.zeros(len(liked), np.int32)
    return Ratings(nobody, nobody, np.array(liked))


def test_ratings_from_the_cut_on_are_hidden_and_those_before_are_not(shop: Snapshot) -> None:
    split = with_ratings(temporal(shop, FROM), shop)
    assert split.ratings is not None
    told = [
        (shop.users[user], shop.products.ids[product], liked)
        for user, product, liked in zip(
            split.ratings.user, split.ratings.product, split.ratings.liked.tolist(), strict=True
        )
    ]
    assert told == [("cat", "lippink", True), ("dan", "trail", False)]  # five stars, and two
    later = with_ratings(temporal(shop, 1736300001), shop)
    assert later.ratings is None


def test_scores_of_ratings_are_judged_with_the_lists(shop: Snapshot) -> None:
    split = with_ratings(temporal(shop, FROM), shop)
    code = shop.products.code
    liking = np.zeros(12)
    liking[code["lippink"]] = 1.0

    def by(sign: int) -> Ranker:
        return scored(lambda _: lambda users: np.tile(sign * liking, (len(users), 1)))

    models = {each.name: each for each in evaluate(split, {"a": by(1), "b": by(-1)}).models}
    assert models["a"].measures["rating_auc"].value == 1.0
    assert models["b"].measures["rating_auc"].value == 0.0


def test_the_area_counts_what_was_not_reached_as_least() -> None:
    found = measured(ratings(True, False, True, False), np.array([0.9, 0.1, -np.inf, 0.2]))
    assert found["rating_auc"] == pytest.approx(2 / 4)


def test_scores_that_say_nothing_lose_what_a_coin_does() -> None:
    likely = calibrated(np.zeros(4), np.array([True, True, False, False]))
    assert likely.tolist() == pytest.approx([0.5] * 4)
    labels = ratings(True, True, False, False)
    assert measured(labels, np.zeros(4))["rating_log_loss"] == pytest.approx(np.log(2))


def test_the_loss_is_that_of_torch() -> None:
    likely, labels = np.array([0.9, 0.2, 0.6]), np.array([True, False, False])
    theirs = functional.binary_cross_entropy(
        torch.from_numpy(likely), torch.from_numpy(labels.astype(np.float64))
    )
    assert log_loss(likely, labels) == pytest.approx(theirs.item())


def test_each_half_is_judged_by_the_other_alone() -> None:
    scores, labels = np.array([0.0, 0.0, 1.0, 1.0]), np.array([False, False, True, True])
    before = calibrated(scores, labels)
    assert before[2] > 0.5 > before[0]
    labels[0] = True  # one of the even half: only the odd half's curve changes
    after = calibrated(scores, labels)
    assert after[[0, 2]].tolist() == before[[0, 2]].tolist()
    assert after[1] != before[1]
