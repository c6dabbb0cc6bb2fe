"""The whole graph in arrays: every read of `cypher/{resolve,walk,score}` without a server."""

from collections.abc import Callable, Sequence
from typing import Any

from kg.graph import Call, Row
from kg.graph.memory import resolve, search, vectors, walk
from kg.graph.memory.rules import NO_RULES, Rules
from kg.queries import query
from kg.snapshot import Snapshot, cut

Read = Callable[..., list[Row]]

META = "resolve/meta"

_BOTH_SLOTS: dict[str, Read] = {
    "resolve/vector_entities": vectors.vector_entities,
    "resolve/vector_products": vectors.vector_products,
    "resolve/vector_products_price": vectors.vector_products,
    "resolve/vector_products_price_stock": vectors.vector_products_price_stock,
    "resolve/vector_products_stock": vectors.vector_products_stock,
    "score/entity_vectors": vectors.entity_vectors,
    "score/facts": vectors.facts,
    "score/gnn_vectors": vectors.gnn_vectors,
    "walk/filtered": walk.filtered,
    "walk/gnn": vectors.gnn_products,
}

READS: dict[str, Read] = {
    "resolve/details": resolve.details,
    "resolve/entities": resolve.entities,
    "resolve/exact_products": search.exact_products,
    "resolve/history": resolve.history,
    META: resolve.meta,
    "resolve/model": resolve.model,
    "resolve/names": resolve.names,
    "resolve/paper": resolve.paper,
    "resolve/passing": resolve.passing,
    "resolve/products": resolve.products,
    "resolve/subtree": resolve.subtree,
    "resolve/users": resolve.users,
    "resolve/text_entities": search.text_entities,
    "resolve/text_products": search.text_products,
    "walk/bought_before": walk.bought_before,
    "walk/bought_next": walk.bought_next,
    "walk/bought_with": walk.bought_with,
    "walk/brand": walk.brand,
    "walk/category": walk.category,
    "walk/popular": walk.popular,
    "walk/relationships": walk.relationships,
    # A snapshot holds the vectors that its graph serves: one function answers for both slots.
    **{f"{name}_{slot}": read for name, read in _BOTH_SLOTS.items() for slot in ("a", "b")},
}
"""What answers in the place of each `.cypher` file: snapshot and parameters in, rows out."""


RULES = "resolve/rules"
"""Not of a snapshot: learning and judging know no rules. `MemoryGraph.rules` are read instead."""


class MemoryGraph:
    """A snapshot as a Graph, with `rules` beside it. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, rules: Rules = NO_RULES) -> None:
        self.snapshot = snapshot
        self.rules = rules

    def read(self, name: str, **params: Any) -> list[Row]:
        """Rows of the query `name`. Raises MissingParams."""
        asked = query(name)
        asked.check(params)
        given = {key: params[key] for key in asked.params}
        if name == RULES:
            return self.rules.after(**given)
        rows = READS[name](self.snapshot, **given)
        return (
            [{**row, "rules_revision": self.rules.revision} for row in rows]
            if name == META
            else rows
        )

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """The rows of several queries, one after the other: each is done in microseconds."""
        return [self.read(name, **given) for name, given in calls]

    @property
    def product_ids(self) -> Sequence[str]:
        """The ids of all products, sorted."""
        return self.snapshot.products.ids

    def as_of(self, until: int) -> "MemoryGraph":
        """The graph as it was before `until` (exclusive), derived again."""
        return MemoryGraph(cut(self.snapshot, until))

    def close(self) -> None:
        """Nothing to give back."""
