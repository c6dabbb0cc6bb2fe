"""Why a product is in a list, or which gate stopped it first, and what would let it through."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kg.graph import Row
from kg.ids import category_id
from kg.money import readable
from kg.recommend.answer import best_of, candidates, listed_of, scored
from kg.recommend.asked import OWNED, Asked, Past, ask
from kg.recommend.diversify import Listed
from kg.recommend.explain import recommendations
from kg.recommend.filters import Filter
from kg.recommend.fuse import Fused
from kg.recommend.lookup import paths_of
from kg.recommend.lots import by_score
from kg.recommend.nudge import nudge
from kg.recommend.prices import price_limits
from kg.recommend.product import unknown
from kg.recommend.recipes import chosen
from kg.recommend.rulebook import of_kind
from kg.recommend.scene import Scene, scenes
from kg.recommend.served import Served
from kg.recommend.sight import sights
from kg.recommend.stock import late
from kg.recommend.types import Filters, Recommendation, Request
from kg.recommend.walk import Walked
from kg.rules.types import Rule

MOST_CHANGES = 6
"""Changes that are made one upon another, those that take an earlier one's place counted."""

LONGEST = 200
"""The longest list that is worth while to ask for, and the longest that the service gives."""

Change = Mapping[str, Any]
"""Fields of a request and what they become; of filters and weights those that change."""


@dataclass(frozen=True)
class Gate:
    """What stopped a product: `code` is own, bought, hidden, filter, out_of_stock, not_reached,
    buried, displaced, ranked or diversity. `change` are fields of the request that would lift it;
    `without` rules stands for ending them, `event` for one of the user's with the product, the
    relationship that is missing. None where none of them can."""

    code: str
    text: str
    change: Change | None


@dataclass(frozen=True)
class Explanation:
    """Where a product stands in the answer to a request.

    `place` is its rank by score among `candidates`, behind those in stock where it is not and the
    shop ranks so, None where it is none of them; `told` says
    what speaks for it, listed or not. `changes`, one upon another, lift all gates: `admitted` says
    that the request was asked again with them, and has the product.
    """

    product_id: str
    title: str
    listed: bool
    place: int | None
    candidates: int
    gate: Gate | None
    changes: tuple[Change, ...]
    admitted: bool
    told: Recommendation | None


@dataclass(frozen=True)
class _Standing:
    """How a product fares; `options` are smaller changes than the gate's own, which may lift it."""

    gate: Gate | None
    place: int | None
    candidates: int
    told: Recommendation | None
    options: tuple[Change, ...] = ()


@dataclass(frozen=True)
class _Tried:
    """A request with changes made, and how a product fares; `met` as if the user had seen it."""

    request: Request
    changes: tuple[Change, ...]
    met: bool
    standing: _Standing


def explain_product(served: Served, request: Request, product_id: str) -> Explanation:
    """Why, or why not. Raises NotFound for a product that the graph does not have, OptionError."""
    rows = served.graph.read("resolve/products", ids=[product_id])
    if not rows:
        raise unknown(served.graph, product_id)
    row = rows[0]
    first = last = _Tried(request, (), False, _standing(served, request, product_id, row))
    for _ in range(MOST_CHANGES):
        further = _further(served, product_id, row, last)
        if further is None:
            break
        last = further
    standing, gate = first.standing, first.standing.gate
    if gate is not None and last.changes:
        gate = replace(gate, change=last.changes[0])
    return Explanation(
        product_id=product_id,
        title=row["title"] or product_id,
        listed=gate is None,
        place=standing.place,
        candidates=standing.candidates,
        gate=gate,
        changes=last.changes,
        admitted=last.standing.gate is None,
        told=standing.told,
    )


