"""Blend the scoring terms into one score a candidate, keeping what each term gave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.recommend.learned import Ranker
from kg.recommend.recipes import Recipe
from kg.recommend.types import Numbers

DECIMALS = 9
"""Scores and strengths are compared after rounding, so that engines and runs agree on an order."""


@dataclass(frozen=True)
class Fused:
    """Scores [n], and contributions [n] by term, which sum to them.

    Where contributions cost something, `explain` gives those of the candidates [m] that are listed.
    """

    scores: Numbers
    contributions: Mapping[str, Numbers]
    explain: Callable[[Sequence[int]], Mapping[str, Numbers]] | None = None

    def told(self, listed: Sequence[int]) -> "Fused":
        """With the contributions of the candidates listed; those of the others are 0."""
        if self.explain is None or not listed:
            return self
        given = self.explain(listed)
        parts = {name: np.zeros(len(self.scores)) for name in given}
        for name, part in given.items():
            parts[name][listed] = part
        return Fused(self.scores, parts)


def fuse(terms: Mapping[str, Numbers | None], recipe: Recipe, n: int) -> Fused:
    """R = sum_t weight_t * softmax(term_t / temperature_t) over n candidates.

    terms [n] by name; a term that is None or missing contributes 0 and changes no other.
    """
    parts = {
        name: _contribution(terms.get(name), weight, recipe.temperature(name), n)
        for name, weight in recipe.weights.items()
    }
    return Fused(sum(parts.values(), start=np.zeros(n)), parts)


def rank(terms: Mapping[str, Numbers | None], ranker: Ranker, n: int) -> Fused:
    """The scores of a fitted ranker for n candidates; a term that is missing counts as 0."""
    columns = [terms.get(name) for name in ranker.terms]
    values = np.stack([np.zeros(n) if each is None else each for each in columns], axis=1)
    return Fused(ranker.scores(values), {}, lambda some: ranker.contributions(values[list(some)]))


def _contribution(term: Numbers | None, weight: float, temperature: float, n: int) -> Numbers:
    if term is None or weight == 0 or n == 0:
        return np.zeros(n)
    return weight * softmax(term / temperature)


def softmax(values: Numbers) -> Numbers:
    """Shares [n] that sum to 1, in proportion to e^values [n]."""
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum())


def order(scores: Numbers, ids: Sequence[str]) -> list[int]:
    """Indices of the candidates, best score first, equal ones by id."""
    rounded = np.round(scores, DECIMALS)
    return list(np.lexsort((np.array(ids, np.str_), -rounded)).tolist())
