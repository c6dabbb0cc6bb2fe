"""Keep the candidates that pass the filters, and fill the list where too few are left."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from kg.graph import Call, Row
from kg.recommend.filters import Filter
from kg.recommend.fuse import DECIMALS
from kg.recommend.lots import lots_of
from kg.recommend.rulebook import of_kind
from kg.recommend.served import Served
from kg.recommend.walk import Start, Walked
from kg.stock import BEHIND

ENOUGH = 50
"""With fewer candidates left, the filter's products are searched by exact cosine."""

FILTERED = 100
"""How many that search finds."""

TAKEN: dict[str, Callable[[Walked], int]] = {
    "popular": lambda walked: max(walked.start.asked.request.k, ENOUGH),
    "fallback": lambda walked: walked.start.asked.request.k - len(walked.codes),
}
"""How many popular products a request takes, by the name of the walk."""

EQUALS = 200
"""How many more popular products are read than are taken: of those as popular as the last one
taken, lots say which are."""


def passing(served: Served, walked: Sequence[Walked]) -> list[Walked]:
    """Candidates of requests [n] without those that a filter refuses: one query a filter."""
    some = [each for each in walked if len(each.codes)]
    filters = {each.start.wanted for each in some if not each.start.wanted.trivial}
    wanted = list(filters)
    calls: list[Call] = [
        ("resolve/passing", {"ids": _ids(walked, each), "filter": each.params()}) for each in wanted
    ]
    answers = served.graph.read_all(calls)
    kept = {
        each: {row["product_id"] for row in rows}
        for each, rows in zip(wanted, answers, strict=True)
    }
    return [_kept(each, kept.get(each.start.wanted)) for each in walked]


def _ids(walked: Sequence[Walked], wanted: Filter) -> list[str]:
    return sorted({id_ for each in walked if each.start.wanted == wanted for id_ in each.ids})


def _kept(walked: Walked, kept: set[str] | None) -> Walked:
    if kept is None:
        return walked
    passed = np.array([each in kept for each in walked.ids], np.bool_)
    return replace(walked, codes=walked.codes[passed])


def fill(served: Served, walked: Sequence[Walked]) -> list[Walked]:
    """Add what an exact search within the filter finds, then what is popular, until k are there.

    Never fewer than k of what exists. Products that are there because they are popular are of the
    walk `popular` where nothing else is known, and of `fallback` where they only fill the list.
    """
    found = _added(served, _added(served, walked, _search), _popular)
    codes = [each.codes for each in found if _heeds_stock(each)]
    if codes:
        served.facts.at(np.concatenate(codes))  # all of them in one query
    return _added(served, found, _available)


Ask = Callable[[Served, Walked], tuple[str, Call] | None]


def _added(served: Served, walked: Sequence[Walked], ask: Ask) -> list[Walked]:
    """Ask for more products where `ask` has a walk's name and a call for it."""
    asked = [ask(served, each) for each in walked]
    answers = iter(served.graph.read_all([each[1] for each in asked if each]))
    return [
        _with(each, question[0], next(answers)) if question else each
        for each, question in zip(walked, asked, strict=True)
    ]


def _with(walked: Walked, name: str, rows: Sequence[Row]) -> Walked:
    gone = walked.start.asked.left_out.union(walked.ids)
    fresh = [row for row in rows if row["product_id"] not in gone]
    if name == "filtered":
        fresh = [row for row in fresh if row["strength"] > 0]  # the rest is near to nothing
    if name in TAKEN:
        fresh = _most_popular(walked, fresh)[: max(TAKEN[name](walked), 1)]
    known = walked.rows.get(name, {}).values()
    return walked.with_more(name, [*known, *fresh])


def _most_popular(walked: Walked, rows: Sequence[Row]) -> list[Row]:
    """Rows of products, the most popular first, equals by lots. Those that came after popularity
    was derived have none yet."""
    drawn = lots_of(walked.start.asked.request, [row["product_id"] for row in rows])
    popularity = np.array([row["strength"] or 0.0 for row in rows], np.float64)
    places = np.lexsort((drawn, -np.round(popularity, DECIMALS)))
    return [rows[place] for place in places]


def _search(served: Served, walked: Walked) -> tuple[str, Call] | None:
    start = walked.start
    few = len(walked.codes) < max(ENOUGH, start.asked.request.k)
    if start.wanted.trivial or start.aim is None or not (few or start.wanted.structural):
        return None
    limit = max(FILTERED, start.asked.request.k)
    return "filtered", _filtered(served, start, start.aim.tolist(), limit)


def _popular(served: Served, walked: Walked) -> tuple[str, Call] | None:
    start, k = walked.start, walked.start.asked.request.k
    first = start.blank or start.asked.recipe.popular
    if len(walked.codes) >= k and not first:
        return None
    name = "popular" if first else "fallback"
    limit = len(walked.codes) + TAKEN[name](walked) + EQUALS
    if not start.wanted.trivial or of_kind(start.asked.rules, "hide"):
        return name, _filtered(served, start, None, limit)
    limit += len(start.asked.left_out)
    asked = {"category_ids": None, "brand_ids": None, "limit": limit}
    return name, ("walk/popular", {"requests": [asked]})


def _available(served: Served, walked: Walked) -> tuple[str, Call] | None:
    """What is in stock, for a list that else would begin with what is not, or that is of what is
    popular and has too little of it."""
    start = walked.start
    if not _heeds_stock(walked):
        return None
    out = served.facts.at(walked.codes).out_of_stock
    popular = start.blank or start.asked.recipe.popular
    enough = min(start.asked.request.k, len(out)) if popular else 1
    if np.count_nonzero(~out) >= enough:
        return None
    limit = TAKEN["popular"](walked) + EQUALS
    given = {"filter": {**_open(start), "in_stock": True}, "vector": None, "limit": limit}
    return "popular" if popular else "fallback", (served.named("walk/filtered"), given)


def _heeds_stock(walked: Walked) -> bool:
    asked = walked.start.asked
    return (
        asked.out_of_stock == BEHIND and not walked.start.wanted.in_stock and len(walked.codes) > 0
    )


def _filtered(served: Served, start: Start, vector: list[float] | None, limit: int) -> Call:
    given = {"filter": _open(start), "vector": vector, "limit": limit}
    return served.named("walk/filtered"), given


def _open(start: Start) -> dict[str, object]:
    """The request's filter, without what is no answer and what a rule hides."""
    hides = of_kind(start.asked.rules, "hide")
    brands = {id_ for each in hides for id_ in each.brand_ids}
    categories = {id_ for each in hides for id_ in each.category_ids}
    wanted = replace(
        start.wanted,
        excluded_brand_ids=tuple(sorted(brands.union(start.wanted.excluded_brand_ids))),
        excluded_category_ids=tuple(sorted(categories.union(start.wanted.excluded_category_ids))),
    )
    products = {id_ for each in hides for id_ in each.product_ids}
    return wanted.params(start.asked.left_out | products)
