"""What a diverse list should cover: the brands and categories of V_U, by how much they matter."""

from collections.abc import Iterable, Sequence

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


def importance_of(
    served: Served, entities: Sequence[Entity], candidates: Facts
) -> dict[Aspect, float]:
    """How much each brand and category matters to V_U; brands and categories matter alike.

    Where V_U has none of them, all those of the candidates matter the same.
    """
    products = [each for each in entities if each.label == "Product"]
    aspects = aspects_of(served.facts.of([each.id for each in products]))
    weighed = [
        (aspect, entity.score)
        for entity, its in zip(products, aspects, strict=True)
        for aspect in its
    ]
    weighed += [((each.label, each.id), each.score) for each in entities if each.label != "Product"]
    known = _shares(weighed)
    return known or _shares((aspect, 1.0) for its in set(aspects_of(candidates)) for aspect in its)


def _shares(weighed: Iterable[tuple[Aspect, float]]) -> dict[Aspect, float]:
    """Weights summed by aspect, those of each label as shares of 1; nameless ones left out."""
    sums: dict[Aspect, float] = {}
    totals: dict[str, float] = {}
    for aspect, weight in weighed:
        if aspect[1] and weight > 0:
            sums[aspect] = sums.get(aspect, 0.0) + weight
            totals[aspect[0]] = totals.get(aspect[0], 0.0) + weight
    return {aspect: weight / totals[aspect[0]] for aspect, weight in sums.items()}
