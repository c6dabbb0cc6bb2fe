"""The stored path by which a walk reached a product, and the reason it gives in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.graph import Row
from kg.language import tokens
from kg.recommend.asked import Past
from kg.recommend.lookup import lineage
from kg.recommend.seeds import Seed
from kg.recommend.sight import Sight
from kg.recommend.types import Path, PathNode, PathRelationship

VERBS = {
    "BOUGHT": "bought {}",
    "LIKED": "liked {}",
    "RATED": "rated {}",
    "ADDED_TO_CART": "added {} to your cart",
    "VIEWED": "looked at {}",
}
"""Events from the strongest to the weakest."""

MEMBERSHIP = {"Brand": "MADE_BY", "Category": "IN_CATEGORY"}

Step = tuple[PathRelationship, PathNode]


@dataclass(frozen=True)
class Way:
    """A path to a product, the reason in words, and what kind of evidence that is."""

    path: Path
    words: str
    evidence: str


def after(sight: Sight, product_id: str, row: Row) -> Way:
    """Bought soon after a seed."""
    return _derived(sight, product_id, row, "BOUGHT_NEXT", "this soon after {}")


def together(sight: Sight, product_id: str, row: Row) -> Way:
    """Bought by those who bought a seed."""
    return _derived(sight, product_id, row, "BOUGHT_WITH", "both this and {}")


def _derived(sight: Sight, product_id: str, row: Row, kind: str, said: str) -> Way:
    seed, people = sight.seed(row["seed_id"]), row["support"]
    relationship = PathRelationship(kind, True, {"weight": row["weight"], "support": people})
    path = _path(*_to_seed(sight, seed), (relationship, sight.product(product_id)))
    words = f"{people} {'person' if people == 1 else 'people'} bought {said}"
    if seed.past:
        it = f"you {_did(seed.past, sight.title(seed.product_id))}"
        return Way(path, f"{it}; {words.format('it')}", "graph")
    return Way(path, words.format(_called(sight, seed)), "graph")


def met(sight: Sight, product_id: str, row: Row) -> Way:
    """Of the user's own history, `row` has past: looked at, say, and not bought."""
    path = _path(*_to_seed(sight, sight.seed(product_id)))
    return Way(path, f"you {_did(row['past'], 'it')}", "graph")


def brand(sight: Sight, product_id: str, row: Row) -> Way:
    """Of a brand that the query means, or of a seed's."""
    return _member(sight, product_id, row, "Brand", "by")


def category(sight: Sight, product_id: str, row: Row) -> Way:
    """In a category that the query means, or in a seed's."""
    return _member(sight, product_id, row, "Category", "in")


def _member(sight: Sight, product_id: str, row: Row, label: str, word: str) -> Way:
    via = sight.other(label, row["via_id"])
    if meant := _meant(sight, via):
        words = "which your search means"
        if meant.id != via.id:
            words = f"part of {meant.name}, {words}"
        path = _path(*_to_group(sight, product_id, via), *_climb(sight, via.id, meant.id))
        return Way(path, f"{word} {via.name}, {words}", "graph")
    if row["seed_id"] in (None, product_id):
        path = _path(*_to_group(sight, product_id, via))
        near = "" if row["seed_id"] else ", which is close to your search"
        return Way(path, f"{word} {via.name}{near}", "graph")
    seed = sight.seed(row["seed_id"])
    words = f"{word} {via.name}, the {label.lower()} of {_called(sight, seed)}"
    return Way(_shared(sight, product_id, seed, via), words, "graph")


def in_group(sight: Sight, product_id: str, label: str) -> Row | None:
    """The brand or category of a product that the request means, else that of its heaviest seed:
    what a walk by way of it would give."""
    seeds = sorted(sight.start.seeds, key=lambda seed: (-seed.weight, seed.product_id))
    for id_ in _groups(sight, product_id, label):
        if _meant(sight, sight.other(label, id_)):
            return {"via_id": id_, "seed_id": None}
    for seed in seeds:
        both = set(_groups(sight, product_id, label)) & set(_groups(sight, seed.product_id, label))
        if both and seed.product_id != product_id:
            return {"via_id": max(both), "seed_id": seed.product_id}
    return None


