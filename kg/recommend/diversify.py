"""Reorder a list so that it covers what the request means, not only its likeliest part (xQuAD)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kg.recommend.fuse import DECIMALS
from kg.recommend.types import Numbers
from kg.rules.types import Rule

POOL = 100
"""How many of the best candidates a list is chosen from, at least; five times k if that is more."""

REPEATED = 0.25
"""What one more product of a brand or category leaves to be covered of it."""

Aspect = tuple[str, str]
"""A label and an id: ("Brand", "acme")."""


@dataclass(frozen=True)
class Listed:
    """Indices of the candidates in the list, in its order, and of all by score. `put` are those of
    the list that a rule has put where they are, `following` is what the last of them is compared
    with: the best that is not listed, or of a part of a list the next. `moved` says what gave
    candidates another rank than their scores.

    In `ranked` what is out of stock may be `behind`: those that lost places by it, `missed` of them
    their place in the list.
    """

    picked: Sequence[int]
    ranked: Sequence[int]
    put: Mapping[int, Rule] = field(default_factory=dict)
    following: int | None = None
    following_listed: bool = False
    moved: Mapping[int, str] = field(default_factory=dict)
    behind: frozenset[int] = frozenset()
    missed: int = 0

    @property
    def spoken_of(self) -> list[int]:
        """The list and the one that follows it."""
        return [*self.picked, *([] if self.following is None else [self.following])]


def diversify(
    ranked: Sequence[int],
    scores: Numbers,
    aspects: Sequence[frozenset[Aspect]],
    importance: Mapping[Aspect, float],
    dial: float,
    k: int,
) -> list[int]:
    """The first k of `ranked` (indices into scores [n] and aspects [n]), greedily rearranged.

    Each place goes to the candidate with the most of (1 - dial) * score + dial * what it adds to
    the coverage of the aspects, weighed by `importance`; both go from 0 to 1 over the pool.
    (Santos et al., xQuAD, 2010)
    """
    if dial <= 0 or not importance or not ranked:
        return list(ranked[:k])
    pool = list(ranked[: max(POOL, 5 * k)])
    relevance = _scaled(scores[pool])
    names = sorted(importance)
    covers = np.array([[name in aspects[index] for name in names] for index in pool], np.float64)
    left = np.array([importance[name] for name in names])
    left = left / (float((covers @ left).max()) or 1.0)
    chosen: list[int] = []
    for _ in range(min(k, len(pool))):
        gain = np.round((1 - dial) * relevance + dial * (covers @ left), DECIMALS)
        gain[chosen] = -np.inf
        best = int(gain.argmax())  # the first of equals: the better ranked
        chosen.append(best)
        left = np.where(covers[best] > 0, left * REPEATED, left)
    return [pool[place] for place in chosen]


def _scaled(scores: Numbers) -> Numbers:
    """Scores [n] from 0 to 1."""
    spread = float(np.ptp(scores))
    return (scores - scores.min()) / spread if spread > 0 else np.zeros(len(scores))
