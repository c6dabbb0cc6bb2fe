"""The network that does not know the last products: kept for this very state of a graph."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.config import ItemConfig, LearnConfig, RankerConfig, as_text, from_text
from gnn.evaluate.splits import leave_last
from gnn.items import ItemVectors, train_items
from gnn.learn import learn
from gnn.past import keep_network, kept_network
from kg.snapshot import Snapshot, only, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SMALL = ItemConfig(dimension=8, epochs=1, batch=4, negatives=8, device="cpu")


@pytest.fixture(scope="module")
def known() -> Snapshot:
    return leave_last(snapshot_of(open_source(TOY_SHOP)), 1).known


@pytest.fixture(scope="module")
def network(known: Snapshot) -> ItemVectors:
    return train_items(known, SMALL)


def test_what_is_kept_is_found_again_wherever_it_was_trained(
    known: Snapshot, network: ItemVectors, tmp_path: Path
) -> None:
    keep_network(tmp_path / "past", known, SMALL, network)
    found = kept_network(tmp_path / "past", known, replace(SMALL, device="cuda"))
    assert found is not None
    assert np.array_equal(found.vectors, network.vectors)
    assert np.array_equal(found.head.narrow, network.head.narrow)
    assert (found.losses, found.epoch) == (network.losses, network.epoch)
    user = network.vectors[:2].astype(np.float64)
    assert found.head.user(user).tolist() == network.head.user(user).tolist()


def test_another_graph_or_configuration_has_another_network(
    known: Snapshot, network: ItemVectors, tmp_path: Path
) -> None:
    keep_network(tmp_path, known, SMALL, network)
    fewer = only(known, np.arange(len(known.events.at)) > 0)
    assert kept_network(tmp_path, fewer, SMALL) is None
    assert kept_network(tmp_path, known, replace(SMALL, seed=1)) is None
    keep_network(tmp_path, fewer, SMALL, network)
    assert kept_network(tmp_path, known, SMALL) is None  # one is enough
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_cannot_be_read_is_none(
    known: Snapshot, network: ItemVectors, tmp_path: Path
) -> None:
    keep_network(tmp_path, known, SMALL, network)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert kept_network(tmp_path, known, SMALL) is None


def test_where_it_cannot_be_kept_is_said(
    known: Snapshot, network: ItemVectors, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    keep_network(tmp_path / "file", known, SMALL, network, said.append)
    assert len(said) == 1
    assert said[0].startswith(f"cannot keep the network for kgrec tune in {tmp_path / 'file'}: ")


def test_learning_keeps_the_first_of_its_two_networks(known: Snapshot, tmp_path: Path) -> None:
    toy = snapshot_of(open_source(TOY_SHOP))
    config = LearnConfig(SMALL, RankerConfig(epochs=1))
    learned = learn(toy, config, past_folder=tmp_path)
    found = kept_network(tmp_path, known, SMALL)
    assert found is not None
    assert learned.vectors is not None
    assert not np.array_equal(found.vectors, learned.vectors)
    assert found.measured == learned.measured


def test_where_a_share_is_held_out_all_of_a_history_counts_alike() -> None:
    toy = snapshot_of(open_source(TOY_SHOP))
    models = [
        learn(toy, LearnConfig(None, RankerConfig(epochs=1, held_out=share))).model
        for share in (None, 0.25)
    ]
    assert [model.decay for model in models] == [0.8, 1.0]


def test_where_events_have_no_order_a_share_is_held_out(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_bytes((TOY_SHOP / "products.csv").read_bytes())
    rows = [
        f"{user},{product},0"
        for user, bought in enumerate(("abc", "abd", "acd", "bcd", "abcd"))
        for product in [{"a": "runner", "b": "sock", "c": "shirt", "d": "trail"}[x] for x in bought]
    ]
    (tmp_path / "events.csv").write_text("\n".join(["user_id,product_id,position", *rows]))
    told: list[str] = []
    shop = snapshot_of(open_source(tmp_path))
    learned = learn(shop, LearnConfig(None, RankerConfig(epochs=1)), say=told.append)
    assert told == ["events have no order: the ranker learns to name a drawn 10% of all products"]
    assert learned.config is not None
    assert learned.config.ranker.held_out == 0.1
    assert learned.model.decay == 1.0


def test_a_configuration_comes_back_without_what_is_not_known() -> None:
    config = LearnConfig(SMALL, RankerConfig(epochs=3, held_out=0.25))
    assert from_text(as_text(config)) == config
    assert from_text(as_text(LearnConfig(None))) == LearnConfig(None)
    assert from_text(as_text(config).replace('"epochs": 3', '"epochs": 3, "magic": 1')) == config
