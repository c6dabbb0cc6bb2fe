"""Choose the reason of a product: what led to it, in which it is ahead of the next of the list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.graph import Row
from kg.recommend.compared import Leads
from kg.recommend.fuse import DECIMALS
from kg.recommend.paths import WAYS, Way, alone, in_group
from kg.recommend.sight import Sight
from kg.recommend.wording import downward, than_the_next
from kg.rules.types import Rule
from kg.stock import MOVED as MOVED_BY_STOCK

TERMS_OF: Mapping[str, tuple[str, ...]] = {
    "met": ("brand", "category"),
    "next": ("next",),
    "together": ("together",),
    "brand": ("brand",),
    "category": ("category",),
    "gnn": ("gnn",),
    "text": ("lexical",),
    "meaning": ("relevance",),
    "similar": ("similar",),
    "filtered": ("relevance", "similar"),
    "popular": ("popularity",),
    "fallback": (),
    "pinned": (),
}
"""Which contributions the reason of a walk speaks for."""

EVIDENCE = {
    "relevance": "text",
    "lexical": "text",
    "similar": "text",
    "similar_last": "text",
    "words": "text",
    "words_last": "text",
    "gnn": "learned",
    "hot": "popularity",
    "popularity": "popularity",
    "age": "popularity",
    "place": "popularity",
}
"""What kind of evidence a term is that speaks by itself; the graph for the others."""

ORDER = {walk: place for place, walk in enumerate(WAYS)}

MOVED = {
    "diversity": "brings variety into the list",
    MOVED_BY_STOCK: "is in stock, which the next product is not",
    "rule": "a rule of the shop has moved the next product",
    "promotion": "a promotion of the shop has moved the next product",
}
"""What put a product before one in which everything speaks as much for that one."""


class Place(NamedTuple):
    """A product of the list: its place among the candidates and, by walk, among what led to it, its
    score with what each term gave, what it got more than the next one (None where there is none),
    its rank, what moved it, what put it before the next if that has more, and the rule that has put
    it there."""

    candidate: int
    product_id: str
    led: Mapping[str, int]
    score: float
    contributions: Mapping[str, float]
    leads: Leads | None
    rank: int
    moved_by: str | None
    before_by: str | None
    put: Rule | None


@dataclass(frozen=True)
class Reason:
    """A way to a product, and the term in which it is ahead of the next one."""

    way: Way
    term: str | None = None


def reasons(sight: Sight, place: Place, most: int) -> tuple[Reason, list[Way]]:
    """The reason, and at most so many ways that led to the product, that of the reason first."""
    walks = _walks(sight, place)
    if len(walks) > 1:
        walks.sort(key=lambda walk: (-_gain(place, walk), ORDER[walk]))
    reason = _reason(sight, place, walks)
    others = [_way(sight, place, walk) for walk in walks[:most]] if most > 1 else []
    return reason, [reason.way, *others][:most]


def _reason(sight: Sight, place: Place, walks: list[str]) -> Reason:
    leads = place.leads
    if leads is None or "fallback" in place.led:
        return Reason(_way(sight, place, walks[0]))
    ahead = {
        term: by
        for term, by in leads.items()
        if round(by, DECIMALS) and not downward(sight.start.asked, term)
    }
    for walk in walks:
        if term := _ahead(ahead, walk):
            return Reason(_way(sight, place, walk), term)
    if place.put is not None:
        return Reason(WAYS["pinned"](sight, place.product_id, {"rule_id": place.put.rule_id}))
    for walk, row in _further(sight, place):
        if term := _ahead(ahead, walk):
            return Reason(WAYS[walk](sight, place.product_id, row), term)
    first = _way(sight, place, walks[0])
    best = max(leads, key=lambda term: (leads[term], term), default=None)
    if best is not None and round(leads[best], DECIMALS) > 0:
        return Reason(_by_term(sight, place, best, leads[best]), best)
    if any(round(by, DECIMALS) for by in leads.values()):
        return Reason(Way(first.path, _moved(place.before_by), first.evidence))
    return Reason(first)


def _ahead(ahead: Leads, walk: str) -> str | None:
    """The term of a walk in which the product is ahead most, where it is behind in none of them."""
    found = {term: ahead[term] for term in TERMS_OF[walk] if term in ahead}
    if not found or min(found.values()) < 0:
        return None
    return max(found, key=lambda term: found[term])


def _further(sight: Sight, place: Place) -> Iterator[tuple[str, Row]]:
    """Ways to a product that no walk went, because it ends after so many: by what it shares with
    the user's products, and by likeness to one of them."""
    for walk, label in (("category", "Category"), ("brand", "Brand")):
        if walk not in place.led and (row := in_group(sight, place.product_id, label)):
            yield walk, row
    if "similar" not in place.led and sight.nearest(place.product_id):
        yield "similar", {}
    if "gnn" not in place.led and sight.learned_nearest(place.product_id):
        yield "gnn", {}


def _by_term(sight: Sight, place: Place, term: str, by: float) -> Way:
    """By a term that no walk stands for."""
    words = than_the_next(sight.start.asked, term, by)
    evidence = "rule" if ":" in term else EVIDENCE.get(term, "graph")
    return alone(sight, place.product_id, words, evidence)


def _moved(by: str | None) -> str:
    if by is None:
        return "stands where it stood when the list was made"
    return MOVED[by.partition(":")[0]]


def _walks(sight: Sight, place: Place) -> list[str]:
    """The names of the walks that reached a candidate."""
    walks = list(place.led)
    if sight.past(place.product_id):
        walks.append("met")
    found_by = sight.start.linked.found.get(place.product_id, "")
    if "vector" in found_by:
        walks.append("meaning")
    if found_by and found_by != "vector":
        walks.append("text")
    return walks


def _way(sight: Sight, place: Place, walk: str) -> Way:
    """How a walk reached a candidate."""
    if walk == "met":
        row: Row = {"past": sight.past(place.product_id)}
    elif walk in ("text", "meaning"):
        row = {"found_by": sight.start.linked.found[place.product_id]}
    else:
        row = sight.walked.rows[walk].told(place.led[walk])
    return WAYS[walk](sight, place.product_id, row)


def _gain(place: Place, walk: str) -> float:
    """What a walk's terms gave a candidate more than the next one; words in common count before
    likeness of meaning, which they bring about."""
    given = place.contributions if place.leads is None else place.leads
    terms = (*TERMS_OF["text"], *TERMS_OF["meaning"]) if walk == "text" else TERMS_OF[walk]
    return round(sum([given[name] for name in terms if name in given]), DECIMALS)
