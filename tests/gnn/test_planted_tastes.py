"""What is learned on the sample shop finds the hidden tastes that made its events."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.lists import Lists
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.served import served, trained
from gnn.evaluate.split import Split
from gnn.evaluate.splits import leave_one_out
from kg.ids import category_id
from kg.progress import silent
from kg.snapshot import snapshot_of
from kg.snapshot.types import MISSING
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop

TEN = 10
SMALL = LearnConfig(
    replace(ITEMS, dimension=32, epochs=4, negatives=200, rate=5e-3, device="cpu"),
    replace(RANKER, hidden=16),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shop")
    sample_shop(made, 300, 400, seed=7)
    return made


def share_in_taste(folder: Path, split: Split, lists: Lists) -> float:
    """The share of what is listed that is in a category that its user likes, in secret."""
    truth = pl.read_csv(folder / "truth.csv").select("user_id", "categories").rows()
    liked = {
        user: {category_id(path.split(" > ")) for path in paths.split("|")} for user, paths in truth
    }
    known = split.known
    inside = [
        any(
            known.categories.ids[category] in liked[known.users[user]]
            for category in known.product_categories.of(int(code)).tolist()
        )
        for user, row in zip(split.users, lists, strict=True)
        for code in row[row != MISSING]
    ]
    return float(np.mean(inside))


def test_learned_lists_are_more_to_the_hidden_taste_than_those_of_the_baselines(
    folder: Path,
) -> None:
    split = leave_one_out(snapshot_of(open_source(folder)), "test")
    rankers: dict[str, Ranker] = {
        "learned": served("learned", trained(SMALL)),
        "popularity": scored(BASELINES["popularity"]),
        "item-knn": scored(BASELINES["item-knn"]),
    }
    shares = {
        name: share_in_taste(folder, split, rank(split, TEN, silent).lists)
        for name, rank in rankers.items()
    }
    assert shares["learned"] > shares["item-knn"] > shares["popularity"]
    assert shares["learned"] > 0.5
