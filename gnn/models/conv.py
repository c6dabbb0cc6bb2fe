"""LightGCN's convolution over an adjacency that is its own transpose."""

import torch
from torch import Tensor
from torch_geometric.nn import LGConv

from gnn.models.product import plus_product


class SymmetricConv(LGConv):  # type: ignore[misc]
    """Each node's weighted sum of its neighbours, without weights of its own (He et al., 2020).

    The backward pass multiplies by the same matrix: transposing it there, as autograd does for a
    sparse product, costs more than the product itself.
    """

    def __init__(self) -> None:
        super().__init__(normalize=False)

    def message_and_aggregate(self, adj_t: Tensor, x: Tensor) -> Tensor:
        """adj_t [n, n] and x [n, d] -> [n, d], in float32 whatever is around it: the sparse
        product has no other form everywhere."""
        with torch.autocast(x.device.type, enabled=False):
            spread: Tensor = _SymmetricProduct.apply(adj_t, x.float())
        return spread


class _SymmetricProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, matrix: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(matrix)
        return matrix @ x

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: Tensor) -> tuple[None, Tensor]:
        (matrix,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return None, matrix @ gradient.contiguous()


def mean_of_layers(matrix: Tensor, x: Tensor, layers: int) -> Tensor:
    """The mean of x, A x, A^2 x and so on to A^layers x. A symmetric [n, n], x [n, d] -> [n, d].

    As x + A (x + A (x + A x)): no sum of layers is made beside the products, nothing but A is kept
    for the backward pass, and since A is its own transpose that pass is the same once more.
    """
    mean: Tensor = _MeanOfLayers.apply(matrix, x, layers)
    return mean


class _MeanOfLayers(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx, matrix: Tensor, x: Tensor, layers: int
    ) -> Tensor:
        ctx.save_for_backward(matrix)
        ctx.layers = layers  # type: ignore[attr-defined]
        return _mean(matrix, x, layers)

    @staticmethod
    def backward(
        ctx: torch.autograd.function.FunctionCtx, gradient: Tensor
    ) -> tuple[None, Tensor, None]:
        (matrix,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return None, _mean(matrix, gradient, ctx.layers), None  # type: ignore[attr-defined]


def _mean(matrix: Tensor, x: Tensor, layers: int) -> Tensor:
    total = x
    for layer in range(layers):
        total = plus_product(x, matrix, total, 1 / (layers + 1) if layer == layers - 1 else 1.0)
    return total
