"""The training loop: when it ends, what it keeps, and how it goes on."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gnn.config import MODELS, ItemConfig
from gnn.evaluate.splits import leave_last
from gnn.interrupts import interrupts
from gnn.items import NotFiniteError, train_items
from gnn.models.recency_head import RecencyHead
from gnn.networks import build
from gnn.run import started
from gnn.validation import Validation, ndcg, validation_of
from kg.errors import GraphError
from kg.snapshot import Snapshot, only, snapshot_of
from kg.snapshot.types import Rows
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SMALL = ItemConfig(
    dimension=8, epochs=6, batch=4, negatives=8, dropout=0.3, drawn=2, rate=0.02, device="cpu"
)


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def at(stage_begins: str, act: Callable[[], object]) -> Callable[[str, int, int | None], None]:
    """A Progress that acts once, when a stage begins so."""
    acted: list[str] = []

    def look(stage: str, done: int, total: int | None) -> None:
        if stage.startswith(stage_begins) and not acted:
            acted.append(stage)
            act()

    return look


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_training_ends_when_patience_does_and_the_best_epoch_counts(shop: Snapshot) -> None:
    run = started(build(shop, SMALL, "cpu"), SMALL, 7, "cpu")
    seen = []
    for value in (0.1, 0.3, 0.2, 0.3, 0.2):
        assert not run.ended(20, patience=3)
        run.head.gate.data.fill_(value)
        run.epoch += 1
        run.measure(value)
        seen.append(run.best_epoch)
    assert seen == [1, 2, 2, 2, 2]  # of equals the earliest
    assert run.ended(20, patience=3)
    assert not run.ended(20, patience=4)
    assert run.best is not None
    run.take(run.best)
    assert run.head.gate.item() == pytest.approx(0.3)


def test_what_is_validated_is_as_good_as_if_it_had_ended_after_its_best_epoch(
    shop: Snapshot,
) -> None:
    split = leave_last(shop, 1)
    config = replace(SMALL, epochs=12, patience=2, rate=0.2)
    best = train_items(split.known, config, validation=split)
    assert len(best.measured) == len(best.losses) == best.epoch + 2 < 12
    assert best.measured[best.epoch - 1] == max(best.measured)
    same = train_items(split.known, config, epochs=best.epoch)
    assert same.epoch == best.epoch
    assert np.array_equal(same.vectors, best.vectors)
    assert same.losses == best.losses[: best.epoch]


def test_validation_ranks_every_product_that_the_user_has_not() -> None:
    vectors = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-1.0, 0.0]])
    validation = Validation(
        history=np.array([[0, -1], [2, -1]], np.int32),
        targets=Rows(np.array([0, 1, 2]), np.array([2, 1], np.int32)),
        seen=Rows(np.array([0, 1, 2]), np.array([0, 2], np.int32)),
    )
    # An untrained head takes the one product's own vector. The first user is likest to 1, then 2,
    # which is wanted: 1 / log2(3); the second to 1, which is wanted: 1.
    found = ndcg(validation, RecencyHead(2, 2).eval(), vectors)
    assert found == pytest.approx((1 / np.log2(3) + 1) / 2)


def test_a_sample_of_users_validates_the_same_one_for_a_seed(shop: Snapshot) -> None:
    split = leave_last(shop, 1)
    everybody = validation_of(split, 2, 10)
    assert everybody.history.tolist() == [
        [shop.products.code[each] for each in history]
        for history in (("sock", "runner"), ("sock", "runner"), ("balm", "lipred"))
    ]
    two, again = (validation_of(split, 2, 2, seed=4) for _ in range(2))
    assert two.history.tolist() == again.history.tolist()
    assert len(two.history) == len(two.targets.start) - 1 == 2


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_network_bit_for_bit(shop: Snapshot, name: str) -> None:
    small = replace(MODELS[name], dimension=8, epochs=2, batch=4, negatives=8, device="cpu")
    once, again = train_items(shop, small), train_items(shop, small)
    assert once.vectors.tobytes() == again.vectors.tobytes()
    assert once.losses == again.losses


def test_threads_that_race_change_no_bit(tmp_path: Path) -> None:
    """In a shop where each has a share of a batch's histories, many of which name one product."""
    sample_shop(tmp_path, 300, 400, seed=7)
    popular = snapshot_of(open_source(tmp_path))
    config = replace(SMALL, dimension=64, epochs=1, batch=20_000)
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        found = {train_items(popular, config).vectors.tobytes() for _ in range(3)}
    finally:
        torch.set_num_threads(before)
    assert len(found) == 1


