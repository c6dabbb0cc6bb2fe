"""What every model is held against: scores from a known graph that take seconds to prepare.

A baseline is given the known graph alone, never the targets, and returns a Scorer.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gnn.evaluate.sparse import (
    Weighted,
    added,
    cosines,
    histories,
    links,
    transposed,
    walked,
)
from kg.errors import GraphError, OptionError
from kg.recommend.recipes import DECAY
from kg.snapshot import Snapshot
from kg.snapshot.types import Ints, Matrix

SHRINK = 10.0
"""Of cosines: added to the denominator, so that one shared buyer says little."""

ALIKE = 2_000
"""Products that a product is compared with, the most alike."""

LIKE_MINDED = 100
"""Users that a user is compared with."""

RECENT = 0.7
"""Of item-KNN with recency: what a product of a history counts beside the next. Chosen on Beauty's
validation products: NDCG@10 .0478 with 1, .0529 with .8, .0539 with .7, .0541 with .6, .0537 with
.5, where Recall@10 has its best with .7."""

EASE_LIMIT = 50_000
"""Products: ten gigabytes for the matrix, as much again to invert it."""

EASE_LAMBDA = 30.0
"""Chosen on Beauty's validation products: NDCG@10 .0474 with 10, .0476 with 30, .0462 with 100."""


class Scorer(Protocol):
    """Scores [b, products] of users [b] by code; minus infinity for what is not recommended."""

    def __call__(self, users: Ints, /) -> NDArray[np.floating]:
        """Score every product for each of the users."""
        ...


Baseline = Callable[[Snapshot], Scorer]


def popularity(known: Snapshot) -> Scorer:
    """What most users want, the same for everybody."""
    scores = known.derived.popularity.astype(np.float64)
    return lambda users: np.tile(scores, (len(users), 1))


def item_knn(known: Snapshot) -> Scorer:
    """Products that the buyers of one's own bought too, by shrunk cosine. (Sarwar et al., 2001)"""
    n = len(known.products.ids)
    own = histories(known)
    alike = cosines(own, n, SHRINK, ALIKE)
    return lambda users: walked(own, users, alike, n)


def item_knn_recent(known: Snapshot) -> Scorer:
    """Item-KNN whose latest products weigh most, as a shopper's next step is from there."""
    n = len(known.products.ids)
    alike = cosines(histories(known), n, SHRINK, ALIKE)
    own = histories(known, RECENT)
    return lambda users: walked(own, users, alike, n)


def user_knn(known: Snapshot) -> Scorer:
    """What the most like-minded users wanted, by shrunk cosine. (Resnick et al., 1994)"""
    n = len(known.products.ids)
    own = histories(known)
    minded = cosines(transposed(own, n), len(known.users), SHRINK, LIKE_MINDED)
    return lambda users: walked(minded, users, own, n)


def ease(known: Snapshot, penalty: float = EASE_LAMBDA) -> Scorer:
    """A closed-form regression of each product on all others. (Steck, 2019)

    Each user's products weigh 1 / sqrt of their number; `penalty` is its lambda. It inverts a dense
    matrix of products by products: raises OptionError above EASE_LIMIT of them.
    """
    n = len(known.products.ids)
    if n > EASE_LIMIT:
        raise OptionError(
            f"ease takes memory for {n:,} x {n:,} numbers; it is refused above"
            f" {EASE_LIMIT:,} products: leave it out of --models"
        )
    own = histories(known)
    weights = _regression(gram(own, n, 0.5), penalty)
    return lambda users: added(own, users, weights)


def bought_next(known: Snapshot) -> Scorer:
    """The walk along BOUGHT_NEXT from one's products, the latest weighing most."""
    own, n = histories(known, DECAY), len(known.products.ids)
    after = links(known.derived.bought_next)
    return lambda users: walked(own, users, after, n)


def text_only(known: Snapshot) -> Scorer:
    """How alike the texts are: the cosine with the mean vector of one's products.

    Raises GraphError for a graph without vectors.
    """
    if known.text is None:
        raise GraphError("text compares vectors; give the graph some with kgrec refresh-embeddings")
    vectors, silent = known.text.product, ~known.text.has_product
    own = histories(known)

    def score(users: Ints) -> Matrix:
        means = added(own, users, vectors)
        length = np.linalg.norm(means, axis=1, keepdims=True)
        known_to = np.isfinite(length) & (length > 0)
        cosine = np.divide(means, length, out=np.zeros_like(means), where=known_to) @ vectors.T
        return np.where(known_to & ~silent, cosine, np.float32(-np.inf))

    return score


BASELINES: dict[str, Baseline] = {
    "popularity": popularity,
    "item-knn": item_knn,
    "item-knn-recent": item_knn_recent,
    "user-knn": user_knn,
    "ease": ease,
    "bought-next": bought_next,
    "text": text_only,
}
"""By name. Trained models have the same shape: a known graph in, a Scorer out."""


def usual(known: Snapshot) -> list[str]:
    """Names of those that the graph allows: EASE where it fits, text where there are vectors."""
    large = len(known.products.ids) > EASE_LIMIT
    refused = {"ease": large, "text": known.text is None}
    return [name for name in BASELINES if not refused.get(name)]


def gram(own: Weighted, n: int, power: float) -> Matrix:
    """How many users two of n products have in common [n, n], dense; a user of m products counts
    m^(-2 power)."""
    sizes = np.diff(own.start)
    weighted = own._replace(weight=np.repeat(sizes, sizes) ** -power)
    found = walked(transposed(weighted, n), np.arange(n, dtype=np.int32), weighted, n)
    found[found == -np.inf] = 0.0
    return found


def _regression(shared: Matrix, penalty: float) -> Matrix:
    """The weights [from, to] of EASE, with a diagonal of zeros."""
    import torch

    inverse = torch.from_numpy(shared)
    inverse.diagonal().add_(penalty)
    torch.linalg.cholesky(inverse, out=inverse)  # in place: of a large shop each copy is gigabytes
    torch.cholesky_inverse(inverse, out=inverse)
    inverse.div_(-inverse.diagonal().clone())
    inverse.fill_diagonal_(0.0)
    weights: Matrix = inverse.numpy()
    return weights
