"""Link what a request means to nodes of the graph: the entities V_U, each with a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kg.recommend.asked import Asked
from kg.recommend.filters import Filter
from kg.recommend.fuse import DECIMALS
from kg.recommend.recipes import HOT, by_default
from kg.recommend.search import PRODUCTS, Found, Node, search
from kg.recommend.seeds import history_seeds
from kg.recommend.served import Served
from kg.recommend.types import Entity, Intent, Vector

MEANT_PRODUCTS = 50
"""How many products a query may mean."""

MEANT_OTHERS = 10
"""How many brands and categories a query may mean besides those it names."""

COSINE = 1.0
"""What a cosine counts beside the share of the best full-text score; chosen on judged queries."""

EXACT = 0.5
"""What a hit of the unstemmed index counts: codes, exact titles, prefixes, typos. Words of titles
are found best with 2, the same words in plural for singular with .25."""

FAINT = 0.35
"""A search whose words are nowhere and whose nearest product is not this near finds nothing."""

NAMED = 2.0
"""The score of a brand or category that the query names: a perfect hit by text and vector."""


@dataclass(frozen=True)
class Linked:
    """V_U, best first, and all products that the query found.

    `lexical` is a product's full-text score as a share of the best, `found` what found it.
    """

    entities: tuple[Entity, ...] = ()
    lexical: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)


def link(
    served: Served, asked: Sequence[Asked], intents: Sequence[Intent], filters: Sequence[Filter]
) -> list[Linked]:
    """The entities of requests [n]: those of the query, or else the user's recent products."""
    limits = [max(PRODUCTS, 2 * each.request.k) for each in asked]
    found = search(served, intents, filters, limits)
    served.facts.of(sorted({id_ for hits in found for _, id_ in hits.of(product=True)}))
    others = [node for hits in found for node in hits.of(product=False)]
    served.entity_vectors(others)
    served.names(others)
    parts = zip(asked, intents, filters, found, strict=True)
    return [_linked(served, *part) for part in parts]


def _linked(served: Served, asked: Asked, intent: Intent, wanted: Filter, hits: Found) -> Linked:
    if not hits.any:
        return Linked(_ranked([*_named(intent), *_own(asked, searched=False)]))
    products, others = _allowed(served, hits, wanted)
    others = [node for node in others if node not in asked.gone]
    facts = served.facts.of([id_ for _, id_ in products])
    cosines = _cosines(facts.vectors, intent)
    if not (hits.full_text or hits.exact) and cosines.max(initial=0.0) < FAINT:
        products, others, cosines = [], [], cosines[:0]
    near = _cosines(served.entity_vectors(others), intent)
    names = served.names([*others])
    found = _best(products, cosines, hits, names)
    meant = [*found[:MEANT_PRODUCTS], *_best(others, near, hits, names)[:MEANT_OTHERS]]
    return Linked(
        _ranked([*_named(intent), *_own(asked, bool(products)), *meant]),
        {id_: score for (_, id_), score in _lexical(products, hits).items()},
        {each.id: each.found_by for each in found},
    )


def matched(asked: Asked, intent: Intent, linked: Linked) -> tuple[Asked, Intent]:
    """A request whose search found nothing goes on as if none had been made: nothing is near to
    it, and with nothing else to go by the list is what is popular, in its order."""
    if not intent.words or linked.found:
        return asked, intent
    blank = not (linked.entities or asked.history)
    hot = blank and by_default(replace(asked.request, query=None))
    return replace(asked, recipe=HOT) if hot else asked, replace(intent, embedding=None)


def _cosines(vectors: Vector, intent: Intent) -> Vector:
    """Exact cosines [n] of vectors [n, d] with the query, 0 where it has no vector."""
    if intent.embedding is None:
        return np.zeros(len(vectors), np.float32)
    return vectors @ intent.embedding


def _allowed(served: Served, hits: Found, wanted: Filter) -> tuple[list[Node], list[Node]]:
    """The products, and the brands and categories found, without what the query rules out."""
    products = hits.of(product=True)
    facts = served.facts.of([id_ for _, id_ in products])
    no_brand = set(wanted.excluded_brand_ids)
    no_category = set(wanted.excluded_category_ids)
    kept = [
        node
        for node, brand, categories in zip(products, facts.brands, facts.categories, strict=True)
        if brand not in no_brand and no_category.isdisjoint(categories)
    ]
    out = {*(("Brand", each) for each in no_brand), *(("Category", each) for each in no_category)}
    return kept, [node for node in hits.of(product=False) if node not in out]


def _best(
    nodes: Sequence[Node], cosines: Vector, hits: Found, names: Mapping[Node, str]
) -> list[Entity]:
    """Found nodes [n] of one kind with their cosines [n], best first."""
    lexical = _lexical(nodes, hits)
    scores = [
        round(lexical[node] + COSINE * float(cosine), DECIMALS)
        for node, cosine in zip(nodes, cosines, strict=True)
    ]
    ranked = sorted(zip(scores, nodes, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [
        Entity(*node, names.get(node, ""), score, hits.by(node))
        for score, node in ranked
        if score > 0
    ]


def _lexical(nodes: Sequence[Node], hits: Found) -> dict[Node, float]:
    """Full-text scores, exact hits added, as shares of the best of the node's label."""
    best, exact = _most(hits.full_text), _most(hits.exact)
    scores = {
        node: hits.full_text.get(node, 0.0) / best.get(node[0], 1.0)
        + EXACT * hits.exact.get(node, 0.0) / exact.get(node[0], 1.0)
        for node in nodes
    }
    most = _most(scores)
    return {node: score / (most[node[0]] or 1.0) for node, score in scores.items()}


def _most(scores: Mapping[Node, float]) -> dict[str, float]:
    """The best score of each label."""
    best: dict[str, float] = {}
    for (label, _), score in scores.items():
        best[label] = max(score, best.get(label, 0.0))
    return best


def _named(intent: Intent) -> list[Entity]:
    named = (*intent.brands, *intent.categories)
    return [Entity(each.label, each.id, each.name, NAMED, "name") for each in named]


def _own(asked: Asked, searched: bool) -> list[Entity]:
    """The request's product, and without a search text what the user wanted of late."""
    own = asked.request.product_id
    product = [Entity("Product", own, asked.name, 1.0, "product")] if own else []
    recent = [] if searched else history_seeds(asked.history)
    return product + [
        Entity("Product", seed.product_id, "", seed.weight, "history") for seed in recent
    ]


def _ranked(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The first of each node, best first."""
    first: dict[Node, Entity] = {}
    for each in entities:
        first.setdefault((each.label, each.id), each)
    return tuple(sorted(first.values(), key=lambda each: (-each.score, each.label, each.id)))