def _groups(sight: Sight, product_id: str, label: str) -> list[str]:
    """The brand or the categories of a product, without those that are to be left out."""
    row = sight.shown[product_id]
    ids = [row["brand_id"]] if label == "Brand" else row["category_ids"]
    return [id_ for id_ in ids if id_ and (label, id_) not in sight.start.asked.gone]


def _shared(sight: Sight, product_id: str, seed: Seed, via: PathNode) -> Path:
    """By way of a brand or category that the product has in common with a seed."""
    there = (_membership(sight, seed.product_id, via, forward=True), via)
    back = (_membership(sight, product_id, via, forward=False), sight.product(product_id))
    return _path(*_to_seed(sight, seed), there, back)


def similar(sight: Sight, product_id: str, row: Row) -> Way:  # noqa: ARG001
    """Near in text to the user's taste, told by the nearest of the seeds."""
    seed = sight.nearest(product_id)
    if seed is None:
        return alone(sight, product_id, "close in text to what you like", "text")
    words = f"its text is close to {_called(sight, seed)}"
    if via := _in_common(sight, seed.product_id, product_id):
        return Way(_shared(sight, product_id, seed, via), words, "text")
    return alone(sight, product_id, words, "text")


def gnn(sight: Sight, product_id: str, row: Row) -> Way:  # noqa: ARG001
    """Near to the user in what was learned from everybody's sequences."""
    seed = sight.learned_nearest(product_id)
    if seed is None:
        return alone(sight, product_id, "fits what you wanted lately", "learned")
    words = f"learned from many shoppers to go with {_called(sight, seed)}"
    if via := _in_common(sight, seed.product_id, product_id):
        return Way(_shared(sight, product_id, seed, via), words, "learned")
    return alone(sight, product_id, words, "learned")


def text(sight: Sight, product_id: str, row: Row) -> Way:
    """Found by the words of the search; `row` has found_by."""
    words = sight.start.intent.words or ""
    if words.casefold() == product_id.casefold():
        return alone(sight, product_id, "is the product you named", "text")
    wanted = set(tokens(words, sight.language))
    title = sight.shown[product_id]["title"] or ""
    if wanted.intersection(tokens(title, sight.language)):
        return alone(sight, product_id, "matches your search in its title", "text")
    if "full_text" in row["found_by"]:
        return alone(sight, product_id, "matches your search in its description", "text")
    return alone(sight, product_id, "is spelt nearly like your search", "text")


def meaning(sight: Sight, product_id: str, row: Row) -> Way:  # noqa: ARG001
    """Near in text to the search."""
    return alone(sight, product_id, "is close in meaning to your search", "text")


def filtered(sight: Sight, product_id: str, row: Row) -> Way:
    """Found by exact cosine among the products that pass the filter."""
    near = similar if sight.scene.query is None else meaning
    return near(sight, product_id, row)


def popular(sight: Sight, product_id: str, row: Row, evidence: str = "popularity") -> Way:  # noqa: ARG001
    """Wanted by many, in the category that was asked for or in the shop."""
    wanted = sight.start.wanted.category_ids or ()
    inside = [each for each in sight.shown[product_id]["category_ids"] if each in wanted]
    if not inside:
        return alone(sight, product_id, "popular in this shop", evidence)
    via = sight.other("Category", inside[0])
    path = _path(*_to_group(sight, product_id, via))
    return Way(path, f"popular in {via.name}", evidence)


def fallback(sight: Sight, product_id: str, row: Row) -> Way:
    """There because the list would be too short."""
    return popular(sight, product_id, row, "fallback")


def pinned(sight: Sight, product_id: str, row: Row) -> Way:
    """There because a rule of the shop says so, which `row` names."""
    rule = PathNode("Rule", row["rule_id"], row["rule_id"])
    path = _path(rule, (PathRelationship("APPLIES_TO", True), sight.product(product_id)))
    return Way(path, "the shop has put it here", "rule")


