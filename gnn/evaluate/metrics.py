"""What lists are worth to each user, by PyTorch Geometric's measures; AUC and log loss of scores.

Lists are product codes [n, k], the best first, MISSING where a list is shorter.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gnn.evaluate.lists import Lists, auc_of_users, ranked
from gnn.evaluate.significance import bootstrap, bootstraps, paired
from kg.snapshot.types import MISSING, Flags, Floats, Rows

if TYPE_CHECKING:
    from torch_geometric.metrics.link_pred import LinkPredMetricData

__all__ = [
    "KS",
    "MEASURES",
    "Lists",
    "auc",
    "auc_of_users",
    "bootstrap",
    "bootstraps",
    "log_loss",
    "paired",
    "per_user",
    "ranked",
]

KS = (5, 10, 20)

MEASURES = {
    "precision": "LinkPredPrecision",
    "recall": "LinkPredRecall",
    "hit_rate": "LinkPredHitRatio",
    "ndcg": "LinkPredNDCG",
    "mrr": "LinkPredMRR",
    "map": "LinkPredMAP",
}
"""Measures of one list, and the class of torch_geometric.metrics that defines each."""


def per_user(lists: Lists, targets: Rows, ks: Sequence[int] = KS) -> dict[str, Floats]:
    """Each of MEASURES at each k for every user: "ndcg@10" -> [n].

    NDCG's ideal list and MAP's denominator hold min(targets, k) products; precision divides by k
    even where a list is shorter. A user without targets has 0 everywhere.
    """
    from torch_geometric import metrics

    data = _data(lists, targets)
    return {
        # _compute is the class's definition for each row; update() would keep only their sum.
        f"{name}@{k}": getattr(metrics, kind)(k)._compute(data).double().numpy()
        for name, kind in MEASURES.items()
        for k in ks
    }


def _data(lists: Lists, targets: Rows) -> "LinkPredMetricData":
    import torch
    from torch_geometric.metrics.link_pred import LinkPredMetricData

    # A place of -1 would count as the last product of the user before: PyG numbers (user, product)
    # pairs in one line. A code that no product has is no hit of anybody.
    nobody = max(lists.max(initial=-1), targets.to.max(initial=-1)) + 1
    filled = np.where(lists == MISSING, nobody, lists).astype(np.int64)
    user = np.repeat(np.arange(len(lists)), np.diff(targets.start))
    return LinkPredMetricData(
        torch.from_numpy(filled),
        torch.from_numpy(np.stack([user, targets.to.astype(np.int64)])),
    )


def auc(scores: NDArray[np.floating], labels: Flags) -> float:
    """The share of (positive, negative) pairs that scores [m] order right, equal ones half.

    nan where labels [m] are all the same. (Area under the ROC curve, by the Mann-Whitney U.)
    """
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # equal scores share their mean rank
    above = ranks[place][labels].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def log_loss(probabilities: NDArray[np.floating], labels: Flags) -> float:
    """The mean of -ln p of what came about; probabilities [m] of labels [m] being true.

    Probabilities of 0 and 1 count as 1e-15 away from it, as in scikit-learn's.
    """
    likely = np.clip(probabilities.astype(np.float64), 1e-15, 1 - 1e-15)
    return float(-np.log(np.where(labels, likely, 1 - likely)).mean())
