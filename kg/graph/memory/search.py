"""The full-text look-ups of `cypher/resolve` over a snapshot, indexed when first asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from kg.graph import Row
from kg.graph.memory.full_text import Field, any_word, as_typed, best, field_of
from kg.language import tokens
from kg.snapshot.types import Snapshot

Requests = Sequence[Mapping[str, Any]]

ENTITIES = ("Brand", "Category")


@dataclass(frozen=True, eq=False)
class TextIndexes:
    """The three full-text indexes of a shop: entity_text, product_text, product_exact."""

    product: tuple[Field, ...]
    entity: tuple[Field, ...]
    exact: tuple[Field, ...]


_kept: WeakKeyDictionary[Snapshot, TextIndexes] = WeakKeyDictionary()
_alone = Lock()


def indexes(snapshot: Snapshot) -> TextIndexes:
    """The snapshot's full-text indexes, made once."""
    with _alone:
        if snapshot not in _kept:
            _kept[snapshot] = _indexed(snapshot)
        return _kept[snapshot]


def _indexed(snapshot: Snapshot) -> TextIndexes:
    spoken = partial(tokens, name=snapshot.meta.language)
    plain = partial(tokens, stem=False)
    products = snapshot.products
    names = snapshot.brands.name + snapshot.categories.name
    return TextIndexes(
        (field_of(products.title, spoken), field_of(products.description, spoken)),
        (field_of(names, spoken),),
        (field_of(products.title, plain), field_of(products.ids, plain)),
    )


def text_products(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """Products with any of the words in title or description."""
    fields, ids = indexes(snapshot).product, snapshot.products.ids
    rows: list[Row] = []
    for number, request in enumerate(requests):
        words = tokens(request["plain"], snapshot.meta.language)
        scores = any_word(fields, words, len(ids))
        rows += [_hit(number, ids[code], scores[code]) for code in best(scores, request["limit"])]
    return rows


def exact_products(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """Products by code or title as typed, the last word as a prefix, one typo allowed."""
    fields, ids = indexes(snapshot).exact, snapshot.products.ids
    rows: list[Row] = []
    for number, request in enumerate(requests):
        scores = as_typed(fields, tokens(request["plain"], stem=False), len(ids))
        rows += [_hit(number, ids[code], scores[code]) for code in best(scores, request["limit"])]
    return rows


def text_entities(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """Brands and categories with any of the words in their name."""
    brands, categories = snapshot.brands, snapshot.categories
    ids, names = brands.ids + categories.ids, brands.name + categories.name
    rows: list[Row] = []
    for number, request in enumerate(requests):
        words = tokens(request["plain"], snapshot.meta.language)
        scores = any_word(indexes(snapshot).entity, words, len(ids))
        rows += [
            {
                "request": number,
                "label": ENTITIES[int(code >= len(brands.ids))],
                "id": ids[code],
                "name": names[code],
                "score": _score(scores[code]),
            }
            for code in best(scores, request["limit"])
        ]
    return rows


def _hit(number: int, product_id: str, score: float) -> Row:
    return {"request": number, "product_id": product_id, "score": _score(score)}


def _score(score: float) -> float:
    return float(np.round(score, 6))