WAYS: Mapping[str, Callable[[Sight, str, Row], Way]] = {
    "met": met,
    "next": after,
    "together": together,
    "category": category,
    "brand": brand,
    "text": text,
    "meaning": meaning,
    "similar": similar,
    "gnn": gnn,
    "filtered": filtered,
    "popular": popular,
    "fallback": fallback,
    "pinned": pinned,
}
"""By the walk that reached the product; of equals the first is told."""


def _path(start: PathNode, *steps: Step) -> Path:
    return Path((start, *(node for _, node in steps)), tuple(step for step, _ in steps))


def alone(sight: Sight, product_id: str, words: str, evidence: str) -> Way:
    """A way that is no more than the product itself."""
    return Way(_path(sight.product(product_id)), words, evidence)


def _to_seed(sight: Sight, seed: Seed) -> tuple[PathNode, *tuple[Step, ...]]:
    """From the user to a product of the history; any other seed is a beginning itself."""
    product = sight.product(seed.product_id)
    if not seed.past:
        return (product,)
    user = sight.start.asked.request.user_id or ""
    return (PathNode("User", user, user), (_event(seed.past), product))


def _event(past: Past) -> PathRelationship:
    """The strongest of the user's events with a product; its moment where it is the only kind."""
    kind = _kind(past.types)
    known: dict[str, Any] = {"at": past.at} if len(past.types) == 1 else {}
    if kind == "RATED":
        known["value"] = past.value
    return PathRelationship(kind, True, known)


@cache
def _kind(types: tuple[str, ...]) -> str:
    """The strongest of types of events."""
    return next((kind for kind in VERBS if kind in types), types[0])


def _did(past: Past, what: str = "") -> str:
    """What the user did with a product: "looked at it", or "looked at" for nothing named."""
    return " ".join(VERBS.get(_kind(past.types), "know {}").format(what).split())


def _called(sight: Sight, seed: Seed) -> str:
    """A seed in words, with what it is to the person who asks."""
    title = sight.title(seed.product_id)
    if seed.past:
        return f"{title}, which you {_did(seed.past)}"
    return f"{title}, which your search found" if seed.why == "query" else title


def _meant(sight: Sight, via: PathNode) -> PathNode | None:
    """The nearest brand or category that the query names: `via` itself or one above it."""
    named = sight.start.intent.brands + sight.start.intent.categories
    ids = {each.id: each for each in named if each.label == via.label}
    above = lineage(via.id) if via.label == "Category" else [via.id]
    found = next((ids[each] for each in reversed(above) if each in ids), None)
    return PathNode(found.label, found.id, found.name) if found else None


def _to_group(sight: Sight, product_id: str, via: PathNode) -> tuple[PathNode, Step]:
    return sight.product(product_id), (_membership(sight, product_id, via, forward=True), via)


def _membership(sight: Sight, product_id: str, via: PathNode, forward: bool) -> PathRelationship:
    row = sight.shown[product_id]
    rank = row["brand_rank"]
    if via.label == "Category":
        rank = row["category_ranks"][row["category_ids"].index(via.id)]
    return PathRelationship(MEMBERSHIP[via.label], forward, {"rank": rank})


def _climb(sight: Sight, low: str, high: str) -> list[Step]:
    """From a category up to one of its ancestors."""
    if low == high:
        return []
    above = list(reversed(lineage(low)))[1:]
    steps = above[: above.index(high) + 1]
    return [
        (PathRelationship("SUBCATEGORY_OF", True), sight.other("Category", each)) for each in steps
    ]


def _in_common(sight: Sight, one: str, other: str) -> PathNode | None:
    """A category that two products share, the deepest, else their brand."""
    first, second, gone = sight.shown[one], sight.shown[other], sight.start.asked.gone
    shared = set(first["category_ids"]) & set(second["category_ids"])
    both: Sequence[str] = sorted(each for each in shared if ("Category", each) not in gone)
    if both:
        return sight.other("Category", max(both, key=lambda each: each.count("/")))
    brand_id = first["brand_id"]
    if brand_id and brand_id == second["brand_id"] and ("Brand", brand_id) not in gone:
        return sight.other("Brand", first["brand_id"])
    return None
