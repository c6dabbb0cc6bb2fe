"""Say why each product is there: the path that contributed most, in words and as Cypher."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kg.graph import Row
from kg.recommend.browser import browser_cypher
from kg.recommend.diversify import Listed
from kg.recommend.fuse import DECIMALS, Fused
from kg.recommend.neighbours import strongest
from kg.recommend.numbered import Codes
from kg.recommend.paths import WAYS, Way
from kg.recommend.rules import movers
from kg.recommend.sight import Sight
from kg.recommend.types import Entity, Fired, Neighbour, Numbers, Path, Recommendation
from kg.rules.types import PROMOTION, Rule

PATHS = 3
"""How many paths a product keeps."""

TERMS_OF = {
    "met": ("similar", "brand", "category", "entity"),
    "next": ("next",),
    "together": ("together",),
    "brand": ("brand",),
    "category": ("category",),
    "gnn": ("gnn",),
    "text": ("relevance", "lexical"),
    "similar": ("similar",),
    "filtered": ("relevance", "similar"),
    "popular": ("popularity", "hot"),
    "fallback": (),
    "pinned": (),
}
"""Which contributions speak for a walk; V_U's go to the search text or, without one, to taste."""


ORDER = {walk: place for place, walk in enumerate(WAYS)}


def recommendations(sight: Sight, fused: Fused, listed: Listed) -> tuple[Recommendation, ...]:
    """The list with its reasons."""
    moved, picked = movers(listed), list(listed.picked)
    chosen = np.array(picked, np.intp)
    codes = sight.walked.codes[chosen]
    places = map(
        Place,
        picked,
        sight.walked.products.named(codes),
        _led(sight, codes),
        fused.scores[chosen].tolist(),
        _by_product({name: each[chosen] for name, each in fused.contributions.items()}, picked),
        _by_product(fused.gains(chosen), picked),
        range(1, len(picked) + 1),
        [moved.get(each) for each in picked],
        [listed.put.get(each) for each in picked],
    )
    return tuple([_recommendation(sight, fused, each) for each in places])


class Place(NamedTuple):
    """A product of the list: its place among the candidates and, by walk, among what led to it, its
    score with what each term gave, and gave it more than the least of all, its rank, and the rule
    that has put it there."""

    candidate: int
    product_id: str
    led: Mapping[str, int]
    score: float
    contributions: Mapping[str, float]
    gains: Mapping[str, float]
    rank: int
    moved_by: str | None
    put: Rule | None


def _led(sight: Sight, codes: Codes) -> list[dict[str, int]]:
    """The walks that reached products [n], and the place of each there."""
    found: list[dict[str, int]] = [{} for _ in codes]
    for walk, reached in sight.walked.rows.items():
        for led, place in zip(found, reached.places(codes), strict=True):
            if place is not None:
                led[walk] = place
    return found


def _by_product(columns: Mapping[str, Numbers], picked: Sequence[int]) -> list[dict[str, float]]:
    """Columns [m] by name as a row of numbers for each of the m that are picked."""
    rows = np.array(list(columns.values())).T.tolist()
    return [dict(zip(columns, row, strict=True)) for row in rows or [()] * len(picked)]


def _recommendation(sight: Sight, fused: Fused, place: Place) -> Recommendation:
    product_id = place.product_id
    fired = _fired(sight, fused, place.candidate, place.put)
    row = sight.shown[product_id]
    ways = _ways(sight, place)
    return Recommendation(
        rank=place.rank,
        product_id=product_id,
        title=sight.product(product_id).name,
        score=place.score,
        contributions={**place.contributions, **{rule.name: gain for rule, gain in fired}},
        evidence=ways[0].evidence,
        moved_by=place.moved_by,
        reason=ways[0].words,
        paths=_distinct(ways),
        browser_cypher=browser_cypher(ways[0].path),
        brand=row["brand"],
        price_minor=row["price_minor"],
        in_stock=row["in_stock"],
        image_url=row["image_url"],
        rules=tuple(Fired(rule.rule_id, rule.kind, rule.discount) for rule, _ in fired),
        sponsored=place.put is not None and place.put.kind == PROMOTION,
    )


def _fired(sight: Sight, fused: Fused, index: int, put: Rule | None) -> list[tuple[Rule, float]]:
    """The rules that had a part in where a candidate stands, and what they gave its score: a place
    gives none."""
    if not fused.rules and put is None:
        return []
    found = [
        (each.rule, float(fused.rules[each.rule.name][index]))
        for each in sight.start.asked.rules
        if each.rule.name in fused.rules and fused.rules[each.rule.name][index]
    ]
    return found if put is None else [(put, 0.0), *found]


def _ways(sight: Sight, place: Place) -> list[Way]:
    """The ways to a candidate, the one whose terms gave it most above the others first."""
    product_id = place.product_id
    walks = _walks(sight, place)
    if len(walks) > 1:
        walks.sort(key=lambda walk: (-_gain(sight, place.gains, walk), ORDER[walk]))
    kept = walks[: PATHS if sight.start.asked.request.explain else 1]
    return [WAYS[walk](sight, product_id, _row(sight, place, walk)) for walk in kept]


def _distinct(ways: Sequence[Way]) -> tuple[Path, ...]:
    paths = [way.path for way in ways]
    if len(paths) == 1:
        return (paths[0],)
    return tuple(path for at, path in enumerate(paths) if path not in paths[:at])


def _walks(sight: Sight, place: Place) -> list[str]:
    """The names of the walks that reached a candidate."""
    walks = list(place.led)
    if sight.past(place.product_id):
        walks.append("met")
    if place.product_id in sight.start.linked.found:
        walks.append("text")
    return walks


def _row(sight: Sight, place: Place, walk: str) -> Row:
    """How a walk reached a candidate."""
    if walk == "met":
        return {"past": sight.past(place.product_id)}
    if walk == "text":
        return {"found_by": sight.start.linked.found[place.product_id]}
    return sight.walked.rows[walk].told(place.led[walk])


def _gain(sight: Sight, gains: Mapping[str, float], walk: str) -> float:
    """What a walk's terms gave a candidate more than they gave the least of all."""
    terms = TERMS_OF[walk]
    if walk == ("similar" if sight.scene.query is None else "text"):
        terms = (*terms, "entity")
    return round(sum([gains[name] for name in terms if name in gains]), DECIMALS)


def neighbours(sight: Sight) -> tuple[Neighbour, ...]:
    """V_U' with the names of its nodes."""
    return tuple(
        Neighbour(each.label, each.id, _name(sight, each), each.strength, each.via)
        for each in strongest(sight.walked.rows)
    )


def entities(sight: Sight) -> tuple[Entity, ...]:
    """V_U with the names of its nodes."""
    return tuple(
        Entity(each.label, each.id, _name(sight, each), each.score, each.found_by)
        for each in sight.start.linked.entities
    )


def _name(sight: Sight, each: Entity | Neighbour) -> str:
    return sight.node(each.label, each.id).name
