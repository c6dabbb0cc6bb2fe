"""What is minimised: the loss of naming the next product, for a batch of histories."""

from typing import TYPE_CHECKING

from gnn.config import ItemConfig

if TYPE_CHECKING:
    from torch import Tensor


def next_product_loss(
    users: "Tensor",
    vectors: "Tensor",
    target: "Tensor",
    temperature: "Tensor",
    config: ItemConfig,
) -> "Tensor":
    """Sampled softmax over the batch's targets and uniform negatives.

    users [b, d], vectors [n, d], target [b] -> scalar: cross-entropy of the cosine over the
    temperature.
    """
    import torch
    from torch.nn import functional

    negatives = torch.randint(len(vectors), (config.negatives,), device=target.device)
    candidates = torch.unique(torch.cat([target, negatives]))
    logits = users @ vectors[candidates].T / temperature
    return functional.cross_entropy(logits, torch.searchsorted(candidates, target))
