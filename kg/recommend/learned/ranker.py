"""The listwise ranker: a small network over the terms, with exact contributions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.recommend.types import Numbers

Real = NDArray[np.floating[Any]]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "next": ("next", "next_last", "before"),
    "together": ("together", "together_plain"),
    "similar": ("similar", "similar_last", "words", "words_last"),
    "brand": ("brand",),
    "category": ("category",),
    "popularity": ("popularity", "age", "place", "history"),
    "gnn": ("gnn",),
}
"""The terms that a contribution speaks for. Fewer groups than terms: what a Shapley value costs
doubles with each."""

RANKED: tuple[str, ...] = tuple(term for terms in GROUPS.values() for term in terms)
"""The terms that the ranker looks at, in its order."""

CONTENT: tuple[str, ...] = (*GROUPS["similar"], *GROUPS["brand"], *GROUPS["category"])
"""Those that know nothing of what people did with a product."""

FORMS = 4
"""Every term is seen as it is, as its root, as log(1 + 10 x) and as a share of its list's best."""


@dataclass(frozen=True, eq=False)
class Ranker:
    """score = out . relu(hidden x + bias), x the forms of t terms, standardised.

    `terms` [t] are those it was fitted on; mean and scale [4 t]; hidden [h, 4 t]; bias [h];
    out [h].
    """

    terms: tuple[str, ...]
    mean: Numbers
    scale: Numbers
    hidden: Numbers
    bias: Numbers
    out: Numbers

    def scores(self, values: Numbers) -> Numbers:
        """Scores [n] of n candidates with terms [n, t]."""
        inner = self._standard(values, best_of(values)) @ self.hidden.T + self.bias
        return np.asarray(np.maximum(inner, 0) @ self.out)

    def contributions(self, values: Numbers, some: Sequence[int]) -> dict[str, Numbers]:
        """What each group of terms gives the scores of some [m] of n candidates with terms [n, t].

        `base` is the score of a candidate with every term at its mean over the requests that were
        learned from; the others are Shapley values (Shapley, 1953) against it, exact: a group's
        mean gain over all orders in which groups can be added. They sum to the score.
        """
        standard = self._standard(values[list(some)], best_of(values))
        base, found = self._shapley(standard, self.bias)
        return {"base": base, **found}

    def leads(self, values: Numbers, order: Sequence[int]) -> dict[str, Numbers]:
        """What each group of terms gives candidates of an order [m] but the last more than it gives
        the one after each [m - 1].

        Shapley values as in `contributions`, against the one after instead of the mean: a group in
        whose terms two candidates are equal gives 0. They sum to the difference of the scores.
        """
        standard = self._standard(values[list(order)], best_of(values))
        after = standard[1:] @ self.hidden.T + self.bias
        return self._shapley(standard[:-1] - standard[1:], after)[1]

    def _shapley(self, gains: Numbers, inner: Numbers) -> tuple[Numbers, dict[str, Numbers]]:
        """The score [m] of the reference whose hidden units are at `inner` [h] or [m, h], and what
        each group gives by `gains` [m, 4 t] of the standardised forms."""
        groups = self._columns
        moved = np.stack([gains[:, at] @ self.hidden[:, at].T for at in groups.values()])
        chosen, shares = coalitions(len(groups))
        worth = np.maximum(np.tensordot(chosen, moved, 1) + inner, 0) @ self.out
        return worth[0], dict(zip(groups, shares @ worth, strict=True))

    @cached_property
    def _columns(self) -> dict[str, list[int]]:
        """Columns of the standardised forms by group; groups without a term are left out."""
        place = {term: at for at, term in enumerate(self.terms)}
        known = {
            name: [place[term] for term in terms if term in place] for name, terms in GROUPS.items()
        }
        size = len(self.terms)
        return {
            name: [form * size + at for form in range(FORMS) for at in places]
            for name, places in known.items()
            if places
        }

    def _standard(self, values: Numbers, best: Numbers) -> Numbers:
        return np.asarray((forms(values, best) - self.mean) / self.scale)


def forms(values: Real, best: Real) -> Real:
    """Each term [n, t] in its forms [n, 4 t]; best [t] or [n, t] is the most in the list."""
    positive = np.maximum(values, 0)
    share = values / np.where(best > 0, best, 1)
    return np.concatenate([values, np.sqrt(positive), np.log1p(10 * positive), share], axis=1)


def best_of(values: Numbers) -> Numbers:
    """The most [t] that any candidate of a list has of each term [n, t]."""
    return np.asarray(values.max(axis=0, initial=0.0))


@cache
def coalitions(groups: int) -> tuple[Numbers, Numbers]:
    """Every set of groups [2^g, g] as zeros and ones, the empty one first; and shares [g, 2^g] by
    which the sets' worths add up to each group's Shapley value."""
    chosen = np.array(list(product((0.0, 1.0), repeat=groups)))
    size = chosen.sum(axis=1).astype(int)
    before = [factorial(s) * factorial(groups - s - 1) for s in range(groups)]
    weight = np.array([*before, 0.0]) / factorial(groups)
    joined, left = np.r_[0.0, weight[:-1]][size], weight[size]
    return chosen, np.where(chosen == 1, joined[:, None], -left[:, None]).T
