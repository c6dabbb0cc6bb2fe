"""The rules of a graph as requests meet them: which hold now, and which products they reach."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kg.graph import Graph
from kg.recommend.facts import Facts
from kg.rules.read import list_rules
from kg.rules.types import Rule

BUDGETS_S = 60
"""How old what is known of budgets may be."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Ruling:
    """A rule with the ids of what it reaches; categories with all below them."""

    rule: Rule
    product_ids: frozenset[str] = frozenset()
    brand_ids: frozenset[str] = frozenset()
    category_ids: frozenset[str] = frozenset()

    def reaches(self, facts: Facts) -> Flags:
        """Mask [n] of the products [n] that the rule applies to."""
        mask = np.array([id_ in self.product_ids for id_ in facts.ids], np.bool_)
        if self.brand_ids:
            mask |= facts.by_brand(dict.fromkeys(self.brand_ids, 1.0)) > 0
        if self.category_ids:
            mask |= facts.by_category(dict.fromkeys(self.category_ids, 1.0)) > 0
        return mask

    @property
    def pinned(self) -> str:
        """The product of a pin."""
        return next(iter(self.product_ids))


Rulings = tuple[Ruling, ...]


def of_kind(rulings: Iterable[Ruling], *kinds: str) -> list[Ruling]:
    """Those of some kinds, in their order."""
    return [each for each in rulings if each.rule.kind in kinds]


class Rulebook:
    """The rules of one revision, read when first asked for. Safe to share between threads.

    A revision of 0 is a graph that never had a rule: nothing is read. Rules with a budget are read
    again after a minute, because purchases raise no revision.
    """

    def __init__(
        self,
        graph: Graph,
        revision: int,
        subtrees: Callable[[Sequence[str]], tuple[str, ...]],
        clock: Callable[[], float],
    ) -> None:
        self._graph = graph
        self._revision = revision
        self._subtrees = subtrees
        self._clock = clock
        self._lock = Lock()
        self._held: tuple[int, Rulings] | None = None

    def now(self) -> Rulings:
        """The rules that hold at this moment, the earliest first, then by id."""
        if not self._revision:
            return ()
        moment = int(self._clock())
        with self._lock:
            if self._held is None or self._is_stale(*self._held, moment):
                self._held = moment, self._read(moment)
            rulings = self._held[1]
        return tuple(each for each in rulings if each.rule.holds(moment))

    def _is_stale(self, read_at: int, rulings: Rulings, moment: int) -> bool:
        counted = any(each.rule.budget is not None for each in rulings)
        return counted and moment - read_at >= BUDGETS_S

    def _read(self, moment: int) -> Rulings:
        rules = list_rules(self._graph, now=moment)
        found = [self._ruling(rule) for rule in rules]
        there = self._there({id_ for each in of_kind(found, "pin") for id_ in each.product_ids})
        return tuple(each for each in found if each.rule.kind != "pin" or each.product_ids & there)

    def _there(self, product_ids: set[str]) -> set[str]:
        """Those that the graph has: a copy may be older than the rules."""
        if not product_ids:
            return set()
        rows = self._graph.read("resolve/products", ids=sorted(product_ids))
        return {row["product_id"] for row in rows}

    def _ruling(self, rule: Rule) -> Ruling:
        def ids(label: str) -> list[str]:
            return [each.id for each in rule.targets if each.label == label]

        return Ruling(
            rule,
            frozenset(ids("Product")),
            frozenset(ids("Brand")),
            frozenset(self._subtrees(ids("Category"))),
        )
