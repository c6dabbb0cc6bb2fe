"""Ask the graph for what a query's text finds: full text, codes and typos, nearest vectors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.graph import Call, Row
from kg.recommend.filters import Filter
from kg.recommend.lucene import any_word, for_any_word, for_titles
from kg.recommend.served import Served
from kg.recommend.types import Intent, Vector

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

    @property
    def any(self) -> bool:
        """Was anything found?"""
        return bool(self.full_text or self.exact or self.vector)

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
    vectors = {at: intents[at].embedding for at in texts}
    aims = {at: vector for at, vector in vectors.items() if vector is not None}
    if not texts:
        return [Found()] * len(intents)
    near = near_products(served, aims, filters, limits)
    others = near_others(served, aims)
    calls = _text_calls([intents[at] for at in texts], [limits[at] for at in texts])
    rows = served.graph.read_all([*calls, *(call for _, call in [*near, *others])])
    text, exact, named = rows[: len(calls)]
    found = grouped([*near, *others], rows[len(calls) :], len(intents))
    by_text = _scores(texts, [*text, *named], len(intents))
    by_exact = _scores(texts, exact, len(intents))
    return [
        Found(by_text[at], by_exact[at], frozenset(map(_node, found[at])))
        for at in range(len(intents))
    ]


def _text_calls(intents: Sequence[Intent], limits: Sequence[int]) -> list[Call]:
    def asked(write: Callable[[str], dict[str, str]], sizes: Sequence[int]) -> dict[str, object]:
        return {
            "requests": [
                {**write(intent.words or ""), "limit": size}
                for intent, size in zip(intents, sizes, strict=True)
            ]
        }

    return [
        ("resolve/text_products", asked(for_any_word, limits)),
        ("resolve/exact_products", asked(for_titles, limits)),
        ("resolve/text_entities", asked(for_any_word, [OTHERS] * len(intents))),
    ]


Asked = tuple[list[int], Call]
"""A call, and the places of the requests that it is asked for, in its order."""


def near_products(
    served: Served,
    aims: Mapping[int, Vector],
    filters: Sequence[Filter],
    limits: Sequence[int],
) -> list[Asked]:
    """Calls for the products nearest to `aims` (vectors [d] by request) that pass the limits which
    an index can hold; requests with the same limits share a call."""
    shared: dict[tuple[str, tuple[tuple[str, int], ...]], list[int]] = {}
    for at in aims:
        name, given = _index(filters[at])
        shared.setdefault((name, (*given, ("limit", limits[at]))), []).append(at)
    return [
        (places, (served.named(name), {"vectors": [aims[at] for at in places], **dict(given)}))
        for (name, given), places in shared.items()
    ]


def _index(wanted: Filter) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The read that knows a filter's price and stock, and what it takes."""
    stock = "_stock" if wanted.in_stock else ""
    if not wanted.priced:
        return f"resolve/vector_products{stock}", ()
    most = NO_LIMIT if wanted.max_price is None else wanted.max_price
    limits = (("min_price", wanted.min_price or 0), ("max_price", most))
    return f"resolve/vector_products_price{stock}", limits


def near_others(served: Served, aims: Mapping[int, Vector]) -> list[Asked]:
    """The call for the brands and categories nearest to `aims` (vectors [d] by request)."""
    given = {"vectors": list(aims.values()), "limit": OTHERS}
    return [(list(aims), (served.named("resolve/vector_entities"), given))] if aims else []


def grouped(asked: Sequence[Asked], answers: Sequence[Sequence[Row]], n: int) -> list[list[Row]]:
    """The rows of each of n requests, out of the answers to calls."""
    found: list[list[Row]] = [[] for _ in range(n)]
    for (places, _), rows in zip(asked, answers, strict=True):
        for row in rows:
            found[places[row["request"]]].append(row)
    return found


def _scores(places: Sequence[int], rows: Sequence[Row], n: int) -> list[dict[Node, float]]:
    """Scores by node for each of n requests; `places` are those that were asked about."""
    found: list[dict[Node, float]] = [{} for _ in range(n)]
    for row in rows:
        found[places[row["request"]]][_node(row)] = row["score"]
    return found


def _node(row: Row) -> Node:
    return (row["label"], row["id"]) if "label" in row else ("Product", row["product_id"])
