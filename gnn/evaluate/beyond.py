"""What lists are worth beside being right: coverage, diversity, novelty, popularity.

The measures of torch_geometric.metrics with these names take full lists only (a place of -1 would
be the last product) and one category a product; on such lists these agree with them, which a test
holds.
"""

import numpy as np
from numpy.typing import NDArray

from gnn.evaluate.lists import Lists
from kg.compiled import compiled
from kg.snapshot.types import MISSING, Floats, Ints, Longs, Matrix, Rows

AT_ONCE = 1_024
"""Users whose vectors are in memory at a time."""


def coverage(lists: Lists, products: int) -> float:
    """The share of `products` that any list holds. (PyG: LinkPredCoverage)"""
    return len(np.unique(lists[lists != MISSING])) / products


def personalization(lists: Lists) -> float:
    """1 - the mean share of places that two users' lists [n, k] have in common.

    Over all pairs, from how many lists hold each product: c of n lists make c (c - 1) pairs. (PyG:
    LinkPredPersonalization, which goes through the pairs of the first 4,096 users.) nan for n < 2.
    """
    n, k = lists.shape
    if n < 2:
        return float("nan")
    counts = np.bincount(lists[lists != MISSING]).astype(np.float64)
    return float(1 - (counts * (counts - 1)).sum() / (k * n * (n - 1)))


def category_diversity(lists: Lists, categories: Rows) -> Floats:
    """The share [n] of pairs in each list that have no category of their own in common.

    nan for lists of fewer than two. (PyG: LinkPredDiversity, for one category a product)
    """
    together = _together(lists, categories.start, categories.to)
    return _of_pairs(together, (lists != MISSING).sum(axis=1))


def text_diversity(lists: Lists, vectors: Matrix) -> Floats:
    """1 - the mean cosine [n] between the products of each list; vectors [products, d] unit or 0.

    nan for lists of fewer than two. (Intra-list distance; Zhang and Hurley, 2008)
    """
    padded = np.concatenate([vectors, np.zeros((1, vectors.shape[1]), vectors.dtype)])
    together = np.empty(len(lists))
    for start in range(0, len(lists), AT_ONCE):
        own = padded[lists[start : start + AT_ONCE]]  # MISSING is the last row: zeros
        sums = np.square(own.sum(axis=1, dtype=np.float64)).sum(axis=1)
        together[start : start + AT_ONCE] = (sums - np.square(own).sum(axis=(1, 2))) / 2
    return _of_pairs(together, (lists != MISSING).sum(axis=1))


def novelty(lists: Lists, counts: NDArray[np.integer], users: int) -> Floats:
    """Mean self-information [n] of each list in bits: -log2 of the share of users with a product.

    counts [products] of `users`, all of whom have a product; nobody's product counts as one user's.
    nan for empty lists. (Zhou et al., 2010)
    """
    return mean_over(lists, -np.log2(np.maximum(counts, 1) / users))


def mean_over(lists: Lists, values: NDArray[np.number]) -> Floats:
    """The mean [n] of values [products] over each list, nan for empty ones.

    Of counts: the average recommendation popularity. (PyG: LinkPredAveragePopularity)
    """
    listed = lists != MISSING
    sums = np.where(listed, np.asarray(values, np.float64)[lists], 0.0).sum(axis=1)
    return _ratio(sums, listed.sum(axis=1))


def lift(listed: Floats, owned: Floats) -> float:
    """How much more popular lists are than histories: GAP(lists) / GAP(histories) - 1.

    listed, owned [n]: mean popularity of each user's list and history, nan where there is none.
    (Abdollahpouri et al., 2019)
    """
    if np.isnan(listed).all() or np.isnan(owned).all():
        return float("nan")
    return float(np.nanmean(listed) / np.nanmean(owned) - 1)


def _of_pairs(together: Floats, sizes: Longs) -> Floats:
    return 1 - _ratio(together, sizes * (sizes - 1) / 2)


def _ratio(above: Floats, below: NDArray[np.number]) -> Floats:
    ratio = np.full(len(above), np.nan)
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio


@compiled
def _together(lists: Lists, start: Longs, categories: Ints) -> Floats:
    """How many pairs of each list share one of their categories, which are sorted."""
    together = np.zeros(len(lists), np.float64)
    for row in range(len(lists)):
        for i in range(lists.shape[1]):
            for j in range(i):
                a, b = lists[row, i], lists[row, j]
                if a >= 0 and b >= 0:
                    together[row] += _share(
                        categories[start[a] : start[a + 1]], categories[start[b] : start[b + 1]]
                    )
    return together


@compiled
def _share(one: Ints, other: Ints) -> float:
    i, j = 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            return 1.0
        if one[i] < other[j]:
            i += 1
        else:
            j += 1
    return 0.0
