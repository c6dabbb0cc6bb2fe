"""One revision of a graph as it is served: its meta data, and what requests share about it."""

import time
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from kg.errors import EncoderError, GraphError, OptionError
from kg.graph import Graph, Row
from kg.money import decimals
from kg.recommend.along import Along
from kg.recommend.facts import FactCache, unit
from kg.recommend.learned import LearnedModel, Ranker, unpack
from kg.recommend.learned.vectors import VectorCache
from kg.recommend.lookup import lineage
from kg.recommend.members import Membership
from kg.recommend.numbered import Numbered
from kg.recommend.recipes import DECAY, PAPER, Recipe, tuned
from kg.recommend.remembered import Remembered
from kg.recommend.rulebook import Rulebook
from kg.recommend.types import Vector
from kg.stock import BEHIND

NUMBERED = 500_000
"""Products that are numbered at once: 100 MB of ids."""

HOT = 50
"""How many of the most popular products stand for what is hot."""


class Encoder(Protocol):
    """Turns texts into vectors. Safe to share between threads."""

    def encode(self, texts: Sequence[str]) -> Vector:
        """Vectors [n, d], float32, of texts [n]."""
        ...


@dataclass(frozen=True)
class Meta:
    """What KgrecMeta says: `clock` is time or order, `until` the cut of the derived parts,
    `out_of_stock` what lists do with products that are."""

    revision: int
    clock: str
    currency: str | None
    language: str
    encoder: str | None
    encoder_revision: str | None
    dimension: int | None
    text_slot: str | None
    until: int | None
    products: int
    gnn_slot: str | None = None
    model_revision: int | None = None
    rules_revision: int = 0
    out_of_stock: str = BEHIND

    @property
    def decimals(self) -> int:
        """Digits of the currency's minor unit."""
        return decimals(self.currency)


def read_meta(graph: Graph) -> Meta:
    """The graph's meta data. Raises GraphError where kgrec has not built the graph."""
    rows = graph.read("resolve/meta")
    if not rows:
        raise GraphError("the graph is empty: fill it with kgrec build-graph SOURCE")
    names = Meta.__dataclass_fields__
    meta = Meta(**{name: value for name, value in rows[0].items() if name in names})
    if not meta.products:
        raise GraphError("the graph has no products: load some with kgrec build-graph SOURCE")
    return meta


@dataclass(frozen=True)
class Hot:
    """The shop's or a category's most popular products, pooled: `vector` [d] is the mean of
    popularity times vector, the popularity of the first counting as 1."""

    vector: Vector
    most: float


