"""A reason and what speaks for and against a product never contradict: a thousand lists of a shop
and more, by every recipe, with rules, filters and variety."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gnn.config import ItemConfig, LearnConfig, RankerConfig
from gnn.examples import with_vectors
from gnn.learn import learn
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import Rules
from kg.language import tokens
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Recommendation, Request, Result
from kg.snapshot import embedded, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.recommend.rules import row

USERS = 160
CLAIMS = {
    "people bought both this|person bought both this": {"together"},
    "bought this soon after": {"next"},
    "^by ": {"brand"},
    "^in ": {"category"},
    "its text is close|^close in text": {"similar"},
    "learned from many shoppers|fits what you wanted": {"gnn"},
    "matches your search|is spelt|the product you named": {"lexical"},
    "close in meaning": {"relevance"},
    "^you [a-z ]+ it( to your cart)?$": {"brand", "category"},
    "^popular in": {"popularity"},
}
"""By the sentence of a reason: the terms that it speaks for."""

PLACED = (
    "the shop has put it here|brings variety into the list"
    "|^a (rule|promotion) of the shop has moved the next product"
)
"""Reasons that speak for no term, of products that were moved."""


class ByWords:
    """A text is the sum of the directions of its words, drawn by their letters."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), 192), np.float32)
        for at, text in enumerate(texts):
            for word in tokens(text):
                found[at] += np.random.default_rng(zlib.crc32(word.encode())).normal(size=192)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths > 0, lengths, 1), np.float32)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> MemoryGraph:
    """A sample shop with a learned model."""
    folder: Path = tmp_path_factory.mktemp("shop") / "shop"
    sample_shop(folder, products=200, users=USERS, seed=3)
    snapshot = embedded(snapshot_of(open_source(folder)), ByWords().encode, "by words")
    config = LearnConfig(
        ItemConfig(dimension=8, epochs=2, batch=16, negatives=16, device="cpu"),
        RankerConfig(hidden=8, epochs=4),
    )
    learned = learn(snapshot, config)
    return MemoryGraph(with_vectors(snapshot, learned.vectors, learned.model))


def requests(shop: MemoryGraph) -> Iterator[Request]:
    users, products = shop.snapshot.users, shop.snapshot.products.ids
    queries = ("day cream", "red lipstick under $20", "zzz qqq", "tent not by Acme", "coffee")
    for at, user in enumerate(users):
        for recipe in ("learned", "content", "paper"):
            yield Request(user, recipe=recipe)
        yield Request(user, queries[at % len(queries)], k=5)
        yield Request(user, weights={"next": -1.0, "popularity": 2.0, "words": 1.0, "age": 0.5})
        yield Request(user, diversity=0.7, k=6)
        yield Request(user, recipe="learned", diversity=0.4, include_bought=True)
        yield Request(user, filters=Filters(max_price_minor=2000), k=20)
    for product in products[:80]:
        yield Request(product_id=product, recipe="similar")
        yield Request(users[0], product_id=product, k=4)
    for query in (*queries, None):
        yield Request(query=query, k=30)


def answers(shop: MemoryGraph, rules: Rules | None = None, step: int = 1) -> list[Result]:
    graph = MemoryGraph(shop.snapshot, rules) if rules else shop
    some = list(requests(shop))[::step]
    return Recommender(graph, lambda _: ByWords()).recommend_many(some)


def claimed(each: Recommendation) -> set[str]:
    """The terms that a reason speaks for by its words."""
    found = [terms for words, terms in CLAIMS.items() if re.search(words, each.reason)]
    assert len(found) <= 1, each.reason
    return found[0] if found else set()


def check(each: Recommendation) -> str:
    """What kind of reason it is, once nothing in the story contradicts it."""
    if each.compared is None:
        assert each.reason_term is None
        return "alone"
    by = {part.term: part.by for part in each.compared.terms}
    assert "base" not in by
    assert sum(by.values()) == pytest.approx(each.compared.by, abs=1e-9)
    if not any(round(part, 9) for part in by.values()):
        return "tie"
    if each.reason_term is not None:
        assert by[each.reason_term] > 0, each
    if terms := claimed(each):
        assert each.reason_term in terms, each
        assert all(by.get(term, 0.0) > -1e-9 for term in terms), each
        return "walk"
    if each.reason_term is not None:
        words = next(part.words for part in each.compared.terms if part.term == each.reason_term)
        assert each.reason.startswith(words.split(" by ")[0]), each
        return "term"
    assert re.search(PLACED, each.reason), each
    return "placed"


def assert_one_story(results: Sequence[Result]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for result in results:
        kinds["lists"] += 1
        assert result.whole is not None
        scores = {each.product_id: each.score for each in result.results}
        beyond = next((id_ for id_ in result.whole.ranked if id_ not in scores), None)
        after = [*(each.product_id for each in result.results[1:]), beyond]
        for each, next_id in zip(result.results, after, strict=True):
            kinds[check(each)] += 1
            if each.compared is None:
                assert next_id is None or each.evidence == "fallback"
                continue
            assert each.compared.product_id == next_id
            assert each.compared.listed is (next_id in scores)
            if next_id in scores:
                assert each.compared.by == pytest.approx(each.score - scores[next_id], abs=1e-12)
            behind = round(each.compared.by, 9) < 0
            assert (each.compared.moved_by is not None) is behind, each
            assert not behind or each.compared.moved_by, each
    return kinds


def test_a_reason_speaks_for_what_puts_a_product_before_the_next_in_a_thousand_lists(
    shop: MemoryGraph,
) -> None:
    kinds = assert_one_story(answers(shop))
    assert kinds["lists"] > 1_000
    assert kinds["walk"] > 10 * kinds["term"] > 0
    assert kinds["tie"] < 20


def test_rules_of_the_shop_tell_the_same_story(shop: MemoryGraph) -> None:
    ids, brands = shop.snapshot.products.ids, shop.snapshot.brands.ids
    rules = (
        row("first", "pin", products=[ids[5]], position=1),
        row("third", "pin", products=[ids[6]], position=3),
        row("up", "boost", brands=[brands[0]], weight=0.5),
        row("down", "bury", brands=[brands[1]], weight=0.3),
        row("sale", "promotion", brands=[brands[2]], discount=10.0),
    )
    kinds = assert_one_story(answers(shop, Rules(1, rules), step=5))
    assert kinds["lists"] > 250
    assert kinds["placed"] > 100


def test_a_search_that_matches_nothing_shows_no_fit(shop: MemoryGraph) -> None:
    recommender = Recommender(shop, lambda _: ByWords())
    found = recommender.recommend(Request(query="zzz qqq"))
    assert [note.code for note in found.notes] == ["no_match", "popular", "out_of_stock"]
    assert found.recipe == "hot"
    popular = [each.score for each in recommender.recommend(Request()).results]
    assert [each.score for each in found.results] == popular
    asked = Request(shop.snapshot.users[0], "zzz qqq", recipe="paper")
    for each in recommender.recommend(asked).results:
        assert each.contributions["relevance"] == each.contributions["lexical"] == 0.0
    alone = [each.score for each in recommender.recommend(replace(asked, query=None)).results]
    assert [each.score for each in recommender.recommend(asked).results] == alone
