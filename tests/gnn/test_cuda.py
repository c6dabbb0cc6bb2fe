"""Training on a CUDA card: the numbers of the CPU, and a training that goes on between the two."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from gnn.config import MODELS, ItemConfig
from gnn.devices import cuda_here, device_of
from gnn.evaluate.splits import leave_last
from gnn.graphs import adjacency
from gnn.items import train_items
from gnn.models.conv import SymmetricConv, mean_of_layers
from gnn.models.product import plus_product
from gnn.objective import Objective, distinct, loss_of
from gnn.replay import replayed
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="torch finds no CUDA card on this machine"
)

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
CARD = "cuda"


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def small(name: str, device: str | None) -> ItemConfig:
    few = replace(MODELS[name], dimension=16, epochs=30, batch=2, negatives=8, patience=30)
    return replace(few, dropout=0.0, drawn=2, rate=0.02, device=device)


def test_a_product_worked_out_by_hand() -> None:
    matrix = torch.tensor([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0], [0.0, 0.0, 0.0]]).to_sparse_csr()
    x = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    plus = torch.tensor([[4.0, 0.0], [0.0, 4.0], [8.0, 8.0]])
    found = plus_product(plus.to(CARD), matrix.to(CARD), x.to(CARD), 0.5)
    # As on the CPU: (4 + 2 * 2) / 2, (0 + 2 * 20) / 2 and so on.
    assert found.tolist() == [[4.0, 20.0], [5.0, 52.0], [4.0, 4.0]]


@pytest.mark.parametrize("conv", [SymmetricConv(), lambda x, graph: mean_of_layers(graph, x, 3)])
def test_what_neighbours_say_and_its_gradient_are_those_of_the_cpu(
    conv: Callable[[Tensor, Tensor], Tensor],
) -> None:
    chance = np.random.default_rng(1)
    links = chance.integers(0, 50, 300), chance.integers(0, 50, 300), chance.random(300)
    x, wanted = torch.rand(50, 8), torch.rand(50, 8)
    found = []
    for device in ("cpu", CARD):
        there = x.to(device).requires_grad_()
        spread = conv(there, adjacency(links, 50, device))
        (gradient,) = torch.autograd.grad((spread * wanted.to(device)).sum(), there)
        found.append((spread.detach().cpu(), gradient.cpu()))
    torch.testing.assert_close(found[1], found[0])


def test_a_shop_without_links_has_an_empty_adjacency() -> None:
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    assert (adjacency(nothing, 2, CARD) @ torch.ones(2, 3, device=CARD)).tolist() == [[0.0] * 3] * 2


def test_what_is_drawn_twice_is_a_candidate_once() -> None:
    ordered, repeated = distinct(torch.tensor([3, 1, 3, 2, 3], device=CARD))
    assert repeated is not None
    assert ordered.tolist() == [1, 2, 3, 3, 3]
    assert repeated.tolist() == [False, False, False, True, True]
    config = ItemConfig(negatives=0, diversity_weight=0.5)
    users, vectors, target = torch.rand(4, 3), torch.rand(5, 3), torch.tensor([4, 0, 4, 2])
    losses = [
        loss_of(Objective(config), *(each.to(device) for each in given)).item()
        for given in [(users, vectors, target, torch.ones(4), torch.tensor(0.5))]
        for device in ("cpu", CARD)
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)


def test_a_recorded_step_does_what_it_did_with_other_examples() -> None:
    asked: list[int] = []
    weight = torch.tensor(2.0, device=CARD, requires_grad=True)

    def step(number: int, some: Tensor) -> Tensor:
        asked.append(number)
        loss = weight * some.sum() * (number + 1)
        if weight.grad is not None:
            weight.grad.zero_()
        torch.autograd.backward(loss)
        return loss.detach()

    by_hand = replayed(step, turns=2, batch=3)
    found = []
    for number in range(6):
        loss = by_hand(number, torch.tensor([number, 1, 1], device=CARD))
        assert weight.grad is not None
        found.append((loss.item(), weight.grad.item()))
    # number + 2 examples' worth, times 1 and 2 in turn; the weight is 2.
    gradients = [2.0, 6.0, 4.0, 10.0, 6.0, 14.0]
    assert found == [(2 * each, each) for each in gradients]
    assert asked == [0, 0, 1]  # to warm up, and to record each turn
    by_hand(6, torch.tensor([1], device=CARD))
    assert asked[-1] == 6


def test_replays_draw_other_numbers_and_the_same_ones_from_the_same_state() -> None:
    def step(_: int, some: Tensor) -> Tensor:
        return torch.rand(3, device=some.device)

    nothing = torch.zeros(1, device=CARD)
    torch.manual_seed(3)
    draw = replayed(step, turns=1, batch=1)
    drawn = [draw(0, nothing).tolist() for _ in range(3)]
    torch.manual_seed(3)
    assert [draw(0, nothing).tolist() for _ in range(3)] == drawn
    torch.manual_seed(3)
    assert [step(0, nothing).tolist() for _ in range(3)] == drawn
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("name", MODELS)
def test_a_network_learns_on_the_best_device_and_leaves_nothing_there(
    shop: Snapshot, name: str
) -> None:
    assert device_of(None, cuda_here()).gpu
    split = leave_last(shop, 1)
    learned = train_items(split.known, small(name, None), validation=split)
    assert np.isfinite(learned.losses).all()
    assert learned.losses[-1] < learned.losses[0] / 2
    assert np.linalg.norm(learned.vectors, axis=1).max() == pytest.approx(1, abs=1e-5)
    user = learned.head.user(learned.vectors[:2].astype(float))
    assert np.isfinite(user).all()


def press_ctrl_c_in(epoch: int) -> Callable[[str, int, int | None], None]:
    """A Progress that presses Ctrl-C once, at the first batch of an epoch."""
    pressed: list[str] = []

    def look(stage: str, done: int, total: int | None) -> None:
        if stage.startswith(f"train | epoch {epoch}/") and not pressed:
            pressed.append(stage)
            os.kill(os.getpid(), signal.SIGINT)

    return look


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("begins", "ends"), [(CARD, CARD), (CARD, "cpu"), ("cpu", CARD)])
def test_what_ctrl_c_ended_goes_on_here_or_there(
    shop: Snapshot, tmp_path: Path, name: str, begins: str, ends: str
) -> None:
    kept, said = tmp_path / "items.pt", list[str]()
    split = leave_last(shop, 1)
    there, here = (replace(small(name, each), dropout=0.3, epochs=6) for each in (begins, ends))
    with pytest.raises(KeyboardInterrupt):
        train_items(split.known, there, press_ctrl_c_in(3), kept, validation=split)
    before = torch.load(kept, weights_only=True, map_location="cpu")
    resumed = train_items(split.known, here, checkpoint=kept, validation=split, say=said.append)
    assert said == ["goes on from a checkpoint, after epoch 2 of 6"]
    assert len(resumed.losses) == 6
    assert np.isfinite(resumed.losses).all()
    assert list(resumed.losses[:2]) == before["losses"]
    if begins == ends:  # a card adds up in any order: others' random numbers would tell by .1
        whole = train_items(split.known, here, validation=split)
        assert np.abs(resumed.vectors - whole.vectors).max() < 0.01
        assert resumed.losses == pytest.approx(whole.losses, rel=0.01)
