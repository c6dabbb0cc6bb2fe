"""Product vectors from what a product is and from its neighbours in the graph."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from gnn.models.conv import SymmetricConv


@dataclass(frozen=True, eq=False)
class ItemInputs:
    """What the graph says of n products.

    text [n, t]; brand [n], 0 for none; categories of each product as a bag: flat codes [m] and
    where each product's begin [n]; known [n] says which have been bought: only these have an id
    vector. graphs are symmetric sparse CSR adjacencies [n, n], normalised.
    """

    text: Tensor
    brand: Tensor
    brands: int
    category: Tensor
    category_start: Tensor
    categories: int
    known: Tensor
    graphs: tuple[Tensor, ...]

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self.text)


class ItemGraph(nn.Module):
    """h_0 = id + text + brand + category; h_l = sum over graphs g of a_lg A_g h_(l-1); their sum.

    Products without an id vector (never bought) get theirs from the rest and from neighbours; id
    dropout in training teaches the model to do without.
    """

    def __init__(
        self,
        inputs: ItemInputs,
        dimension: int,
        layers: int = 2,
        dropout: float = 0.3,
        id_dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.id = nn.Embedding(inputs.products, dimension)
        self.text = nn.Linear(inputs.text.shape[1], dimension, bias=False)
        self.brand = nn.Embedding(inputs.brands + 1, dimension, padding_idx=0)
        self.category = nn.EmbeddingBag(max(inputs.categories, 1), dimension, mode="mean")
        self.share = nn.Parameter(torch.full((layers, len(inputs.graphs)), 1 / len(inputs.graphs)))
        self.conv = SymmetricConv()
        self.dropout = dropout
        self.id_dropout = id_dropout
        for table in (self.id, self.brand, self.category):
            nn.init.normal_(table.weight, std=0.1)

    def features(self, inputs: ItemInputs) -> Tensor:
        """What each product is by itself [n, d]."""
        own = self.id.weight * inputs.known[:, None]
        if self.training and self.id_dropout:
            kept = torch.rand(len(own), 1, device=own.device) >= self.id_dropout
            own = own * kept
        bags = self.category(inputs.category, inputs.category_start)
        total: Tensor = own + self.text(inputs.text) + self.brand(inputs.brand) + bags
        return functional.dropout(total, self.dropout, self.training)

    def forward(self, inputs: ItemInputs, graphs: tuple[Tensor, ...] | None = None) -> Tensor:
        """Vectors of unit length [n, d]. `graphs` stand in for those of the inputs."""
        h = self.features(inputs)
        total = h
        for share in self.share:
            spread = [
                weight * self.conv(h, graph)
                for weight, graph in zip(share, graphs or inputs.graphs, strict=True)
            ]
            h = torch.stack(spread).sum(0)
            total = total + h
        return functional.normalize(total, dim=1)
