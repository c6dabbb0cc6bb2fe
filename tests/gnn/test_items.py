"""The item graph network: what it has to learn, and what must not change what it says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gnn.config import ItemConfig
from gnn.inputs import item_inputs
from gnn.items import train_items
from gnn.models.item_graph import ItemGraph, ItemInputs
from gnn.models.recency_head import RecencyHead
from gnn.prefixes import histories_of
from kg.errors import GraphError
from kg.snapshot import Snapshot, only, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SMALL = ItemConfig(
    dimension=16, epochs=30, batch=4, negatives=8, dropout=0.0, drawn=2, rate=0.02, device="cpu"
)


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def small_graph(inputs: ItemInputs) -> ItemGraph:
    torch.manual_seed(1)
    return ItemGraph(inputs, 8, dropout=0.0)


def test_a_tiny_shop_is_learned_by_heart(shop: Snapshot) -> None:
    learned = train_items(shop, SMALL)
    code = shop.products.code
    wanted = {("lipred",): "balm", ("runner",): "sock", ("sock", "runner"): "shirt"}
    for history, target in wanted.items():
        user = learned.head.user(learned.vectors[[code[each] for each in history]].astype(float))
        best = np.argsort(-(learned.vectors @ user))
        found = [shop.products.ids[each] for each in best if shop.products.ids[each] not in history]
        assert target in found[:2]
    assert learned.losses[-1] < learned.losses[0] / 2
    assert np.linalg.norm(learned.vectors, axis=1) == pytest.approx(np.ones(12), abs=1e-5)


def test_the_same_seed_gives_the_same_vectors_and_another_other_ones(shop: Snapshot) -> None:
    short = replace(SMALL, epochs=2)
    once, again = train_items(shop, short), train_items(shop, short)
    other = train_items(shop, replace(short, seed=1))
    assert np.array_equal(once.vectors, again.vectors)
    assert not np.allclose(once.vectors, other.vectors)


def test_the_request_path_makes_the_same_users_as_the_model_that_was_trained() -> None:
    torch.manual_seed(2)
    head = RecencyHead(6, 4).double()
    for parameter in head.parameters():
        torch.nn.init.normal_(parameter)
    served = head.served()
    vectors = torch.randn(1, 4, 6, dtype=torch.float64)
    for length in (1, 3, 4):
        present = torch.arange(4).unsqueeze(0) < length
        user = head(vectors, present)[0].detach().numpy()
        assert served.user(vectors[0, :length].numpy()) == pytest.approx(user, abs=1e-9)


def test_gradients_reach_every_parameter(shop: Snapshot) -> None:
    inputs = item_inputs(shop, SMALL)
    model, head = small_graph(inputs), RecencyHead(8, 3)
    for parameter in (head.gate, head.narrow.weight):
        torch.nn.init.constant_(parameter, 0.1)
    history = torch.from_numpy(histories_of(shop, np.array([0, 2], np.int32), 3).astype(np.int64))
    users = head(model(inputs)[history.clamp_min(0)], history >= 0)
    (users * torch.randn(2, 8)).sum().backward()
    still = [
        name
        for part in (model, head)
        for name, parameter in part.named_parameters()
        if parameter.grad is None or not parameter.grad.abs().sum()
    ]
    # Texts are all zeros here: the toy shop is not embedded.
    assert still == ["text.weight"]


def test_another_order_of_products_only_reorders_the_vectors(shop: Snapshot) -> None:
    inputs = item_inputs(shop, SMALL)
    model = small_graph(inputs).eval()
    order = torch.randperm(12)
    back = torch.argsort(order)
    bags = [*inputs.category_start.tolist(), len(inputs.category)]
    pieces = [inputs.category[bags[at] : bags[at + 1]] for at in order.tolist()]
    sizes = torch.tensor([0, *(len(piece) for piece in pieces)]).cumsum(0)
    moved = replace(
        inputs,
        text=inputs.text[order],
        brand=inputs.brand[order],
        category=torch.cat(pieces),
        category_start=sizes[:-1],
        known=inputs.known[order],
        graphs=tuple(each.to_dense()[order][:, order].to_sparse_csr() for each in inputs.graphs),
    )
    before = model(inputs)
    model.id.weight.data = model.id.weight.data[order]
    assert torch.allclose(model(moved)[back], before, atol=1e-6)


def test_a_product_that_nobody_bought_has_no_vector_of_its_own(shop: Snapshot) -> None:
    inputs = item_inputs(shop, SMALL)
    model = small_graph(inputs).eval()
    code = shop.products.code["woolsock"]
    before = model(inputs)
    model.id.weight.data[code] += 5.0
    assert torch.equal(model(inputs), before)
    model.id.weight.data[shop.products.code["sock"]] += 5.0
    assert not torch.equal(model(inputs), before)


def test_a_shop_without_sequences_is_told_so(shop: Snapshot) -> None:
    nobody = only(shop, np.zeros(len(shop.events.at), bool), None)
    with pytest.raises(GraphError, match="no user wanted two products"):
        train_items(nobody, SMALL)


@pytest.mark.parametrize(
    ("chosen", "products", "batch"),
    [
        (1024, 12_101, 1024),
        (1024, 500, 42),
        (1024, 12, 32),
        (1024, 50_000, 4231),
        (1024, 1_000_000, 8192),
        (10_000, 1_000_000, 10_000),
        (4, 12, 4),
    ],
)
def test_a_batch_is_in_proportion_to_the_catalogue(chosen: int, products: int, batch: int) -> None:
    assert ItemConfig(batch=chosen).within(products).batch == batch
