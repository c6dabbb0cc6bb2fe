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

Explain = Callable[[Sequence[int]], Mapping[str, Numbers]]


@dataclass(frozen=True)
class Fused:
    """Scores [n], and contributions [n] by term and by `rules`, which sum to them.

    Where contributions cost something, `explain` gives those of the candidates [m] that are listed,
    and `beside` what terms give candidates of an order [m] more than the one after each [m - 1].
    """

    scores: Numbers
    contributions: Mapping[str, Numbers]
    explain: Explain | None = None
    rules: Mapping[str, Numbers] = field(default_factory=dict)
    beside: Explain | None = None

    def told(self, listed: Sequence[int]) -> "Fused":
        """With the contributions of the candidates listed; those of the others are 0."""
        if self.explain is None or not listed:
            return self
        given = self.explain(listed)
        parts = {name: np.zeros(len(self.scores)) for name in given}
        for name, part in given.items():
            parts[name][listed] = part
        return Fused(self.scores, parts, rules=self.rules, beside=self.beside)

    def leads(self, order: Sequence[int]) -> dict[str, Numbers]:
        """What each term and rule gives candidates of an order [m] but the last more than it gives
        the one after each [m - 1]; they sum to the differences of the scores."""
        at = np.array(order, np.intp)
        first, after = at[:-1], at[1:]
        found = (
            {name: part[first] - part[after] for name, part in self.contributions.items()}
            if self.beside is None
            else dict(self.beside(order))
        )
        return found | {name: part[first] - part[after] for name, part in self.rules.items()}


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
    return Fused(
        ranker.scores(values),
        {},
        explain=lambda some: ranker.contributions(values, some),
        beside=lambda some: ranker.leads(values, some),
    )


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
