"""What the item graph network is given of a snapshot."""

from typing import TYPE_CHECKING

import numpy as np

from gnn.config import ItemConfig
from gnn.graphs import Links, adjacency, links_of, text_links, without
from kg.derive.sequences import evidence_of
from kg.snapshot import columns_of
from kg.snapshot.types import Snapshot

if TYPE_CHECKING:
    from torch import Tensor

    from gnn.models.item_graph import ItemInputs


def item_inputs(snapshot: Snapshot, config: ItemConfig, device: str = "cpu") -> "ItemInputs":
    """The sequence graph (BOUGHT_NEXT both ways) and the text graph, with products' features."""
    import torch

    from gnn.models.item_graph import ItemInputs

    n = len(snapshot.products.ids)
    text = np.zeros((n, 1), np.float32) if snapshot.text is None else snapshot.text.product
    wanted = np.bincount(evidence_of(columns_of(snapshot)).product, minlength=n) > 0
    graphs = [links_of(snapshot.derived.bought_next), text_links(text, config.text_neighbours)]
    placed = snapshot.product_categories

    def there(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> "Tensor":
        return torch.from_numpy(array).to(device)

    return ItemInputs(
        text=there(text),
        brand=there(snapshot.products.brand.astype(np.int64) + 1),
        brands=len(snapshot.brands.ids),
        category=there(placed.to.astype(np.int64)),
        category_start=there(placed.start[:-1]),
        categories=len(snapshot.categories.ids),
        known=there(wanted.astype(np.float32)),
        graphs=tuple(adjacency(each, n, device) for each in graphs),
    )


def drawn_graphs(
    snapshot: Snapshot, config: ItemConfig, chance: np.random.Generator, device: str = "cpu"
) -> "list[Tensor]":
    """Sequence graphs that each lack some relationships, so that none is relied on."""
    links: Links = links_of(snapshot.derived.bought_next)
    n = len(snapshot.products.ids)
    draws = (without(links, config.edge_dropout, chance) for _ in range(config.drawn))
    return [adjacency(each, n, device) for each in draws]
