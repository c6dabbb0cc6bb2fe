"""A snapshot as PyTorch Geometric sees it: typed nodes and edges with features and moments."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.snapshot.types import EVENT_TYPES, MISSING, Edges, Rows, Snapshot

if TYPE_CHECKING:
    from torch import Tensor
    from torch_geometric.data import HeteroData

EdgeType = tuple[str, str, str]
"""Label of the start, type, label of the end, as PyG names relationships."""


def hetero_data(snapshot: Snapshot) -> "HeteroData":
    """Every node and edge type of the graph, nodes in the order of the snapshot's codes.

    Nodes have `num_nodes` and, where the graph has text vectors, `x` [n, d]. Edges have
    `edge_index` [2, e]; events also `time` [e] and `value` [e] (nan where there is none), derived
    relationships `weight` [e] and `support` [e]. Types are named as in the graph, and so are the
    groups and edge types of PyG's FeatureStore and GraphStore, both of which this is.
    """
    from torch_geometric.data import HeteroData

    data = HeteroData()
    _add_nodes(data, snapshot)
    _add_structure(data, snapshot)
    _add_events(data, snapshot)
    _add_derived(data, "BOUGHT_NEXT", snapshot.derived.bought_next)
    _add_derived(data, "BOUGHT_WITH", snapshot.derived.bought_with)
    return data


def csr_matrices(data: "HeteroData") -> dict[EdgeType, "Tensor"]:
    """Each relationship type as a sparse CSR tensor [start nodes, end nodes], by PyG's names.

    An entry is a derived relationship's weight, for others how often the pair is there.
    """
    import torch
    from torch_geometric.utils import to_torch_csr_tensor

    matrices = {}
    for attr in data.get_all_edge_attrs():
        edges = data[attr.edge_type]
        weight = edges.get("weight")
        given = torch.ones(edges.num_edges) if weight is None else weight
        with torch.sparse.check_sparse_tensor_invariants():  # type: ignore[no-untyped-call]
            matrix = to_torch_csr_tensor(edges.edge_index, given, edges.size())
        matrices[attr.edge_type] = matrix
    return matrices


def _add_nodes(data: "HeteroData", snapshot: Snapshot) -> None:
    import torch

    counts = {
        "Product": len(snapshot.products.ids),
        "User": len(snapshot.users),
        "Brand": len(snapshot.brands.ids),
        "Category": len(snapshot.categories.ids),
    }
    for label, count in counts.items():
        data[label].num_nodes = count
    if snapshot.text is not None:
        data["Product"].x = torch.from_numpy(snapshot.text.product)
        data["Brand"].x = torch.from_numpy(snapshot.text.brand)
        data["Category"].x = torch.from_numpy(snapshot.text.category)


def _add_structure(data: "HeteroData", snapshot: Snapshot) -> None:
    branded = np.flatnonzero(snapshot.products.brand != MISSING)
    below = np.flatnonzero(snapshot.parent != MISSING)
    placed = snapshot.product_categories
    pairs = {
        ("Product", "MADE_BY", "Brand"): (branded, snapshot.products.brand[branded]),
        ("Product", "IN_CATEGORY", "Category"): (_sources(placed), placed.to),
        ("Category", "SUBCATEGORY_OF", "Category"): (below, snapshot.parent[below]),
    }
    for kind, (start, end) in pairs.items():
        data[kind].edge_index = _edge_index(start, end)


def _add_events(data: "HeteroData", snapshot: Snapshot) -> None:
    import torch

    events = snapshot.events
    for code, name in enumerate(EVENT_TYPES):
        of_type = np.flatnonzero(events.type == code)
        edges = data["User", name, "Product"]
        edges.edge_index = _edge_index(events.user[of_type], events.product[of_type])
        edges.time = torch.from_numpy(events.at[of_type])
        edges.value = torch.from_numpy(events.value[of_type].astype(np.float32))


def _add_derived(data: "HeteroData", name: str, derived: Edges) -> None:
    import torch

    edges = data["Product", name, "Product"]
    edges.edge_index = _edge_index(_sources(derived), derived.to)
    edges.weight = torch.from_numpy(derived.weight.astype(np.float32))
    edges.support = torch.from_numpy(derived.support.astype(np.int64))


def _sources(rows: Rows) -> NDArray[np.int64]:
    """The node [e] that each entry of compressed rows belongs to."""
    return np.repeat(np.arange(len(rows.start) - 1), np.diff(rows.start))


def _edge_index(start: NDArray[np.integer], end: NDArray[np.integer]) -> object:
    """Pairs of codes [e] as an edge_index [2, e]."""
    import torch

    return torch.from_numpy(np.stack([start, end]).astype(np.int64))
