"""Networks by themselves: trained on the known graph, scored without walks and without a ranker."""

from functools import partial
from math import nan

import numpy as np

from gnn.config import MODELS, ItemConfig
from gnn.evaluate.baselines import Baseline, Scorer
from gnn.evaluate.rankings import Learner
from gnn.graphs import adjacency
from gnn.items import train_items
from gnn.prefixes import histories_of
from gnn.relations import starts_of, wanted_links
from kg.errors import GraphError
from kg.recommend.learned import Head
from kg.snapshot import Snapshot
from kg.snapshot.types import MISSING, Ints, Matrix

DIMENSION, LAYERS, EPOCHS, BATCH, RATE, DECAY = 64, 3, 40, 2_048, 5e-3, 1e-4
"""Of LightGCN with its own loss."""


def network(config: ItemConfig, known: Snapshot, later: Snapshot | None = None) -> Scorer:
    """Cosines with a user's vector, which the head makes of the latest products.

    `later` is the same shop when it is asked, from which it takes histories and learns nothing.
    """
    learned = train_items(known, config)
    products = learned.vectors.T

    def score(users: Ints) -> Matrix:
        histories = histories_of(later or known, users, config.length)
        return _users(learned.head, learned.vectors, histories) @ products

    return Learner(score, [(epoch, loss, nan) for epoch, loss in enumerate(learned.losses, 1)])


def light_gcn(known: Snapshot, seed: int = 0) -> Scorer:
    """LightGCN as PyTorch Geometric ships it: inner products of users and products, learned with
    its Bayesian personalised ranking loss. (He et al., 2020; Rendle et al., 2009)

    It is given a CSR adjacency, normalised beforehand, which is much faster than edge indices and
    changes no number. Raises GraphError where nobody wanted anything.
    """
    import torch
    from torch_geometric.nn import LightGCN

    torch.manual_seed(seed)
    starts = starts_of(known)
    links = wanted_links(known, starts)
    pairs = torch.from_numpy(np.stack(links[:2]).astype(np.int64))
    if not pairs.shape[1]:
        raise GraphError("nothing to learn from: nobody wanted anything")
    graph = adjacency(links, starts.brand)
    model = LightGCN(starts.brand, DIMENSION, LAYERS, normalize=False)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        order = torch.randperm(pairs.shape[1])
        for at in range(0, len(order), BATCH):
            some = order[at : at + BATCH]
            users, wanted = pairs[:, some]
            others = torch.randint(starts.product, starts.brand, (len(some),))
            asked = torch.stack([users.repeat(2), torch.cat([wanted, others])])
            liked, other = model(graph, asked).chunk(2)
            loss = model.recommendation_loss(liked, other, torch.unique(asked), DECAY)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        vectors: Matrix = model.get_embedding(graph).numpy()
    products = vectors[starts.product :].T
    return lambda users: vectors[users] @ products


TRAINED: dict[str, Baseline] = {
    "lightgcn-bpr": light_gcn,
    **{f"gnn-{name}": partial(network, config) for name, config in MODELS.items()},
}
"""By name. They take minutes each, so they are judged where they are asked for."""


def _users(head: Head, vectors: Matrix, histories: Ints) -> Matrix:
    """The vectors [b, d] of histories [b, l], latest first; zeros where nothing is known."""
    found = np.zeros((len(histories), vectors.shape[1]), np.float32)
    for row, history in enumerate(histories):
        known = history[history != MISSING]
        if len(known):
            found[row] = head.user(vectors[known].astype(np.float64))
    return found
