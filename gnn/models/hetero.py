"""A heterogeneous network over users, products, brands and categories."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from gnn.models.conv import SymmetricConv


class Heterogeneous(nn.Module):
    """h_0 = id + text; h_l = sum over relations r of w_lr * A_r h_(l-1); their sum.

    Nodes of all types are numbered through. An R-GCN (Schlichtkrull et al., 2018) whose relation
    matrices are diagonal: blocks of one, since full ones would cost 20 times the rest on a CPU.
    """

    def __init__(
        self,
        text: Tensor,
        known: Tensor,
        relations: int,
        dimension: int,
        layers: int = 2,
        dropout: float = 0.3,
        id_dropout: float = 0.1,
    ) -> None:
        """text [n, t], zeros where there is none; known [n]: which have an id vector."""
        super().__init__()
        self.register_buffer("told", text, persistent=False)
        self.register_buffer("known", known, persistent=False)
        self.id = nn.Embedding(len(text), dimension)
        self.text = nn.Linear(text.shape[1], dimension, bias=False)
        self.share = nn.Parameter(torch.full((layers, relations, dimension), 1 / relations))
        self.conv = SymmetricConv()
        self.dropout = dropout
        self.id_dropout = id_dropout
        nn.init.normal_(self.id.weight, std=0.1)

    def features(self) -> Tensor:
        """What each node is by itself [n, d]."""
        own = self.id.weight * self.get_buffer("known")[:, None]
        if self.training and self.id_dropout:
            own = own * (torch.rand(len(own), 1, device=own.device) >= self.id_dropout)
        total: Tensor = own + self.text(self.get_buffer("told"))
        return functional.dropout(total, self.dropout, self.training)

    def forward(self, graphs: Sequence[Tensor]) -> Tensor:
        """A symmetric sparse CSR adjacency [n, n] for each relation -> vectors [n, d]."""
        h = self.features()
        total = h
        for shares in self.share:
            spread = torch.zeros_like(h)
            for share, graph in zip(shares, graphs, strict=True):
                spread = torch.addcmul(spread, share, self.conv(h, graph))
            h = spread
            total = total + h
        return total
