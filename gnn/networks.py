"""The networks that make product vectors of a snapshot, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gnn.config import ItemConfig
from gnn.graphs import adjacency, without
from gnn.inputs import drawn_graphs, item_inputs
from gnn.relations import known_of, relations_of, starts_of, texts_of, wanted_links
from kg.snapshot.types import Snapshot

if TYPE_CHECKING:
    from torch import Tensor, nn

DRAWN = ("wanted", "bought_next")
"""Relations of which a share is left out in training: what is to be learned is among them."""


@dataclass(frozen=True, eq=False)
class Built:
    """A network with what it looks at, relationships of which so many draws take `turns`.

    `vectors` gives those of all products [n, d], of unit length: those of a training step by its
    number, which chooses the relationships that are there, or with all of them where it is None.
    """

    network: "nn.Module"
    products: int
    vectors: Callable[[int | None], "Tensor"]
    turns: int = 1


def build(snapshot: Snapshot, config: ItemConfig, device: str = "cpu") -> Built:
    """The network that `config` names. Its parameters are drawn from torch's generator."""
    return NETWORKS[config.network](snapshot, config, device)


def _items(snapshot: Snapshot, config: ItemConfig, device: str) -> Built:
    from gnn.models.item_graph import ItemGraph

    inputs = item_inputs(snapshot, config, device)
    graphs = drawn_graphs(snapshot, config, np.random.default_rng(config.seed), device)
    network = ItemGraph(inputs, config.dimension, config.layers, config.dropout, config.id_dropout)

    def vectors(step: int | None) -> "Tensor":
        seen = None if step is None else (graphs[step % len(graphs)], *inputs.graphs[1:])
        found: Tensor = network(inputs, seen)
        return found

    return Built(network.to(device), inputs.products, vectors, len(graphs))


def _light_gcn(snapshot: Snapshot, config: ItemConfig, device: str) -> Built:
    from torch.nn import functional

    from gnn.models.light_gcn import LightGCN

    starts = starts_of(snapshot)
    products = starts.brand - starts.product
    graph = adjacency(wanted_links(snapshot, starts), starts.brand, device)
    network = LightGCN(starts.brand, config.dimension, config.layers)

    def vectors(_: int | None) -> "Tensor":
        return functional.normalize(network(graph)[starts.product :], dim=1)

    return Built(network.to(device), products, vectors)


def _hetero(snapshot: Snapshot, config: ItemConfig, device: str) -> Built:
    import torch
    from torch.nn import functional

    from gnn.models.hetero import Heterogeneous

    starts, relations = starts_of(snapshot), relations_of(snapshot, config)
    chance = np.random.default_rng(config.seed)
    whole = {name: adjacency(links, starts.end, device) for name, links in relations.items()}
    drawn = [
        {
            name: adjacency(
                without(relations[name], config.edge_dropout, chance), starts.end, device
            )
            for name in DRAWN
        }
        for _ in range(config.drawn)
    ]
    network = Heterogeneous(
        torch.from_numpy(texts_of(snapshot)),
        torch.from_numpy(known_of(snapshot).astype(np.float32)),
        len(whole),
        config.dimension,
        config.layers,
        config.dropout,
        config.id_dropout,
    )

    def vectors(step: int | None) -> "Tensor":
        seen = whole if step is None else whole | drawn[step % len(drawn)]
        found = network(list(seen.values()))[starts.product : starts.brand]
        return functional.normalize(found, dim=1)

    return Built(network.to(device), starts.brand - starts.product, vectors, len(drawn))


NETWORKS: dict[str, Callable[[Snapshot, ItemConfig, str], Built]] = {
    "items": _items,
    "lightgcn": _light_gcn,
    "hetero": _hetero,
}