def test_ctrl_c_keeps_a_checkpoint_and_the_next_run_ends_where_a_whole_one_does(
    shop: Snapshot, tmp_path: Path
) -> None:
    kept, said = tmp_path / "items.pt", list[str]()
    split = leave_last(shop, 1)
    config = replace(SMALL, batch=2, patience=6)
    with pytest.raises(KeyboardInterrupt):
        train_items(
            split.known, config, at("train | epoch 3", press_ctrl_c), kept, validation=split
        )
    state = torch.load(kept, weights_only=True)
    assert (state["epoch"], state["done"]) == (2, 2)  # after the first batch of the third epoch
    resumed = train_items(split.known, config, checkpoint=kept, validation=split, say=said.append)
    whole = train_items(split.known, config, validation=split)
    assert said == ["goes on from a checkpoint, after epoch 2 of 6"]
    assert resumed.vectors.tobytes() == whole.vectors.tobytes()
    assert (resumed.losses, resumed.measured) == (whole.losses, whole.measured)
    assert resumed.epoch == whole.epoch


def test_what_ended_on_its_own_is_not_trained_again(shop: Snapshot, tmp_path: Path) -> None:
    kept = tmp_path / "items.pt"
    once = train_items(shop, SMALL, checkpoint=kept)
    told: list[str] = []
    again = train_items(shop, SMALL, lambda stage, *_: told.append(stage), kept)
    assert told == []
    assert np.array_equal(again.vectors, once.vectors)


def test_ctrl_c_where_nobody_asks_is_raised_at_the_end() -> None:
    with pytest.raises(KeyboardInterrupt), interrupts():
        press_ctrl_c()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_ends_at_once() -> None:
    reached: list[bool] = []

    def press_twice() -> None:
        with interrupts() as stopped:
            press_ctrl_c()
            reached.append(stopped())
            press_ctrl_c()
            reached.append(False)

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert reached == [True]


def test_a_damaged_checkpoint_is_told_of_and_begun_again(shop: Snapshot, tmp_path: Path) -> None:
    kept, said = tmp_path / "items.pt", list[str]()
    train_items(shop, SMALL, checkpoint=kept)
    kept.write_bytes(kept.read_bytes()[:1000])
    again = train_items(shop, SMALL, checkpoint=kept, say=said.append)
    assert said == [f"{kept} cannot be read: begins again"]
    assert np.array_equal(again.vectors, train_items(shop, SMALL).vectors)


def test_a_full_disk_is_told_of_and_training_goes_on(shop: Snapshot, tmp_path: Path) -> None:
    kept, said = tmp_path / "items.pt", list[str]()
    config = replace(SMALL, epochs=2)
    with files_of_at_most(1000):
        learned = train_items(shop, config, checkpoint=kept, say=said.append)
    told = f"cannot keep a checkpoint in {tmp_path}: File too large; training goes on without"
    assert said == [told, told]
    assert list(tmp_path.iterdir()) == []
    assert np.array_equal(learned.vectors, train_items(shop, config).vectors)


def test_a_full_disk_leaves_the_checkpoint_before(shop: Snapshot, tmp_path: Path) -> None:
    kept = tmp_path / "items.pt"
    config = replace(SMALL, epochs=2)
    with pytest.raises(KeyboardInterrupt):
        train_items(shop, config, at("train | epoch 2", press_ctrl_c), kept)
    before = kept.read_bytes()
    with files_of_at_most(1000):
        train_items(shop, config, checkpoint=kept)
    assert kept.read_bytes() == before


def test_a_loss_that_is_no_number_stops_and_says_at_which_batch(shop: Snapshot) -> None:
    with pytest.raises(NotFiniteError) as error:
        train_items(shop, replace(SMALL, batch=2, rate=1e30))
    assert str(error.value) == (
        "the loss of batch 2 of epoch 1 is nan: training stopped; try another seed"
    )


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        (2, "the loss of batch 2 of epoch 2 is nan"),
        (7, "the network's share is no number after epoch 2"),  # the epoch's only step spoils it
    ],
)
def test_what_is_no_number_never_takes_the_place_of_the_last_good_checkpoint(
    shop: Snapshot, tmp_path: Path, batch: int, said: str
) -> None:
    kept, config = tmp_path / "items.pt", replace(SMALL, batch=batch)
    train_items(shop, config, checkpoint=kept, epochs=1)
    state = torch.load(kept, weights_only=True)
    state["optimiser"]["state"][0]["exp_avg"].fill_(float("inf"))
    torch.save(state, kept)
    before = kept.read_bytes()
    with pytest.raises(NotFiniteError) as error:
        train_items(shop, config, checkpoint=kept)
    assert str(error.value) == (
        f"{said}: training stopped, the checkpoint of epoch 1 is kept; try another seed"
    )
    assert kept.read_bytes() == before


def test_a_shop_where_nobody_wanted_two_products_is_told_so(shop: Snapshot) -> None:
    first = np.unique(shop.events.user, return_index=True)[1]
    once = np.zeros(len(shop.events.at), bool)
    once[first] = True
    for events in (once, np.zeros(len(once), bool)):
        with pytest.raises(GraphError) as error:
            train_items(only(shop, events, None), SMALL)
        assert str(error.value) == (
            "nothing to learn from: no user wanted two products (bought, liked or rated them 4 or"
            " more); load more events with kgrec build-graph"
        )
