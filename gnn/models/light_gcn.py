"""LightGCN over users and products, with CSR adjacencies. (He et al., 2020)"""

import torch
from torch import Tensor, nn

from gnn.models.conv import mean_of_layers


class LightGCN(nn.Module):
    """Vectors of n nodes, each the mean of what it is itself and of its layers of neighbours.

    It knows nothing of texts, brands and categories: a product that nobody bought has no vector.
    """

    def __init__(self, nodes: int, dimension: int, layers: int = 3) -> None:
        super().__init__()
        self.id = nn.Embedding(nodes, dimension)
        self.layers = layers
        nn.init.normal_(self.id.weight, std=0.1)

    def forward(self, graph: Tensor) -> Tensor:
        """A symmetric sparse CSR adjacency [n, n] -> [n, d], zeros for a node without neighbours.

        The last holds because such a node's own vector is left out as well.
        """
        own = self.id.weight * (graph.crow_indices().diff() > 0)[:, None]
        with torch.autocast(own.device.type, enabled=False):
            return mean_of_layers(graph, own.float(), self.layers)
