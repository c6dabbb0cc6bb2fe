"""Both engines answer every read alike: `.cypher` files on Neo4j, functions in memory."""

from typing import Any

import numpy as np
import pytest

from kg.graph import Row
from kg.graph.memory import READS, RULES, MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.queries import query
from kg.recommend.lucene import any_word, as_typed
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request

pytestmark = pytest.mark.neo4j

SEEDS = [
    {"id": "runner", "weight": 1.0},
    {"id": "lipred", "weight": 0.8},
    {"id": "balm", "weight": 0.8},
    {"id": "soap", "weight": 0.3},
    {"id": "unknown", "weight": 9.0},
]
FILTER: dict[str, Any] = {
    "min_price": None,
    "max_price": None,
    "in_stock": False,
    "brand_ids": None,
    "category_ids": None,
    "excluded_brand_ids": [],
    "excluded_category_ids": [],
    "excluded_product_ids": [],
}
PRODUCTS = ["trail", "runner", "racer", "soap", "balm", "lipacme", "unknown", "runner"]
ENTITIES = {"brand_ids": ["rosa", "acme", "?"], "category_ids": ["beauty", "clothing/socks", "?"]}
LIPS = ["beauty/lips", "beauty/lips/lip balms", "beauty/lips/lipsticks"]

HISTORIES = [
    {"user_id": user, "until": until}
    for user in ("ann", "eve", "dan", "nobody")
    for until in (None, 1736208000, 0)
]
LINKS = [
    {"seeds": SEEDS, "limit": 10},
    {"seeds": SEEDS[:1], "limit": 2},
    {"seeds": [], "limit": 5},
    {"seeds": [*SEEDS, *SEEDS], "limit": 3},
]
BRANDS = [
    {"seeds": SEEDS, "brands": [], "per_entity": 2, "limit": 10},
    {"seeds": [], "brands": [{"id": "acme", "weight": 1.5}], "per_entity": 9, "limit": 3},
    {"seeds": SEEDS, "brands": [{"id": "rosa", "weight": 2.0}], "per_entity": 3, "limit": 4},
]
CATEGORIES = [
    {"seeds": SEEDS, "categories": [], "per_entity": 2, "limit": 10},
    {"seeds": [], "categories": [{"id": "beauty", "weight": 1.0}], "per_entity": 9, "limit": 9},
    {
        "seeds": SEEDS,
        "categories": [{"id": "shoes", "weight": 1.0}, {"id": "beauty/lips", "weight": 2.0}],
        "per_entity": 2,
        "limit": 5,
    },
]
POPULAR = [
    {"category_ids": None, "brand_ids": None, "limit": 5},
    {"category_ids": LIPS, "brand_ids": None, "limit": 3},
    {"category_ids": None, "brand_ids": ["cove", "bolt"], "limit": 10},
    {"category_ids": LIPS, "brand_ids": ["acme"], "limit": 10},
    {"category_ids": [], "brand_ids": None, "limit": 10},
]
FILTERS = [
    FILTER,
    FILTER | {"in_stock": True},
    FILTER | {"min_price": 500, "max_price": 2000},
    FILTER | {"max_price": 790, "excluded_brand_ids": ["acme"]},
    FILTER | {"brand_ids": ["acme", "bolt"], "in_stock": True},
    FILTER | {"category_ids": LIPS, "excluded_product_ids": ["lipred"]},
    FILTER | {"category_ids": LIPS, "brand_ids": ["rosa"]},
    FILTER | {"brand_ids": ["acme"], "excluded_category_ids": LIPS},
]

SAME: dict[str, list[dict[str, Any]]] = {
    "resolve/details": [{"product_id": each} for each in ("runner", "soap", "unknown")],
    "resolve/entities": [ENTITIES],
    "resolve/history": [{"requests": HISTORIES}, {"requests": []}],
    "resolve/meta": [{}],
    "resolve/model": [{}],
    "resolve/names": [{"keys": ["acm", "lip", "lipstick", "shoe", "?"]}],
    "resolve/paper": [{}],
    "resolve/passing": [{"ids": PRODUCTS, "filter": each} for each in FILTERS],
    "resolve/products": [{"ids": PRODUCTS}],
    "resolve/rules": [{"now": 0}, {"now": 1_800_000_000}, {"now": 2_000_000_000}],
    "resolve/users": [
        {"prefix": "", "limit": 3},
        {"prefix": "a", "limit": 10},
        {"prefix": "ann", "limit": 1},
        {"prefix": "x", "limit": 10},
        {"prefix": "\U0001f600", "limit": 10},
    ],
    "resolve/subtree": [{"category_ids": ["beauty", "shoes/sandals", "?"]}],
    "walk/bought_before": [{"requests": LINKS}, {"requests": []}],
    "walk/bought_next": [{"requests": LINKS}, {"requests": []}],
    "walk/bought_with": [{"requests": LINKS}],
    "walk/brand": [{"requests": BRANDS}, {"requests": []}],
    "walk/category": [{"requests": CATEGORIES}],
    "walk/popular": [{"requests": POPULAR}, {"requests": []}],
    "walk/relationships": [{"ids": PRODUCTS}, {"ids": []}],
    **{
        f"walk/filtered_{slot}": [
            {"filter": each, "vector": vector, "limit": limit}
            for each in FILTERS
            for vector in (None, "near lipred")
            for limit in (3, 20)
        ]
        for slot in "ab"
    },
    **{f"score/gnn_vectors_{slot}": [{"ids": PRODUCTS}, {"ids": []}] for slot in "ab"},
    **{f"score/facts_{slot}": [{"ids": PRODUCTS}] for slot in "ab"},
    **{f"score/entity_vectors_{slot}": [ENTITIES] for slot in "ab"},
}
"""What must be the same row for row. "near lipred" stands for that product's vector."""

