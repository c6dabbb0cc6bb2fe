"""How well scores tell what a user rated well from what not: ROC AUC and log loss."""

from dataclasses import replace

import numpy as np

from gnn.evaluate.metrics import auc, log_loss
from gnn.evaluate.split import Ratings, Split, pair
from kg.derive import EVENT_CODES
from kg.snapshot import Snapshot
from kg.snapshot.types import Flags, Floats

LIKED = 4.0
"""Stars from which on a product was wanted (kg.schema.is_evidence)."""

STEPS, RATE = 200, 0.5
"""Of the calibration's gradient descent."""


def with_ratings(split: Split, whole: Snapshot) -> Split:
    """The split with the ratings of `whole` that its known graph has not, if there are any."""
    events = whole.events
    rated = (events.type == EVENT_CODES["RATED"]) & ~np.isnan(events.value)
    known = split.known.events
    told = known.type == EVENT_CODES["RATED"]
    had = pair(split.known, known.user[told], known.product[told])
    hidden = rated & ~np.isin(pair(whole, events.user, events.product), had)
    if not hidden.any():
        return split
    found = Ratings(events.user[hidden], events.product[hidden], events.value[hidden] >= LIKED)
    return replace(split, ratings=found)


def measured(ratings: Ratings, scores: Floats) -> dict[str, float]:
    """rating_auc and rating_log_loss of scores [m], minus infinity for what was not reached.

    A score is no probability: each half's ratings are judged by a logistic curve that the other
    half's fit (Platt, 1999). nan where all are liked, or none.
    """
    finite = np.isfinite(scores)
    reached = np.where(finite, scores, scores[finite].min() if finite.any() else 0.0)
    return {
        "rating_auc": auc(scores, ratings.liked),
        "rating_log_loss": log_loss(calibrated(reached, ratings.liked), ratings.liked),
    }


def calibrated(scores: Floats, labels: Flags) -> Floats:
    """Probabilities [m] of labels [m], every second one's fitted on the others."""
    spread = scores.std() or 1.0
    scaled = (scores - scores.mean()) / spread
    even = np.arange(len(scores)) % 2 == 0
    found = np.empty(len(scores))
    for half in (even, ~even):
        found[half] = _curve(scaled[~half], labels[~half], scaled[half])
    return found


def _curve(scores: Floats, labels: Flags, asked: Floats) -> Floats:
    """1 / (1 + exp(-(a s + b))), a and b by gradient descent, one label of each kind added."""
    s, y = np.r_[scores, 0.0, 0.0], np.r_[labels.astype(np.float64), 0.0, 1.0]
    a = b = 0.0
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-(a * s + b))) - y
        a, b = a - RATE * float((error * s).mean()), b - RATE * float(error.mean())
    return np.asarray(1 / (1 + np.exp(-(a * asked + b))), np.float64)
