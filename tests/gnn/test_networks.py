"""Every network: what it must learn, what must not change what it says, what reaches it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gnn.config import MODELS, ItemConfig
from gnn.evaluate.splits import temporal
from gnn.evaluate.trained import TRAINED
from gnn.items import train_items
from gnn.models.conv import mean_of_layers
from gnn.models.hetero import Heterogeneous
from gnn.models.light_gcn import LightGCN
from gnn.networks import build
from gnn.relations import relations_of, starts_of
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def small(name: str) -> ItemConfig:
    few = replace(MODELS[name], dimension=16, epochs=30, batch=4, negatives=8, device="cpu")
    return replace(few, dropout=0.0, drawn=2, rate=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_a_network_learns_what_is_bought_after_the_sock_and_the_runner(
    shop: Snapshot, name: str
) -> None:
    learned = train_items(shop, small(name))
    code = shop.products.code
    history = [code["sock"], code["runner"]]
    user = learned.head.user(learned.vectors[history].astype(float))
    best = [shop.products.ids[each] for each in np.argsort(-(learned.vectors @ user))]
    assert "shirt" in [each for each in best if each not in ("sock", "runner")][:2]
    assert learned.losses[-1] < learned.losses[0] / 2


@pytest.mark.parametrize("name", MODELS)
def test_gradients_reach_every_parameter_but_that_of_texts_that_are_not_there(
    shop: Snapshot, name: str
) -> None:
    built = build(shop, small(name))
    vectors = built.vectors(0)
    assert vectors.shape == (12, 16)
    torch.autograd.backward((vectors * torch.randn(12, 16)).sum())
    still = [
        name
        for name, parameter in built.network.named_parameters()
        if parameter.grad is None or not parameter.grad.abs().sum()
    ]
    assert still == ([] if name == "lightgcn" else ["text.weight"])


def test_light_gcn_is_the_mean_of_its_layers_on_a_graph_worked_out_by_hand() -> None:
    """Two nodes joined by one relationship, of weight 1, and one alone."""
    network = LightGCN(3, 1, layers=2)
    network.id.weight.data = torch.tensor([[3.0], [6.0], [9.0]])
    graph = torch.tensor([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]]).to_sparse_csr()
    # (3 + 6 + 3) / 3 and (6 + 3 + 6) / 3; nothing is said of the one alone.
    assert network(graph).squeeze(1).tolist() == [4.0, 5.0, 0.0]


def test_the_mean_of_layers_and_its_gradient_are_those_of_layer_after_layer() -> None:
    torch.manual_seed(5)
    half, x = torch.rand(5, 5), torch.rand(5, 2, requires_grad=True)
    dense, wanted = half + half.T, torch.rand(5, 2)
    plain = (x + dense @ x + dense @ dense @ x + dense @ dense @ dense @ x) / 4
    (before,) = torch.autograd.grad((plain * wanted).sum(), x)
    found = mean_of_layers(dense.to_sparse_csr(), x, 3)
    (after,) = torch.autograd.grad((found * wanted).sum(), x)
    assert torch.allclose(found, plain, atol=1e-4)
    assert torch.allclose(after, before, atol=1e-4)


def test_the_heterogeneous_network_adds_up_relations_as_worked_out_by_hand() -> None:
    """Nodes 0 and 1 by the first relation, 1 and 2 by the second; one layer."""
    network = Heterogeneous(torch.zeros(3, 1), torch.tensor([1.0, 1, 0]), 2, 1, layers=1).eval()
    network.id.weight.data = torch.tensor([[2.0], [3.0], [5.0]])
    network.share.data = torch.tensor([[[10.0], [100.0]]])
    first = torch.tensor([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]]).to_sparse_csr()
    second = torch.tensor([[0.0, 0, 0], [0, 0, 1], [0, 1, 0]]).to_sparse_csr()
    # Node 2 is not known and has no vector of its own: 2 + 10 * 3, 3 + 10 * 2 + 100 * 0, 100 * 3.
    assert network([first, second]).squeeze(1).tolist() == [32.0, 23.0, 300.0]


def test_nodes_of_all_types_are_numbered_through_and_related_once(shop: Snapshot) -> None:
    starts = starts_of(shop)
    assert starts.product == len(shop.users)
    assert starts.brand - starts.product == 12
    relations = relations_of(shop, MODELS["hetero"])
    source, target, weight = relations["made_by"]
    code = shop.products.code["runner"]
    brand = shop.brands.ids.index("acme")
    assert (starts.product + code, starts.brand + brand) in set(
        zip(source.tolist(), target.tolist(), strict=True)
    )
    assert weight.tolist() == [1.0] * len(source)
    assert len(relations["near_in_text"][0]) == 0


def test_another_order_of_nodes_only_reorders_what_light_gcn_says() -> None:
    torch.manual_seed(3)
    dense = torch.rand(6, 6)
    dense = dense + dense.T
    network, order = LightGCN(6, 4), torch.randperm(6)
    before = network(dense.to_sparse_csr())
    network.id.weight.data = network.id.weight.data[order]
    moved = network(dense[order][:, order].to_sparse_csr())
    assert torch.allclose(moved, before[order], atol=1e-5)


def test_another_order_of_nodes_only_reorders_what_the_heterogeneous_network_says() -> None:
    torch.manual_seed(4)
    text, known = torch.rand(6, 3), torch.tensor([1.0, 0, 1, 1, 0, 1])
    halves = [torch.rand(6, 6) for _ in range(2)]
    graphs = [each + each.T for each in halves]
    network, order = Heterogeneous(text, known, 2, 4).eval(), torch.randperm(6)
    before = network([each.to_sparse_csr() for each in graphs])
    moved = Heterogeneous(text[order], known[order], 2, 4).eval()
    moved.load_state_dict(network.state_dict() | {"id.weight": network.id.weight.data[order]})
    after = moved([each[order][:, order].to_sparse_csr() for each in graphs])
    assert torch.allclose(after, before[order], atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_what_happens_from_the_cut_on_changes_no_prediction(name: str, tmp_path: Path) -> None:
    until = 1736380800
    shutil.copytree(TOY_SHOP, tmp_path / "shop")
    with (tmp_path / "shop" / "events.csv").open("a") as events:
        events.write(f"ann,soap,BOUGHT,{until},,o77\nann,lipred,BOUGHT,{until + 1},,o78\n")
        events.write(f"cat,trail,RATED,{until + 2},5,\n")
    few = replace(small(name), epochs=2)
    shops = [snapshot_of(open_source(folder)) for folder in (TOY_SHOP, tmp_path / "shop")]
    assert len(shops[1].events.at) == len(shops[0].events.at) + 3
    plain, planted = (train_items(temporal(each, until).known, few) for each in shops)
    assert planted.vectors.tobytes() == plain.vectors.tobytes()
    changed = train_items(shops[1], few)
    assert changed.vectors.tobytes() != train_items(shops[0], few).vectors.tobytes()


@pytest.mark.parametrize("name", ["lightgcn-bpr"])
def test_light_gcn_as_it_is_shipped_finds_what_those_who_bought_the_same_bought(
    shop: Snapshot, name: str
) -> None:
    scores = TRAINED[name](shop)(np.arange(len(shop.users), dtype=np.int32))
    assert scores.shape == (len(shop.users), 12)
    ann, code = shop.users.index("ann"), shop.products.code
    assert scores[ann, code["sock"]] > scores[ann, code["lipred"]]