PRICES = {"min_price": 300, "max_price": 1000}
NEAREST: dict[str, dict[str, Any]] = {
    f"resolve/vector_{name}_{slot}": more
    for slot in "ab"
    for name, more in {
        "products": {},
        "products_price": PRICES,
        "products_stock": {},
        "products_price_stock": PRICES,
        "entities": {},
    }.items()
}
"""Approximate in Neo4j: the same hits, of which .98 have to be found."""

GNN = ("walk/gnn_a", "walk/gnn_b")
FULL_TEXT = ("resolve/exact_products", "resolve/text_entities", "resolve/text_products")
TEXTS = ["red lipstick", "running shoes", "Acme", "lip balms", "the wool", "sandal beach pool"]
TYPED = ["lipred", "Wool Sock", "acme runer", "bolt rac", "LIPACME!", "shoe trial"]


def test_every_read_is_compared() -> None:
    assert sorted([*SAME, *NEAREST, *GNN, *FULL_TEXT]) == sorted([*READS, RULES])


def meant(copy: MemoryGraph, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with the vector they name."""
    return given | {"vector": near_lipred(copy)} if given.get("vector") else given


def near_lipred(copy: MemoryGraph) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    text, code = copy.snapshot.text, copy.snapshot.products.code["lipred"]
    assert text is not None
    # A little beside it, so that no two products are equally near.
    return np.asarray(text.product[code] + np.linspace(0, 0.01, text.product.shape[1]), np.float32)


def assert_same(name: str, server: list[Row], memory: list[Row]) -> None:
    assert [list(row) for row in server] == [list(query(name).columns)] * len(server)
    assert len(server) == len(memory)
    for one, other in zip(server, memory, strict=True):
        for column in query(name).columns:
            assert_equal(one[column], other[column])


def assert_equal(one: object, other: object) -> None:
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        assert (one.dtype, one.tolist()) == (other.dtype, other.tolist())
    elif isinstance(one, float):
        # Rounded to 9 decimals on both sides: the last may differ by the order of adding up.
        assert other == pytest.approx(one, abs=2e-7 if abs(one) <= 1 else 2e-9)
    else:
        assert one == other


@pytest.mark.parametrize("name", SAME)
def test_both_engines_give_the_same_rows(
    name: str, toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    for each in SAME[name]:
        given = meant(toy_copy, each)
        assert_same(name, toy_neo4j.read(name, **given), toy_copy.read(name, **given))


def test_what_paper_was_tuned_to_is_in_both_engines(
    toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    tuned = {"terms": ["next", "brand"], "weights": [4.0, 0.5], "temperatures": [0.125, 1.0]}
    for graph in (toy_neo4j, toy_copy):
        assert graph.read("resolve/paper") == [tuned]


@pytest.mark.parametrize("name", NEAREST)
@pytest.mark.parametrize("limit", [4, 50])
def test_both_engines_find_the_same_neighbours(
    name: str, limit: int, toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    near = near_lipred(toy_copy)
    given = {"vectors": [near, near[::-1].copy()], "limit": limit, **NEAREST[name]}
    server, memory = toy_neo4j.read(name, **given), toy_copy.read(name, **given)
    assert {row["request"] for row in memory} == {0, 1}
    found = [row for row in memory if row in server]
    assert (len(found), len(server)) == (len(memory), len(memory))


@pytest.mark.parametrize("name", GNN)
def test_both_engines_find_the_same_learned_neighbours(
    name: str, toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    assert toy_copy.snapshot.gnn is not None
    vectors = list(toy_copy.snapshot.gnn[[0, 7]])
    server, memory = (graph.read(name, vectors=vectors, limit=4) for graph in (toy_neo4j, toy_copy))
    assert [row["product_id"] for row in memory][::4] == [
        toy_copy.snapshot.products.ids[code] for code in (0, 7)
    ]
    assert server == memory


@pytest.mark.parametrize("recipe", ["learned", "content"])
@pytest.mark.parametrize("user_id", ["ann", "bob", "dan", "eve"])
def test_both_engines_rank_alike(
    user_id: str, recipe: str, toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    asked = Request(user_id, recipe=recipe, k=12)
    server, copy = (Recommender(graph).recommend(asked).results for graph in (toy_neo4j, toy_copy))
    assert len({each.score for each in server}) > 2
    assert [each.product_id for each in server] == [each.product_id for each in copy]
    for one, other in zip(server, copy, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-6)
        assert one.contributions == pytest.approx(dict(other.contributions), abs=1e-6)
        assert (one.reason, one.evidence) == (other.reason, other.evidence)


@pytest.mark.parametrize("name", FULL_TEXT)
def test_both_engines_find_the_same_texts(
    name: str, toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph
) -> None:
    texts, lucene = (TYPED, as_typed) if "exact" in name else (TEXTS, any_word)
    asked = [{"lucene": lucene(text), "plain": text, "limit": 20} for text in texts]
    server, memory = (graph.read(name, requests=asked) for graph in (toy_neo4j, toy_copy))
    assert [list(row) for row in server] == [list(query(name).columns)] * len(server)
    assert scores(server) == pytest.approx(scores(memory), rel=1e-4)


def test_a_text_without_words_finds_nothing(toy_neo4j: Neo4jGraph, toy_copy: MemoryGraph) -> None:
    asked = [{"lucene": "", "plain": "!", "limit": 5}]
    for graph in (toy_neo4j, toy_copy):
        assert graph.read("resolve/text_products", requests=asked) == []


def scores(rows: list[Row]) -> dict[tuple[object, ...], float]:
    return {tuple(v for k, v in row.items() if k != "score"): row["score"] for row in rows}
