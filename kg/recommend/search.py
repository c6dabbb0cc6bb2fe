"""Ask the graph for what a query's text finds: full text, codes and typos, nearest vectors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.graph import Call, Row
from kg.recommend.filters import Filter
from kg.recommend.lucene import any_word, as_typed
from kg.recommend.served import Served
from kg.recommend.types import Intent

Node = tuple[str, str]
"""A label and an id."""

PRODUCTS = 100
"""Products asked of each index."""

OTHERS = 20
"""Brands and categories asked of each index."""

NO_LIMIT = 2**53


@dataclass(frozen=True)
class Found:
    """What each index found for one query: nodes and full-text scores, nearest nodes."""

    full_text: Mapping[Node, float] = field(default_factory=dict)
    exact: Mapping[Node, float] = field(default_factory=dict)
    vector: frozenset[Node] = frozenset()

    def by(self, node: Node) -> str:
        """The names of what found a node, joined by +."""
        return "+".join(
            name
            for name, hits in (
                ("full_text", self.full_text),
                ("exact", self.exact),
                ("vector", self.vector),
            )
            if node in hits
        )

    def of(self, product: bool) -> list[Node]:
        """The products found, or else the brands and categories, sorted."""
        nodes = {*self.full_text, *self.exact, *self.vector}
        return sorted(node for node in nodes if (node[0] == "Product") == product)


def search(
    served: Served, intents: Sequence[Intent], filters: Sequence[Filter], limits: Sequence[int]
) -> list[Found]:
    """What the texts of intents [n] find; `limits` [n] is how many products of each index."""
    texts = [at for at, intent in enumerate(intents) if intent.words and any_word(intent.words)]
    near = {
        at: intent.embedding.tolist()
        for at, intent in enumerate(intents)
        if intent.embedding is not None
    }
    near_others = served.named("resolve/vector_entities")
    calls = [
        *_text_calls([intents[at] for at in texts], [limits[at] for at in texts]),
        *[near_products(served, vector, filters[at], limits[at]) for at, vector in near.items()],
        *[(near_others, {"vector": vector, "limit": OTHERS}) for vector in near.values()],
    ]
    if not texts:
        return [Found()] * len(intents)
    text, exact, others, *nearest = served.graph.read_all(calls)
    by_text = _grouped(texts, [*text, *others], len(intents))
    by_exact = _grouped(texts, exact, len(intents))
    vectors = dict(zip(near, map(_nodes, nearest[: len(near)], nearest[len(near) :]), strict=True))
    return [
        Found(by_text[at], by_exact[at], vectors.get(at, frozenset())) for at in range(len(intents))
    ]


def _text_calls(intents: Sequence[Intent], limits: Sequence[int]) -> list[Call]:
    def asked(write: Callable[[str], str], sizes: Sequence[int]) -> dict[str, object]:
        return {
            "requests": [
                {"lucene": write(intent.words or ""), "plain": intent.words, "limit": size}
                for intent, size in zip(intents, sizes, strict=True)
            ]
        }

    return [
        ("resolve/text_products", asked(any_word, limits)),
        ("resolve/exact_products", asked(as_typed, limits)),
        ("resolve/text_entities", asked(any_word, [OTHERS] * len(intents))),
    ]


def near_products(served: Served, vector: list[float], wanted: Filter, limit: int) -> Call:
    """The call for the products nearest to a vector that pass the limits an index can hold."""
    name = "resolve/vector_products"
    given: dict[str, object] = {"vector": vector, "limit": limit}
    if wanted.priced:
        name += "_price"
        given["min_price"] = wanted.min_price or 0
        given["max_price"] = NO_LIMIT if wanted.max_price is None else wanted.max_price
    return served.named(f"{name}_stock" if wanted.in_stock else name), given


def _grouped(places: Sequence[int], rows: Sequence[Row], n: int) -> list[dict[Node, float]]:
    """Scores by node for each of n requests; `places` are those that were asked about."""
    found: list[dict[Node, float]] = [{} for _ in range(n)]
    for row in rows:
        found[places[row["request"]]][_node(row)] = row["score"]
    return found


def _nodes(products: Sequence[Row], others: Sequence[Row]) -> frozenset[Node]:
    return frozenset(map(_node, [*products, *others]))


def _node(row: Row) -> Node:
    return (row["label"], row["id"]) if "label" in row else ("Product", row["product_id"])
