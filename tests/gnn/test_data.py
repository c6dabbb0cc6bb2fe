"""The toy shop as HeteroData: every node and edge type, with exact edges."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch_geometric.data import HeteroData

from gnn.data import csr_matrices, hetero_data
from kg.schema import RELATIONSHIPS
from kg.snapshot import Snapshot, embedded, open_snapshot, snapshot_of, write_snapshot
from kg.snapshot.state import State
from kg.sources import open_source
from tests.test_snapshot import letters

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


@pytest.fixture(scope="module")
def data(shop: Snapshot) -> HeteroData:
    return hetero_data(shop)


def named(data: HeteroData, shop: Snapshot, kind: tuple[str, str, str]) -> set[tuple[str, str]]:
    ids = {
        "Product": shop.products.ids,
        "User": shop.users,
        "Brand": shop.brands.ids,
        "Category": shop.categories.ids,
    }
    start, _, end = kind
    return {(ids[start][a], ids[end][b]) for a, b in data[kind].edge_index.t().tolist()}


def test_has_every_relationship_type_of_the_schema(data: HeteroData) -> None:
    kinds = {(rel.start.label, rel.type, rel.end.label) for rel in RELATIONSHIPS.values()}
    assert set(data.edge_types) == kinds
    assert data.validate()


def test_counts_the_nodes_of_each_label(data: HeteroData) -> None:
    assert {label: data[label].num_nodes for label in data.node_types} == {
        "Product": 12,
        "User": 6,
        "Brand": 4,
        "Category": 10,
    }


def test_events_keep_their_moment_and_value(data: HeteroData, shop: Snapshot) -> None:
    rated = data["User", "RATED", "Product"]
    assert named(data, shop, ("User", "RATED", "Product")) == {("cat", "lippink"), ("dan", "trail")}
    assert rated.time.tolist() == [1736035200, 1736208000]
    assert rated.value.tolist() == [5.0, 2.0]
    assert data["User", "VIEWED", "Product"].value.isnan().all()


def test_categories_point_to_their_parents(data: HeteroData, shop: Snapshot) -> None:
    assert named(data, shop, ("Category", "SUBCATEGORY_OF", "Category")) == {
        ("shoes/running shoes", "shoes"),
        ("shoes/sandals", "shoes"),
        ("clothing/socks", "clothing"),
        ("clothing/shirts", "clothing"),
        ("beauty/lips", "beauty"),
        ("beauty/lips/lipsticks", "beauty/lips"),
        ("beauty/lips/lip balms", "beauty/lips"),
    }


def test_derived_edges_keep_their_weight_and_support(data: HeteroData, shop: Snapshot) -> None:
    edges = data["Product", "BOUGHT_NEXT", "Product"]
    code = shop.products.code
    red_then_pink = (edges.edge_index == torch.tensor([[code["lipred"]], [code["lippink"]]])).all(0)
    # cat had one product between (.7), eve none (1); each product has two buyers, shrinkage 30.
    assert edges.weight[red_then_pink].tolist() == [pytest.approx(1.7 / 32)]
    assert edges.support[red_then_pink].tolist() == [2]


def test_a_product_without_brand_has_no_edge_to_one(data: HeteroData, shop: Snapshot) -> None:
    branded = data["Product", "MADE_BY", "Brand"].edge_index[0].tolist()
    missing = sorted(set(np.arange(12).tolist()) - set(branded))
    assert [shop.products.ids[each] for each in missing] == ["soap"]


def test_groups_and_edge_types_go_by_the_names_of_the_graph(shop: Snapshot) -> None:
    data = hetero_data(embedded(shop, letters, "letters"))
    features = {(attr.group_name, attr.attr_name) for attr in data.get_all_tensor_attrs()}
    assert features == {("Product", "x"), ("Brand", "x"), ("Category", "x")}
    acme = data.get_tensor(group_name="Brand", attr_name="x", index=torch.tensor([0]))
    assert acme.tolist() == [[4.0, 0.0]]  # "Acme" in letters, and how many of them are an a
    kinds = {(rel.start.label, rel.type, rel.end.label) for rel in RELATIONSHIPS.values()}
    assert {attr.edge_type for attr in data.get_all_edge_attrs()} == kinds


def test_matrices_count_events_and_weigh_derived_edges(data: HeteroData, shop: Snapshot) -> None:
    matrices = csr_matrices(data)
    assert set(matrices) == set(data.edge_types)
    assert {matrix.layout for matrix in matrices.values()} == {torch.sparse_csr}
    placed = matrices["Product", "IN_CATEGORY", "Category"]
    assert placed.crow_indices().tolist() == shop.product_categories.start.tolist()
    assert placed.col_indices().tolist() == shop.product_categories.to.tolist()
    bought, code = matrices["User", "BOUGHT", "Product"], shop.products.code
    assert bought.shape == (6, 12)
    assert bought.to_dense()[shop.user_code["bob"]].nonzero().ravel().tolist() == sorted(
        [code["runner"], code["sock"]]
    )
    after = matrices["Product", "BOUGHT_NEXT", "Product"].to_dense()
    assert after[code["lipred"], code["lippink"]].item() == pytest.approx(1.7 / 32)


def test_a_kept_snapshot_gives_the_same_data(shop: Snapshot, tmp_path: Path) -> None:
    given = embedded(shop, letters, "letters")
    write_snapshot(tmp_path, given, State("here", "B4C0", 0, "", {}))
    kept, made = hetero_data(open_snapshot(tmp_path)), hetero_data(given)
    for kind in made.edge_types:
        assert torch.equal(kept[kind].edge_index, made[kind].edge_index)
    assert torch.equal(kept["Product"].x, made["Product"].x)
