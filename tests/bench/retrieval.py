"""How well a search text finds products, beside full text alone and vectors alone.

Known items: three random words of a title, whose product is to be found. Categories: a leaf
category's name, whose products are to be found. All of Beauty's products are searched.
"""

import random
import re
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from kg.embed.encoder import encoder_named
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import Snapshot, export
from tests.bench.beauty import beauty_server, missing
from tests.bench.figures import Figure

SEED, ITEMS, WORDS, DEPTH, TOP, MEMBERS = 7, 1_000, 3, 100, 10, 10
"""The recipe's weights are chosen on other items and categories: tests/bench/paper_weights.py."""


def run() -> list[Figure]:
    """Mean reciprocal ranks (of the first 100) and the share of the top ten in the category."""
    if missing():
        return []
    with Neo4jGraph(beauty_server()) as graph:
        snapshot = export(graph)
        recommender = Recommender(graph)
        texts, codes = known_items(snapshot, ITEMS, SEED)
        own = _reciprocal(_lists(recommender, snapshot, texts, DEPTH), codes)
        bm25 = _reciprocal(_by_bm25(snapshot, texts), codes)
        vectors = _reciprocal(_by_vectors(snapshot, texts), codes)
        return [
            Figure("known items, BM25 of titles alone, MRR", bm25, ""),
            Figure("known items, vectors alone, MRR", vectors, ""),
            Figure("known items, kgrec, MRR", own, "", max(bm25, vectors)),
            _categories(recommender, snapshot),
        ]


def known_items(snapshot: Snapshot, n: int, seed: int) -> tuple[list[str], list[int]]:
    """Texts [n] of three random words of a title each, and the products [n] they are from."""
    chance = random.Random(seed)
    titles = [re.findall(r"\w+", title or "") for title in snapshot.products.title]
    codes = chance.sample([at for at, words in enumerate(titles) if len(words) >= WORDS], n)
    return [" ".join(chance.sample(titles[code], WORDS)) for code in codes], codes


def _lists(
    recommender: Recommender, snapshot: Snapshot, texts: Sequence[str], k: int
) -> list[list[int]]:
    requests = [Request(query=text, k=k, explain=False) for text in texts]
    code = snapshot.products.code
    return [
        [code[each.product_id] for each in result.results]
        for result in recommender.recommend_many(requests)
    ]


def _reciprocal(lists: Sequence[Sequence[int]], codes: Sequence[int]) -> float:
    ranks = [
        1 / (1 + list(found).index(code)) if code in found else 0.0
        for found, code in zip(lists, codes, strict=True)
    ]
    return sum(ranks) / len(ranks)


def _by_bm25(snapshot: Snapshot, texts: Sequence[str]) -> list[list[int]]:
    index = bm25s.BM25()
    titles = [title or "" for title in snapshot.products.title]
    index.index(bm25s.tokenize(titles, show_progress=False), show_progress=False)
    asked = bm25s.tokenize(list(texts), show_progress=False)
    found, _ = index.retrieve(asked, k=DEPTH, show_progress=False)
    return [row.tolist() for row in found]


def _by_vectors(snapshot: Snapshot, texts: Sequence[str]) -> list[list[int]]:
    assert snapshot.text is not None
    asked = encoder_named().encode(list(texts))
    nearness: NDArray[np.float32] = asked @ snapshot.text.product.T
    return [row.tolist() for row in np.argsort(-nearness, axis=1, kind="stable")[:, :DEPTH]]


def leaf_names(snapshot: Snapshot) -> dict[str, set[int]]:
    """Names of leaf categories with enough products, each with those of all that have the name."""
    sizes, parents = np.diff(snapshot.category_products.start), set(snapshot.parent.tolist())
    names = snapshot.categories.name
    leaves = {
        name for code, name in enumerate(names) if code not in parents and sizes[code] >= MEMBERS
    }
    of: dict[str, set[int]] = {name: set() for name in sorted(leaves)}
    for code, name in enumerate(names):
        if name in of:
            of[name].update(snapshot.category_products.of(code).tolist())
    return of


def _categories(recommender: Recommender, snapshot: Snapshot) -> Figure:
    """Names of leaves with enough products; a name with several paths counts any of them."""
    of = leaf_names(snapshot)
    lists = _lists(recommender, snapshot, list(of), TOP)
    inside = [
        len(wanted.intersection(found)) for wanted, found in zip(of.values(), lists, strict=True)
    ]
    share = sum(inside) / (TOP * len(of))
    return Figure(f"{len(of)} category names, top ten in it", share, "", 0.8)
