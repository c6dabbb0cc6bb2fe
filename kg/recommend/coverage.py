"""What a diverse list should cover: the brands and categories of V_U, by how much they matter."""

import math
from collections.abc import Mapping, Sequence

from kg.recommend.diversify import Aspect
from kg.recommend.facts import Facts
from kg.recommend.served import Served
from kg.recommend.types import Entity


def aspects_of(facts: Facts) -> list[frozenset[Aspect]]:
    """The brand and the categories of each product [n]."""
    return [
        frozenset({("Brand", brand or ""), *(("Category", each) for each in categories)})
        for brand, categories in zip(facts.brands, facts.categories, strict=True)
    ]


NEW = 0.3
"""What a brand or category outside of V_U matters beside the one that matters most to V_U."""


def importance_of(
    served: Served, entities: Sequence[Entity], candidates: Facts
) -> dict[Aspect, float]:
    """How much it matters that a list has something of each brand and category.

    The square root of its weight in V_U: what has most of it does not crowd out the rest. Those of
    the candidates that V_U does not have matter a little, so that a list can reach out. Brands
    together matter as much as categories.
    """
    roots = {aspect: math.sqrt(weight) for aspect, weight in _in_v_u(served, entities).items()}
    found = {aspect for its in set(aspects_of(candidates)) for aspect in its if aspect[1]}
    new = {
        label: NEW * max((root for aspect, root in roots.items() if aspect[0] == label), default=1)
        for label in ("Brand", "Category")
    }
    return _shares({**{aspect: new[aspect[0]] for aspect in found}, **roots})


def _in_v_u(served: Served, entities: Sequence[Entity]) -> dict[Aspect, float]:
    """The weight of each brand and category in V_U: its own, and that of its products."""
    products = [each for each in entities if each.label == "Product"]
    aspects = aspects_of(served.facts.of([each.id for each in products]))
    weights: dict[Aspect, float] = {}
    for entity, its in zip(products, aspects, strict=True):
        for aspect in its:
            weights[aspect] = weights.get(aspect, 0.0) + entity.score
    for each in entities:
        if each.label != "Product":
            aspect = each.label, each.id
            weights[aspect] = weights.get(aspect, 0.0) + each.score
    return {aspect: weight for aspect, weight in weights.items() if aspect[1] and weight > 0}


def _shares(weights: Mapping[Aspect, float]) -> dict[Aspect, float]:
    """Weights as shares of 1 for each label."""
    totals: dict[str, float] = {}
    for (label, _), weight in weights.items():
        totals[label] = totals.get(label, 0.0) + weight
    return {aspect: weight / totals[aspect[0]] for aspect, weight in weights.items()}