def _further(served: Served, product_id: str, row: Row, tried: _Tried) -> _Tried | None:
    """With a change more, if there is one: the first of those that let the product in, else what
    lifts its gate. Where a longer list was asked for, nothing but a longer one yet."""

    def made(change: Change) -> _Tried:
        request = with_change(tried.request, change)
        met = tried.met or "event" in change
        standing = _standing(served, request, product_id, row, met)
        return _Tried(request, _one_more(tried.changes, change), met, standing)

    longer = any("k" in each for each in tried.changes)
    for option in () if longer else tried.standing.options:
        if (found := made(option)).standing.gate is None:
            return found
    gate = tried.standing.gate
    return made(gate.change) if gate and gate.change else None


def _one_more(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """Changes and one more, which takes the place of one before it where it says the same field."""
    again = bool(changes) and changes[-1].keys() == change.keys() and _ADDED.isdisjoint(change)
    return (*(changes[:-1] if again else changes), change)


_ADDED = frozenset(("filters", "weights", "without"))
"""Fields of which a change names a part."""


def with_change(request: Request, change: Change) -> Request:
    """The request with some of its fields, filters or weights changed, or without some rules more.
    An event is no part of it."""
    plain = {n: value for n, value in change.items() if n not in _ADDED and n != "event"}
    if weights := change.get("weights"):
        plain["weights"] = {**request.weights, **weights}
    filters = replace(request.filters, **change.get("filters", {}))
    rules = (*request.without.rules, *change.get("without", {}).get("rules", ()))
    without = replace(request.without, rules=rules)
    return replace(request, filters=filters, without=without, **plain)


def _standing(
    served: Served, request: Request, product_id: str, row: Row, met: bool = False
) -> _Standing:
    """Go through the gates in the order of the stages; `met` as if the user had looked at it."""
    asked = ask(served, [request])[0]
    known = _having_met(served, asked, product_id) if met else asked
    walked = candidates(served, [request], known=[known])[0]
    count = len(walked.ids)
    gate = (
        _owned(walked, product_id)
        or _hidden(served, walked, product_id)
        or _filtered(served, walked, product_id, row)
    )
    if gate is not None:
        return _Standing(gate, None, count, None)
    if product_id not in walked.ids:
        gate = _not_reached(walked, product_id)
        options = () if gate.change else _narrower(served, walked, row)
        return _Standing(gate, None, count, None, options)
    return _ranked(served, walked, row)


def _having_met(served: Served, asked: Asked, product_id: str) -> Asked:
    """As if looking at the product were the latest that the user did, who has a history by that."""
    request = asked.request
    recipe = chosen(request, served.model is not None, served.paper)
    latest = max((past.at for past in asked.history), default=0)
    others = [past for past in asked.history if past.product_id != product_id]
    history = (Past(product_id, latest, ("VIEWED",), None), *others)
    return replace(asked, recipe=recipe, history=history)


def _owned(walked: Walked, product_id: str) -> Gate | None:
    asked = walked.start.asked
    if product_id == asked.request.product_id:
        return Gate("own", "it is the product that was asked about", None)
    if product_id not in asked.left_out:
        return None
    past = next(each for each in asked.history if each.product_id == product_id)
    return Gate("bought", f"the user has {_did(past)} it", {"include_bought": True})


def _did(past: Past) -> str:
    words = {"BOUGHT": "bought", "RATED": "rated"}
    return " and ".join(words[each] for each in past.types if each in OWNED)


def _hidden(served: Served, walked: Walked, product_id: str) -> Gate | None:
    facts = served.facts.of([product_id])
    for each in of_kind(walked.start.asked.rules, "hide"):
        if each.reaches(facts).any():
            return Gate("hidden", f"rule {each.rule.rule_id} hides it", _ended(each.rule))
    return None


def _ended(*rules: Rule) -> Change:
    """The request as if rules were at their end."""
    return {"without": {"rules": tuple(each.rule_id for each in rules)}}


def _filtered(served: Served, walked: Walked, product_id: str, row: Row) -> Gate | None:
    """The filter that refuses the product, each asked alone."""
    wanted, currency = walked.start.wanted, served.meta.currency
    for one in _alone(wanted):
        if not served.graph.read(
            "resolve/passing", ids=[product_id], filter=Filter(**one).params()
        ):
            (name,) = one
            if name == "in_stock" and not walked.start.asked.request.filters.in_stock:
                text = "it is out of stock, and the shop leaves out what is"
                return Gate("out_of_stock", text, None)
            change = _lifted(served, walked, name, row)
            return Gate("filter", _says(name, one[name], row, currency), change)
    return None


def _alone(wanted: Filter) -> Iterator[dict[str, Any]]:
    """The conditions of a filter, one at a time."""
    for each in fields(Filter):
        value = getattr(wanted, each.name)
        if value != each.default:
            yield {each.name: value}


def _says(name: str, value: Any, row: Row, currency: str | None) -> str:
    price = row["price_minor"]
    costs = "has no price" if price is None else f"costs {readable(price, currency)}"
    brand = row["brand"] or "no brand"
    categories = ", ".join(row["category_names"]) or "no category"
    said: dict[str, Callable[[], str]] = {
        "min_price": lambda: f"it {costs}, less than {readable(value, currency)}",
        "max_price": lambda: f"it {costs}, the limit is {readable(value, currency)}",
        "in_stock": lambda: "it is not in stock",
        "brand_ids": lambda: f"it is of {brand}, none of the brands asked for",
        "category_ids": lambda: f"it is in {categories}, none of the categories asked for",
        "excluded_brand_ids": lambda: f"it is of {brand}, which the search text rules out",
        "excluded_category_ids": lambda: f"it is in {categories}, which the search text rules out",
    }
    return said[name]()


_OPTIONS = {
    "min_price": "min_price_minor",
    "max_price": "max_price_minor",
    "in_stock": "in_stock",
    "brand_ids": "brands",
    "category_ids": "categories",
}
"""Conditions -> the request's filters that they come from."""


def _lifted(served: Served, walked: Walked, name: str, row: Row) -> Change | None:
    """The request with its filter as wide as it has to be, or, where the search text refuses the
    product, with the text without that."""
    start = walked.start
    option = _OPTIONS.get(name)
    if option and _refuses(start.asked.request.filters, name, row["price_minor"]):
        price = row["price_minor"] if name.endswith("_price") else None
        return {"filters": {option: getattr(Filters(), option) if price is None else price}}
    query = start.asked.request.query
    priced = name.endswith("_price")
    left = price_limits(query or "", served.meta.decimals).text if priced else start.intent.words
    return None if left == query else {"query": left or None}


def _refuses(filters: Filters, name: str, price: int | None) -> bool:
    """Is it this filter that refuses a product of a price, and not the search text?"""
    limit = getattr(filters, _OPTIONS[name])
    if not name.endswith("_price"):
        return bool(limit)
    if limit is None or price is None:
        return limit is not None
    return bool(price < limit if name == "min_price" else price > limit)


def _not_reached(walked: Walked, product_id: str) -> Gate:
    start = walked.start
    came = [f"{len(start.seeds)} products"] if start.seeds else []
    if start.linked.found:
        came.append(f"{len(start.linked.found)} hits of the search")
    whence = " and ".join(came) or "what is popular"
    text = f"no relationship, brand, category or likeness leads to it from {whence}"
    return Gate("not_reached", text, _missing(start.asked, product_id))


def _missing(asked: Asked, product_id: str) -> Change | None:
    """The user's relationship with the product, where there is none."""
    met = any(past.product_id == product_id for past in asked.history)
    return {"event": {"type": "view"}} if asked.request.user_id and not met else None


def _ranked(served: Served, walked: Walked, row: Row) -> _Standing:
    """A candidate's place, and whether it is within the list."""
    product_id = row["product_id"]
    scene = scenes(served, [walked])[0]
    fused = scored(served, walked, scene)
    listed = listed_of(served, walked, scene, fused)
    index = walked.ids.index(product_id)
    place = listed.ranked.index(index)
    following = _next(listed, index)
    picked = replace(
        listed,
        picked=[index],
        following=following,
        following_listed=following in listed.picked,
    )
    sight = sights(served, [walked], [scene], [picked.spoken_of])[0]
    told = recommendations(sight, fused.told(picked.picked), picked)[0]
    told = replace(told, rank=place + 1)
    if index in listed.picked:
        return _Standing(None, place + 1, len(walked.ids), told)
    gate = _behind(served, walked, scene, fused, listed, index)
    options = _options(served, walked, scene, fused, index, row) if gate.code == "ranked" else ()
    return _Standing(gate, place + 1, len(walked.ids), told, options)


def _next(listed: Listed, index: int) -> int | None:
    """The candidate after one, in the list or behind it."""
    first = set(listed.picked)
    order = [*listed.picked, *(at for at in listed.ranked if at not in first)]
    return next(iter(order[order.index(index) + 1 :]), None)


def _behind(
    served: Served, walked: Walked, scene: Scene, fused: Fused, listed: Listed, index: int
) -> Gate:
    """What keeps a candidate out of the list."""
    request, place = walked.start.asked.request, listed.ranked.index(index)
    longer = place + 1 + len(listed.put)
    wider = {"k": longer} if longer <= LONGEST else None
    merit = by_score(walked, fused.scores).index(index)
    if place >= request.k and index in listed.behind and merit < request.k:
        text = f"{_number(merit)}, but it is out of stock, and what is in stock comes before"
        return Gate("out_of_stock", text, wider)
    if place >= request.k:
        if rule := _burying(walked, fused, index):
            return Gate("buried", f"rule {rule.rule_id} buries it: {_number(place)}", _ended(rule))
        text = f"{_number(place)}, and {request.k} were asked for"
        return Gate("ranked", text, wider)
    if index in best_of(served, walked, scene, fused, listed.ranked):
        names = ", ".join(rule.name for rule in listed.put.values())
        text = f"{_number(place)}; what rules put into the list takes its place: {names}"
        return Gate("displaced", text, _ended(*listed.put.values()))
    text = f"{_number(place)}; products that cover other interests came before"
    return Gate("diversity", text, {"diversity": 0.0})


def _options(
    served: Served, walked: Walked, scene: Scene, fused: Fused, index: int, row: Row
) -> tuple[Change, ...]:
    """What may bring a candidate into a list as long as it is: the weight that has to change least
    (what rules and diversity make of it shows when it is tried), a filter of the product's own
    category or brand, a view of the user's."""
    asked = walked.start.asked
    nearer = nudge(fused, index, asked.request.k, ~late(walked, scene.facts))
    missing = _missing(asked, row["product_id"])
    return (
        *([] if nearer is None else [{"weights": dict([nearer])}]),
        *_narrower(served, walked, row),
        *([] if missing is None else [missing]),
    )


def _narrower(served: Served, walked: Walked, row: Row) -> tuple[Change, ...]:
    """Filters of the product's own categories and brand, where the request has none."""
    filters, found = walked.start.asked.request.filters, list[Change]()
    if not filters.categories:
        paths = paths_of(served.graph, "Category", row["category_ids"])
        named = zip(row["category_ids"], paths, strict=True)
        found += [{"filters": {"categories": (_name(*each),)}} for each in named]
    if not filters.brands and row["brand"]:
        found.append({"filters": {"brands": (row["brand"],)}})
    return tuple(found)


def _name(id_: str, path: str) -> str:
    """How a filter names a category: by its path, where that is a path and means no other."""
    parts = path.split(" > ")
    return path if len(parts) > 1 and category_id(parts) == id_ else id_


def _number(place: int) -> str:
    return f"by score it is number {place + 1}"


def _burying(walked: Walked, fused: Fused, index: int) -> Rule | None:
    """The bury rule without which a candidate would be among the first k by score."""
    asked = walked.start.asked
    for each in of_kind(asked.rules, "bury"):
        part = fused.rules[each.rule.name]
        if part[index] and index in by_score(walked, fused.scores - part)[: asked.request.k]:
            return each.rule
    return None
