"""What is minimised: the loss of naming the next product, and of naming nothing but its likes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gnn.config import ItemConfig
from gnn.prefixes import Prefixes
from kg.snapshot.types import Floats, Ints, Snapshot

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Objective:
    """log_q [n]: how likely each product is among a batch's candidates, where that is corrected
    for; features [n, t] of unit length: what likeness is measured by, None for learned vectors."""

    config: ItemConfig
    log_q: "Tensor | None" = None
    features: "Tensor | None" = None


def objective_of(
    snapshot: Snapshot, prefixes: Prefixes, config: ItemConfig, device: str
) -> Objective:
    """The objective that `config` describes."""
    import torch

    log_q = features = None
    if config.popularity_correction:
        found = log_inclusion(prefixes.target, len(snapshot.products.ids), config)
        log_q = torch.from_numpy(found.astype(np.float32)).to(device)
    if config.diversity_weight and snapshot.text is not None:
        features = torch.from_numpy(snapshot.text.product).to(device)
    return Objective(config, log_q, features)


def log_inclusion(targets: Ints, n: int, config: ItemConfig) -> Floats:
    """log Q [n]: each product's chance to be among the candidates of a batch, as one of its
    targets [m] or of the negatives that are drawn uniformly."""
    share = np.bincount(targets, minlength=n) / len(targets)
    with np.errstate(divide="ignore"):  # log 0: it is in every batch
        never = config.batch * np.log1p(-share) + config.negatives * np.log1p(-1 / n)
    return np.asarray(np.log(-np.expm1(never)), np.float64)


def loss_of(
    objective: Objective,
    users: "Tensor",
    vectors: "Tensor",
    target: "Tensor",
    weight: "Tensor",
    temperature: "Tensor",
) -> "Tensor":
    """L_rel + lambda L_div of a batch. users [b, d], vectors [n, d], target and weight [b] ->
    scalar.

    L_rel is the weighted cross-entropy of the cosine over the temperature, by sampled softmax over
    the batch's targets and uniform negatives; lambda is config.diversity_weight.
    """
    import torch
    from torch.nn import functional

    config = objective.config
    negatives = torch.randint(len(vectors), (config.negatives,), device=target.device)
    candidates, repeated = distinct(torch.cat([target, negatives]))
    logits = users @ functional.embedding(candidates, vectors).T / temperature
    if repeated is not None:
        logits = logits.masked_fill(repeated, -torch.inf)
    place = torch.searchsorted(candidates, target)
    loss = relevance_loss(logits, place, weight, _of(objective.log_q, candidates))
    if config.diversity_weight:
        seen = vectors if objective.features is None else objective.features
        loss = loss + config.diversity_weight * likeness(logits, seen[candidates])
    return loss


def distinct(drawn: "Tensor") -> "tuple[Tensor, Tensor | None]":
    """What was drawn [m] in order, and which of it is there for the second time, if any is.

    A CPU leaves these out. On a GPU they stay: how many there are would have to be waited for.
    """
    import torch

    if drawn.device.type == "cpu":
        return torch.unique(drawn), None
    ordered = drawn.sort().values
    return ordered, ordered.diff(prepend=ordered.new_full((1,), -1)) == 0


def relevance_loss(
    logits: "Tensor", place: "Tensor", weight: "Tensor", log_q: "Tensor | None" = None
) -> "Tensor":
    """Weighted mean cross-entropy. logits [b, c], place and weight [b], log_q [c] -> scalar.

    Taking log Q from the logits undoes that popular products are candidates more often than
    others, for which a softmax over a sample would punish them. (Yi et al., 2019)
    """
    from torch.nn import functional

    corrected = logits if log_q is None else logits - log_q
    losses = functional.cross_entropy(corrected, place, reduction="none")
    return (weight * losses).sum() / weight.sum().clamp_min(1e-12)


def likeness(logits: "Tensor", features: "Tensor") -> "Tensor":
    """How alike two products are, on average, that are drawn from a user's softmax over the
    candidates. logits [b, c], features [c, t] of unit length -> scalar.

    sum_ij p_i p_j cos(i, j) = |sum_i p_i f_i|^2: one minus Rao's quadratic entropy, the diversity
    of a mixture. (Rao, 1982; as a batch's intra-list similarity: Carbonell and Goldstein, 1998)
    """
    mixture = logits.softmax(1) @ features
    return mixture.square().sum(1).mean()


def _of(values: "Tensor | None", places: "Tensor") -> "Tensor | None":
    return None if values is None else values[places]
