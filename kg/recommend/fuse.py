"""Blend the scoring terms into one score a candidate, keeping what each term gave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.lots import Lots
from kg.recommend.learned import Ranker
from kg.recommend.recipes import Recipe
from kg.recommend.types import Numbers

Places = NDArray[np.intp]

DECIMALS = 9
"""Scores and strengths are compared after rounding, so that engines and runs agree on an order."""


@dataclass(frozen=True)
class Fused:
    """Scores [n], and contributions [n] by term and by `rules`, which sum to them.

    Where contributions cost something, `explain` gives those of the candidates [m] that are listed.
    """

    scores: Numbers
    contributions: Mapping[str, Numbers]
    explain: Callable[[Sequence[int]], Mapping[str, Numbers]] | None = None
    rules: Mapping[str, Numbers] = field(default_factory=dict)

    def told(self, listed: Sequence[int]) -> "Fused":
        """With the contributions of the candidates listed; those of the others are 0."""
        if self.explain is None or not listed:
            return self
        given = self.explain(listed)
        parts = {name: np.zeros(len(self.scores)) for name in given}
        for name, part in given.items():
            parts[name][listed] = part
        return Fused(self.scores, parts, rules=self.rules)

    def gains(self, some: Places) -> Mapping[str, Numbers]:
        """What each term gave some candidates [m] more than the least of all."""
        return {
            name: part[some] - part.min(initial=np.inf) for name, part in self.contributions.items()
        }


def fuse(terms: Mapping[str, Numbers | None], recipe: Recipe, n: int) -> Fused:
    """R = sum_t weight_t * softmax(term_t / temperature_t) over n candidates.

    terms [n] by name; a term that is None or missing contributes 0 and changes no other.
    """
    given = {name: term for name, term in terms.items() if term is not None and n}
    names = [name for name, weight in recipe.weights.items() if weight and name in given]
    parts = dict.fromkeys(recipe.weights, np.zeros(n))
    if not names:
        return Fused(np.zeros(n), parts)
    heats = np.array([[recipe.temperature(name)] for name in names])
    weights = np.array([[recipe.weights[name]] for name in names])
    shares = weights * softmax(np.stack([given[name] for name in names]) / heats)
    return Fused(shares.sum(axis=0), parts | dict(zip(names, shares, strict=True)))


def rank(terms: Mapping[str, Numbers | None], ranker: Ranker, n: int) -> Fused:
    """The scores of a fitted ranker for n candidates; a term that is missing counts as 0."""
    columns = [terms.get(name) for name in ranker.terms]
    values = np.stack([np.zeros(n) if each is None else each for each in columns], axis=1)
    return Fused(ranker.scores(values), {}, lambda some: ranker.contributions(values, some))


def softmax(values: Numbers) -> Numbers:
    """Shares [..., n] that sum to 1 over n, in proportion to e^values [..., n]."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def order(scores: Numbers, draw: Callable[[Places], Lots]) -> list[int]:
    """Indices of candidates with scores [n], best score first; equal ones by the lots that are
    drawn for them: `draw` is given the indices [m] of those that are equal to another."""
    rounded = np.round(scores, DECIMALS)
    best = np.argsort(-rounded, kind="stable")
    same = np.diff(rounded[best]) == 0
    if same.any():
        tied = np.append(same, False) | np.insert(same, 0, False)
        some = best[tied]
        best[tied] = some[np.lexsort((draw(some), -rounded[some]))]
    return list(best.tolist())
