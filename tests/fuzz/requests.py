"""Requests made of the shop's own words and odd ones, and what every answer has to satisfy."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import jsonschema_rs

from cli.web.schemas import ANSWER
from kg.recommend.as_json import as_json
from kg.recommend.asked import OWNED
from kg.recommend.fuse import DECIMALS
from kg.recommend.lookup import lookup
from kg.recommend.product import Product
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Request, Result, Without
from tests.fuzz.odd import TEXTS, changed_text

WORDS = (
    *("red lipstick", "running shoes", "sock", "wool", "lip balm", "soap", "beach sandal", "shirt"),
    *(
        "by Acme",
        "not by Acme",
        "not Bolt",
        "without rosa",
        "no lipstick",
        "Lips",
        "Shoes > Sandals",
    ),
    *("under $10", "over 5", "between 5 and 10", "below 0", "cheaper than 20 dollars", "$5-$9"),
    *("max 7.90", "from 3.50 to 8", "under 99999999999999999999", "under 10%", "less than -5"),
    *(
        "AND",
        "OR",
        "NOT",
        '"red"',
        "(",
        ")",
        "[a TO z]",
        "title:red",
        "*",
        "?",
        "~2",
        "^9",
        "+",
        "-",
    ),
    *("the", "for my", "with a", "in", "tent", "camping", "garden", "lamp", "lipsitck", "sok"),
)
USERS = ("ann", "bob", "cat", "dan", "eve", "fay", "u00001", "u00005", "nobody")
PRODUCTS = ("runner", "trail", "sock", "lipred", "balm", "soap", "p00001", "p00007", "nothing")
BRANDS = ("Acme", "acme", "Bolt", "ROSA", "Cove", " Acme ", "Nope")
CATEGORIES = ("Lips", "beauty/lips", "Shoes > Running Shoes", "Beauty", "socks", "Nope", "Shoes")
TERMS = ("alpha", "beta", "gamma", "next", "brand", "popularity", "lexical", "age", "gnn", "nope")
RECIPES = ("paper", "learned", "content", "similar", "hot", "nope")


def text(rng: Random) -> str:
    """A search text: words of shops, often with something odd in them."""
    said = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
    odd = rng.random()
    if odd < 0.3:
        return changed_text(rng, said)
    return f"{said} {rng.choice(TEXTS)}" if odd < 0.4 else said


def make(rng: Random) -> dict[str, Any]:
    """A request as JSON has it: something asked for, often with limits, at times with nonsense."""
    given: dict[str, Any] = {}
    if rng.random() < 0.6:
        given["query"] = text(rng)
    if rng.random() < 0.5:
        given["user_id"] = _one_of(rng, USERS)
    if rng.random() < 0.15:
        given["product_id"] = _one_of(rng, PRODUCTS)
    if rng.random() < 0.4:
        given["filters"] = _filters(rng)
    for name, share, values in (
        ("k", 0.5, (1, 2, 3, 5, 12, 40, 200, 0, -1)),
        ("include_bought", 0.3, (True, False)),
        ("recipe", 0.3, RECIPES),
        ("diversity", 0.3, (0.0, 0.3, 0.5, 1.0, 1e-9, -0.1, 1.1)),
        ("until", 0.1, (1736208000, 0, -1, 2**53, 1735689600)),
        ("explain", 0.5, (True, False)),
    ):
        if rng.random() < share:
            given[name] = rng.choice(values)
    if rng.random() < 0.25:
        names = rng.sample(TERMS, rng.randint(1, 3))
        given["weights"] = {n: rng.choice((0.0, 0.5, 1.0, -1.0, 1e6, -1e6, 1e-9)) for n in names}
    if rng.random() < 0.1:
        given["without"] = {
            rng.choice(("brands", "categories", "purchases", "rules")): [
                rng.choice((*BRANDS, *CATEGORIES, *PRODUCTS))
            ]
        }
    return given


def _one_of(rng: Random, known: tuple[str, ...]) -> str:
    return rng.choice(known) if rng.random() < 0.9 else changed_text(rng, rng.choice(known))


def _filters(rng: Random) -> dict[str, Any]:
    filters: dict[str, Any] = {}
    if rng.random() < 0.4:
        filters["brands"] = [_one_of(rng, BRANDS) for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.4:
        filters["categories"] = [_one_of(rng, CATEGORIES) for _ in range(rng.randint(1, 2))]
    prices = (0, 1, 350, 790, 1000, 2000, 9990, 10**9, 2**53, 2**63 - 1)
    if rng.random() < 0.4:
        filters["max_price_minor"] = rng.choice(prices)
    if rng.random() < 0.3:
        filters["min_price_minor"] = rng.choice(prices)
    if rng.random() < 0.3:
        filters["in_stock"] = True
    return filters


def request_of(given: dict[str, Any]) -> Request:
    """The request that is meant."""
    plain = {name: value for name, value in given.items() if name not in ("filters", "without")}
    filters, without = _tuples(given.get("filters", {})), _tuples(given.get("without", {}))
    return Request(**plain, filters=Filters(**filters), without=Without(**without))


def _tuples(lists: dict[str, Any]) -> dict[str, Any]:
    """With tuples where JSON has lists."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in lists.items()}


