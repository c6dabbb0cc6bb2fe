"""The loss by hand: weighted, corrected for popularity, and against lists of likes."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gnn.config import Evidence, ItemConfig
from gnn.evidence import weights_of
from gnn.items import train_items
from gnn.objective import likeness, log_inclusion, relevance_loss
from gnn.prefixes import prefixes_of
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def test_the_loss_is_the_weighted_mean_of_the_cross_entropies() -> None:
    logits = torch.tensor([[0.0, math.log(3.0)], [5.0, 5.0]])
    loss = relevance_loss(logits, torch.tensor([1, 0]), torch.tensor([1.0, 3.0]))
    assert loss.item() == pytest.approx((math.log(4 / 3) + 3 * math.log(2)) / 4)


def test_a_candidate_that_is_always_there_counts_less_than_one_that_is_drawn() -> None:
    # Corrected by log(1/4), the second stands for the four of which it was drawn.
    log_q = torch.tensor([0.0, math.log(1 / 4)])
    loss = relevance_loss(torch.zeros(1, 2), torch.tensor([0]), torch.ones(1), log_q)
    assert loss.item() == pytest.approx(math.log(5))


def test_a_product_is_a_candidate_as_target_of_any_example_or_by_any_draw() -> None:
    config = ItemConfig(batch=2, negatives=1)
    found = np.exp(log_inclusion(np.array([0, 0, 0, 1], np.int32), 4, config))
    # Neither of two targets, nor the one draw of four: (1 - share)^2 * 3/4 is how it is left out.
    assert found.tolist() == pytest.approx([1 - 0.75 / 16, 1 - 0.75 * 9 / 16, 0.25, 0.25])


def test_likeness_is_the_expected_cosine_of_two_draws() -> None:
    features = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    even = torch.zeros(1, 3)
    # Of nine pairs five have cosine 1: two of the same two products four times, the third itself.
    assert likeness(even, features).item() == pytest.approx(5 / 9)
    sure = torch.tensor([[100.0, 0.0, 0.0]])
    assert likeness(sure, features).item() == pytest.approx(1.0)


def test_a_wanted_product_weighs_as_its_strongest_event_and_its_latest_rating_say(
    shop: Snapshot,
) -> None:
    prefixes = prefixes_of(shop, 2)
    found = weights_of(shop, prefixes, Evidence(bought=1.0, liked=0.5, rated=0.8, worst=0.2))
    told = {
        (shop.users[user], shop.products.ids[target]): weight
        for user, target, weight in zip(
            prefixes.user.tolist(), prefixes.target.tolist(), found.tolist(), strict=True
        )
    }
    assert told == {
        ("ann", "sock"): 1.0,
        ("ann", "shirt"): 1.0,
        ("bob", "sock"): 1.0,
        ("bob", "trail"): 0.5,  # liked
        ("cat", "balm"): 1.0,
        ("cat", "lippink"): pytest.approx(0.8),  # rated five stars
        ("eve", "lippink"): 1.0,
    }


def test_a_purchase_that_was_rated_badly_weighs_what_its_latest_rating_leaves(
    tmp_path: Path,
) -> None:
    shutil.copytree(TOY_SHOP, tmp_path / "shop")
    with (tmp_path / "shop" / "events.csv").open("a") as events:
        events.write("bob,sock,RATED,1736390000,5,\nbob,sock,RATED,1736400000,3,\n")
    shop = snapshot_of(open_source(tmp_path / "shop"))
    prefixes = prefixes_of(shop, 2)
    found = weights_of(shop, prefixes, Evidence(worst=0.2))
    bob_sock = (prefixes.user == shop.user_code["bob"]) & (
        prefixes.target == shop.products.code["sock"]
    )
    assert found[bob_sock].tolist() == [pytest.approx(0.6)]  # halfway between .2 and 1
    assert found[~bob_sock].tolist() == [1.0] * 6


def test_another_objective_learns_something_else(shop: Snapshot) -> None:
    plain = ItemConfig(dimension=8, epochs=2, batch=4, negatives=8, device="cpu")
    others = (
        replace(plain, diversity_weight=1.0),
        replace(plain, popularity_correction=True),
        replace(plain, evidence=Evidence(liked=0.1)),
    )
    before = train_items(shop, plain)
    for other in others:
        assert not np.array_equal(train_items(shop, other).vectors, before.vectors)
