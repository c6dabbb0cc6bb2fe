"""Say why each product is there: the path of its reason, in words and as Cypher."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from kg.recommend.browser import browser_cypher
from kg.recommend.compared import Leads, differences
from kg.recommend.diversify import Listed
from kg.recommend.fuse import DECIMALS, Fused
from kg.recommend.neighbours import strongest
from kg.recommend.numbered import Codes
from kg.recommend.paths import Way
from kg.recommend.reasons import Place, reasons
from kg.recommend.sight import Sight
from kg.recommend.types import (
    Compared,
    Entity,
    Fired,
    Neighbour,
    Numbers,
    Path,
    Recommendation,
)
from kg.rules.types import PROMOTION, Rule
from kg.stock import MOVED

PATHS = 3
"""How many paths a product keeps."""


def recommendations(sight: Sight, fused: Fused, listed: Listed) -> tuple[Recommendation, ...]:
    """The list with its reasons."""
    places = _places(sight, fused, listed)
    return tuple([_recommendation(sight, fused, listed, each) for each in places])


def _places(sight: Sight, fused: Fused, listed: Listed) -> list[Place]:
    picked, order = list(listed.picked), listed.spoken_of
    moved = listed.moved
    chosen = np.array(picked, np.intp)
    codes = sight.walked.codes[chosen]
    after: list[Leads | None] = [*_by_product(fused.leads(order), order[1:])]
    before_by = [_before_by(sight, fused, listed, *pair) for pair in pairwise(order)]
    if listed.following is None:
        after.append(None)
        before_by.append(None)
    return list(
        map(
            Place,
            picked,
            sight.walked.products.named(codes),
            _led(sight, codes),
            fused.scores[chosen].tolist(),
            _by_product({name: each[chosen] for name, each in fused.contributions.items()}, picked),
            after,
            range(1, len(picked) + 1),
            [moved.get(each) for each in picked],
            before_by,
            [listed.put.get(each) for each in picked],
        )
    )


def _before_by(sight: Sight, fused: Fused, listed: Listed, one: int, other: int) -> str | None:
    """What put a candidate before another of a higher score: what moved it, else what moved the
    other, or kept it out of the list."""
    if round(float(fused.scores[one] - fused.scores[other]), DECIMALS) >= 0:
        return None
    rule = next((rule.name for rule in listed.put.values()), None)
    known = listed.moved.get(other) == MOVED or not sight.start.asked.request.diversity
    return listed.moved.get(one, listed.moved.get(other, rule if known else "diversity"))


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


def _recommendation(sight: Sight, fused: Fused, listed: Listed, place: Place) -> Recommendation:
    product_id = place.product_id
    explain = sight.start.asked.request.explain
    fired = _fired(sight, fused, place.candidate, place.put)
    row = sight.shown[product_id]
    reason, ways = reasons(sight, place, PATHS if explain else 1)
    return Recommendation(
        rank=place.rank,
        product_id=product_id,
        title=sight.product(product_id).name,
        score=place.score,
        contributions={**place.contributions, **{rule.name: gain for rule, gain in fired}},
        evidence=reason.way.evidence,
        moved_by=place.moved_by,
        reason=reason.way.words,
        paths=_distinct(ways),
        browser_cypher=browser_cypher(reason.way.path),
        brand=row["brand"],
        price_minor=row["price_minor"],
        in_stock=row["in_stock"],
        image_url=row["image_url"],
        rules=tuple(Fired(rule.rule_id, rule.kind, rule.discount) for rule, _ in fired),
        sponsored=place.put is not None and place.put.kind == PROMOTION,
        compared=_compared(sight, fused, listed, place) if explain else None,
        reason_term=reason.term,
    )


def _compared(sight: Sight, fused: Fused, listed: Listed, place: Place) -> Compared | None:
    """A product beside the next one: none for the last of all, and for what only fills the list,
    whose fit is no reason for it."""
    if place.leads is None or "fallback" in place.led:
        return None
    other = listed.spoken_of[place.rank]
    (product_id,) = sight.walked.products.named(sight.walked.codes[[other]])
    by = float(place.score - fused.scores[other])
    return Compared(
        product_id,
        sight.product(product_id).name,
        other != listed.following or listed.following_listed,
        by,
        differences(sight.start.asked, place.leads),
        place.before_by,
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


def _distinct(ways: Sequence[Way]) -> tuple[Path, ...]:
    paths = [way.path for way in ways]
    if len(paths) == 1:
        return (paths[0],)
    return tuple(path for at, path in enumerate(paths) if path not in paths[:at])


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