class Served:
    """A graph at one revision with the caches that belong to it. Safe to share between threads.

    `embedded` is false until the graph's first embedding has ended: the vectors that are there
    already are not looked at, because those of other products are still to come.
    """

    def __init__(
        self,
        graph: Graph,
        meta: Meta,
        encoder: Callable[[Meta], Encoder],
        numbered: int = NUMBERED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.graph = graph
        self.meta = meta
        self.embedded = meta.text_slot is not None
        self.slot = meta.text_slot or "a"
        self.dimension = meta.dimension or 1
        known: Sequence[str] = getattr(graph, "product_ids", ())
        self.products = Numbered(known if len(known) <= numbered else ())
        self.facts = FactCache(self._read_facts, self.dimension, self.products, words=self._words)
        self._numbered = numbered
        self.along = Along(graph, self.products)
        self._encoder = encoder
        self._entities: Remembered[tuple[str, str], Vector] = Remembered()
        self._hot: Remembered[tuple[str, ...], Hot] = Remembered(1000)
        self.members = Membership(graph, self.products)
        self._subtrees: Remembered[str, tuple[str, ...]] = Remembered()
        self._shown: Remembered[str, Row] = Remembered(50_000)
        self._names: Remembered[tuple[str, str], str] = Remembered(50_000)
        self.brand_words: Remembered[str, frozenset[str]] = Remembered()
        self._clock = clock
        self.rulebook = self._rulebook()

    def is_like(self, meta: Meta) -> bool:
        """Is the graph as it was, its rules apart?"""
        return meta == replace(self.meta, rules_revision=meta.rules_revision)

    def ruled(self, meta: Meta) -> "Served":
        """The same with other rules; all that is remembered is shared."""
        other = copy(self)
        other.meta = meta
        other.rulebook = other._rulebook()
        return other

    def _rulebook(self) -> Rulebook:
        return Rulebook(self.graph, self.meta.rules_revision, self.subtrees, self._clock)

    @property
    def full(self) -> bool:
        """So many products were met that it is time to start anew."""
        return len(self.products.ids) > self._numbered

    def learn(self, product_ids: Sequence[str]) -> None:
        """Read ahead what requests need to know of products."""
        facts = self.facts.of(product_ids)
        self.shown(product_ids)
        self.along.learn(product_ids)
        brands = {("Brand", each) for each in facts.brands if each}
        direct = {each for some in facts.categories for each in some}
        above = {("Category", up) for each in direct for up in lineage(each)}
        self.members.of(sorted(brands | {("Category", each) for each in direct}))
        self.names(sorted(brands | above))
        self.entity_vectors(sorted(brands | above))

    def named(self, name: str) -> str:
        """A read that exists once a slot, by the served slot: walk/filtered -> walk/filtered_a."""
        return f"{name}_{self.slot}"

    @cached_property
    def model(self) -> LearnedModel | None:
        """The learned model that is served, None where there is none. Raises GraphError."""
        if self.meta.model_revision is None:
            return None
        return next((unpack(bytes(r["packed"])) for r in self.graph.read("resolve/model")), None)

    def ranker(self, recipe: Recipe) -> Ranker | None:
        """The ranker that makes the score of a recipe, None where weights do.

        Raises OptionError for `content` where the model has none.
        """
        if self.model is None or not recipe.ranked:
            return None
        found = self.model.ranker if recipe.learned else self.model.content
        if found is None:
            raise OptionError(
                f"the model has no ranker for the recipe {recipe.name}: run kgrec train on a graph"
                " in which more users have a history"
            )
        return found

    def decay(self, recipe: Recipe) -> float:
        """What a product of a history weighs beside the one after it. Raises GraphError."""
        return self.model.decay if recipe.learned and self.model else DECAY

    @cached_property
    def paper(self) -> Recipe:
        """The recipe `paper` as it was tuned, or as shipped. Raises GraphError."""
        return next((tuned(**row) for row in self.graph.read("resolve/paper")), PAPER)

    @cached_property
    def learned(self) -> VectorCache:
        """Learned vectors of products."""
        head = self.model.head if self.model else None
        dimension = head.ask.shape[1] if head else 0
        return VectorCache(self._read_learned, dimension, self.products)

    def encode(self, texts: Sequence[str]) -> Vector:
        """Vectors [n, d] of texts [n], unit length. Raises EncoderError for the wrong model."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = unit(np.asarray(self._encoder(self.meta).encode(texts), np.float32))
        if vectors.shape[1] != self.meta.dimension:
            raise EncoderError(
                f"the encoder gives {vectors.shape[1]} dimensions, the graph has"
                f" {self.meta.dimension}: run kgrec refresh-embeddings"
            )
        return vectors

    def hot(self, category_ids: tuple[str, ...] = ()) -> Hot:
        """What is hot in the categories (subcategories listed), or in the shop for none."""
        return self.hots([category_ids])[category_ids]

    def hots(self, categories: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Hot]:
        """The like of `hot` for several sets of categories."""
        return self._hot.of(categories, self._read_hots)

    def entity_vectors(self, named: Sequence[tuple[str, str]]) -> Vector:
        """Vectors [n, d] of brands and categories, (label, id) each; zeros where there is none."""
        found = self._entities.of(named, self._read_entities)
        rows = [found[each] for each in named]
        return np.asarray(rows, np.float32).reshape(len(named), self.dimension)

    def subtrees(self, category_ids: Sequence[str]) -> tuple[str, ...]:
        """The categories and all their descendants, sorted."""
        found = self._subtrees.of(category_ids, self._read_subtrees)
        return tuple(sorted({below for each in category_ids for below in found[each]}))

    def shown(self, product_ids: Iterable[str]) -> dict[str, Row]:
        """What people see of products: rows of resolve/products by id."""
        return self._shown.of(product_ids, self._read_shown)

    def names(self, entities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Names of brands and categories, (label, id) each."""
        return self._names.of(entities, self._read_names)

    def _read_shown(self, ids: list[str]) -> dict[str, Row]:
        return {row["product_id"]: row for row in self.graph.read("resolve/products", ids=ids)}

    def _read_names(self, entities: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
        rows = self.graph.read("resolve/entities", **_by_label(entities))
        return {(row["label"], row["id"]): row["name"] for row in rows}

    def _read_subtrees(self, category_ids: list[str]) -> dict[str, tuple[str, ...]]:
        rows = self.graph.read("resolve/subtree", category_ids=category_ids)
        found: dict[str, list[str]] = {each: [] for each in category_ids}
        for row in rows:
            found[row["category_id"]].append(row["descendant_id"])
        return {each: tuple(below) for each, below in found.items()}

    def _read_facts(self, ids: list[str]) -> list[Row]:
        rows = self.graph.read(self.named("score/facts"), ids=ids)
        return rows if self.embedded else [{**row, "embedding": None} for row in rows]

    def _words(self, title: str | None) -> Sequence[int]:
        """The words of a title that the model knows, by code."""
        words = self.model.words if self.model else None
        return () if words is None else words.codes(title, self.meta.language)

    def _read_learned(self, ids: list[str]) -> dict[str, Vector]:
        rows = self.graph.read(f"score/gnn_vectors_{self.meta.gnn_slot}", ids=ids)
        return {row["product_id"]: np.asarray(row["embedding"], np.float32) for row in rows}

    def _read_hots(self, categories: list[tuple[str, ...]]) -> dict[tuple[str, ...], Hot]:
        asked = [
            {"category_ids": list(ids) or None, "brand_ids": None, "limit": HOT}
            for ids in categories
        ]
        found: list[list[Row]] = [[] for _ in categories]
        for row in self.graph.read("walk/popular", requests=asked):
            found[row["request"]].append(row)
        self.facts.of(sorted({row["product_id"] for rows in found for row in rows}))
        return {ids: self._pooled(rows) for ids, rows in zip(categories, found, strict=True)}

    def _pooled(self, rows: Sequence[Row]) -> Hot:
        facts = self.facts.of([row["product_id"] for row in rows])
        strengths = np.array([row["strength"] for row in rows], np.float64)
        most = float(strengths.max(initial=0.0)) or 1.0
        pooled = (strengths / most) @ facts.vectors / max(len(rows), 1)
        return Hot(pooled.astype(np.float32), most)

    def _read_entities(self, named: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Vector]:
        rows = []
        if self.embedded:
            rows = self.graph.read(self.named("score/entity_vectors"), **_by_label(named))
        given = {(row["label"], row["id"]): row["embedding"] for row in rows}
        zero = np.zeros(self.dimension, np.float32)
        return {
            each: zero if given.get(each) is None else unit(np.asarray(given[each], np.float32))
            for each in named
        }


def _by_label(entities: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    known = sorted(entities)
    return {
        "brand_ids": [each for label, each in known if label == "Brand"],
        "category_ids": [each for label, each in known if label == "Category"],
    }