@cache
def _schema() -> Any:
    return jsonschema_rs.validator_for(ANSWER.model_json_schema())


def wrong_schema(answer: Any) -> Iterator[str]:
    """What of an answer its schema does not allow."""
    try:
        json.dumps(answer, allow_nan=False)
    except ValueError as error:
        yield f"no JSON: {error}"
        return
    for wrong in _schema().iter_errors(answer):
        yield f"schema: {wrong.message[:200]} at {list(wrong.instance_path)}"


@dataclass(frozen=True)
class Asked:
    """A recommender, and the answer that it gave to a request."""

    recommender: Recommender
    request: Request
    result: Result


def wrong_answer(asked: Asked) -> Iterator[str]:
    """What an answer breaks of its schema, its request and its own sums."""
    yield from wrong_schema(json.loads(json.dumps(as_json(asked.result))))
    yield from _wrong_list(asked)
    for each in asked.result.results:
        for name in broken_filters(asked.recommender, asked.request, asked.result, each.product_id):
            yield f"{each.product_id} breaks {name}"


def _wrong_list(asked: Asked) -> Iterator[str]:
    request, listed = asked.request, asked.result.results
    ids = [each.product_id for each in listed]
    if len(set(ids)) < len(ids) or len(ids) > request.k:
        yield f"{len(ids)} products, {len(set(ids))} distinct, of {request.k} asked for"
    if [each.rank for each in listed] != list(range(1, len(ids) + 1)):
        yield f"ranks {[each.rank for each in listed]}"
    if request.product_id in ids:
        yield "the product asked about is in its own list"
    for each in listed:
        if abs(sum(each.contributions.values()) - each.score) > 1e-9 * max(1, abs(each.score)):
            yield f"{each.product_id}: {dict(each.contributions)} are no {each.score}"
    stayed = [round(each.score, DECIMALS) for each in listed if each.moved_by is None]
    if stayed != sorted(stayed, reverse=True):
        yield f"scores {stayed} do not fall"
    if request.user_id and not request.include_bought and request.until is None:
        history = asked.recommender.graph.read(
            "resolve/history", requests=[{"user_id": request.user_id, "until": None}]
        )
        had = {row["product_id"] for row in history if OWNED.intersection(row["types"] or ())}
        if had & set(ids) - set(request.without.purchases):
            yield f"{had & set(ids)} was bought or rated"


def broken_filters(
    recommender: Recommender, request: Request, result: Result, product_id: str
) -> Iterable[str]:
    """The filters of a request, and the limits of its query, that a product does not satisfy."""
    product, filters, intent = recommender.product(product_id), request.filters, result.intent
    price = product.price_minor
    for low in (filters.min_price_minor, intent.min_price_minor):
        if low is not None and (price is None or price < low):
            yield f"at least {low}: {price}"
    for high in (filters.max_price_minor, intent.max_price_minor):
        if high is not None and (price is None or price > high):
            yield f"at most {high}: {price}"
    if filters.in_stock and product.in_stock is False:
        yield "in stock"
    here = _places(product)
    language = recommender.meta().language
    for label, names in (("Brand", filters.brands), ("Category", filters.categories)):
        wanted = {(label, lookup(recommender.graph, label, name, language)) for name in names}
        if wanted and not wanted & here:
            yield f"one of {wanted}"
    if gone := {(each.label, each.id) for each in intent.excluded} & here:
        yield f"none of {gone}"


def _places(product: Product) -> set[tuple[str, str]]:
    """Brand and categories of a product, with those above."""
    parts = [each.id.split("/") for each in product.categories]
    above = {"/".join(path[: depth + 1]) for path in parts for depth in range(len(path))}
    brand = {("Brand", product.brand.id)} if product.brand else set()
    return brand | {("Category", each) for each in above}
