"""The smallest change of one weight that brings a candidate among the first of a list."""

from collections.abc import Iterator

import numpy as np

from kg.recommend.facts import Flags
from kg.recommend.fuse import DECIMALS, Fused
from kg.recommend.types import Numbers

MARGIN = 0.01
"""How much further a weight goes than to a draw."""

MOST = 10.0
"""A weight that would have to be larger is no small change."""

DIGITS = 4


def nudge(fused: Fused, index: int, k: int, ahead: Flags | None = None) -> tuple[str, float] | None:
    """A term and the weight of it with which a candidate is among the first k by score, the other
    weights as they are; None where no weight from 0 to MOST does it.

    A term gave weight * share [n], and its shares add up to 1, so that its weight is their sum.
    Only candidates of the mask `ahead` [n] are before one of them.
    """
    some = np.ones(len(fused.scores), np.bool_) if ahead is None or not ahead[index] else ahead
    place = int(some[:index].sum())
    found = [
        (abs(value - weight), name, value)
        for name, part in fused.contributions.items()
        if (weight := float(part.sum())) > 0
        for value in _values(fused.scores[some], part[some] / weight, weight, place, k)
    ]
    return min(found)[1:] if found else None


def _values(scores: Numbers, shares: Numbers, weight: float, index: int, k: int) -> Iterator[float]:
    """The nearest weights of a term, below and above, that do it; scores, shares [n]."""
    gains, behind = shares[index] - shares, scores - scores[index]
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = behind / gains  # the change of the weight that makes a draw with each other [n]
    draws = draws[np.isfinite(draws)]
    for side in (draws[draws < 0], draws[draws > 0]):
        nearest = side[np.argsort(np.abs(side), kind="stable")]
        values = weight + nearest * (1 + MARGIN)
        for value in values[(values >= 0) & (values <= MOST)]:
            rounded = float(f"{value:.{DIGITS}g}")
            after = np.round(scores + (rounded - weight) * shares, DECIMALS)
            if np.count_nonzero(after > after[index]) < k:
                yield rounded
                break
