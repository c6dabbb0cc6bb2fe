"""All that the terms look at: a request's candidates, and what they are compared with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.language import tokens
from kg.recommend.facts import Facts
from kg.recommend.learned import Words
from kg.recommend.learned.words import InCommon
from kg.recommend.numbered import Codes
from kg.recommend.served import Hot, Served
from kg.recommend.types import Entity, Numbers, Vector
from kg.recommend.walk import Rows, Start, Walked
from kg.recommend.without import Node

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

NAMED = 1.0
"""What a brand or category that the query names weighs beside the whole of the history's."""


@dataclass(frozen=True)
class Weighted:
    """Nodes [m] as (label, id) with weights [m] and vectors [m, d]."""

    nodes: tuple[tuple[str, str], ...]
    weights: Numbers
    vectors: Numbers


class Cosines(NamedTuple):
    """Of n candidates with the query [n], what is hot [n], V_U pooled [n], and each of the m
    products of `own` [n, m]."""

    query: Numbers
    hot: Numbers
    entities: Numbers
    own: Numbers


@dataclass(frozen=True)
class Learned:
    """Learned vectors of the user [g], the m products of `own` [m, g] and n candidates [n, g]."""

    user: Numbers
    own: Numbers
    candidates: Numbers


@dataclass(frozen=True)
class Titles:
    """The words of the titles of the m products of `own` [m, w], and how telling words are."""

    words: Words
    own: Codes


@dataclass(frozen=True)
class Scene:
    """n candidates and what they are compared with, d dimensions.

    `query` [d] is the search's vector, `entities` are V_U, `own` the products of the user and the
    request; `lexical` are the full-text hits, `rows` what led to products, `signals` are strengths
    for the ranker alone. `brands` and `categories` weigh those that the request means; `prices`
    [m] are those of `own`, where known. `history` is how much `own` counts beside a search.
    """

    facts: Facts
    query: Vector | None
    entities: Weighted
    own: Weighted
    prices: Numbers
    hot: Hot
    lexical: Mapping[str, float]
    rows: Rows
    signals: Rows
    history: float
    learned: Learned | None
    titles: Titles | None
    brands: Mapping[str, float]
    categories: Mapping[str, float]

    @cached_property
    def cosines(self) -> "Cosines":
        """How near the candidates are to what they are compared with, in one product.

        In float64, in which engines' sums agree to 9 digits.
        """
        query = np.zeros_like(self.hot.vector) if self.query is None else self.query
        total = float(self.entities.weights.sum()) or 1.0
        pooled = (self.entities.weights / total) @ self.entities.vectors
        sides = np.vstack([query, self.hot.vector, pooled, self.own.vectors])
        found = wide(self.facts.vectors) @ sides.T
        return Cosines(found[:, 0], found[:, 1], found[:, 2], found[:, 3:])

    @cached_property
    def likeness(self) -> Numbers:
        """cos(h, p)^4 for candidates p [n] and the user's products h [m], 0 where they are one:
        one near twin says more than many distant cousins."""
        sharp: Numbers = np.maximum(self.cosines.own, 0) ** 2
        sharp *= sharp
        for at, place in enumerate(self._own_places):
            if place is not None:
                sharp[place, at] = 0.0
        return sharp

    @cached_property
    def in_common(self) -> InCommon | None:
        """What titles have in common with those of the user's products, 0 for these themselves."""
        if self.titles is None or not len(self.own.weights):
            return None
        own, shares = self.titles.own, self.own.weights / self.own.weights.sum()
        latest, history = self.titles.words.in_common(own, self.own.weights, self.facts.words)
        for at, place in enumerate(self._own_places):
            if place is not None and (own[at] >= 0).any():
                history[place] -= shares[at]
                if at == 0:
                    latest[place] = 0.0
        return InCommon(latest, history)

    @cached_property
    def _own_places(self) -> list[int | None]:
        """Where each of the products of `own` [m] is among the candidates."""
        return self.places([id_ for _, id_ in self.own.nodes])

    def places(self, ids: Sequence[str]) -> list[int | None]:
        """The place of each product [m] among the candidates, None where it is none."""
        if not len(self.facts.codes):
            return [None] * len(ids)
        codes = np.array([self.facts.products.code(each) for each in ids], np.int32)
        at, known = self._among(codes)
        pairs = zip(at.tolist(), known.tolist(), strict=True)
        return [place if is_known else None for place, is_known in pairs]

    def strengths(self, walk: str) -> Numbers:
        """How strongly a walk reached each candidate [n], 0 where it did not."""
        values = np.zeros(len(self.facts.codes))
        reached = self.rows.get(walk) or self.signals.get(walk)
        if reached and len(values):
            at, known = self._among(reached.codes)
            values[at[known]] = reached.strengths[known]
        return values

    def _among(self, codes: Codes) -> tuple[Places, Flags]:
        """The places of products codes [m] among the candidates, where these are known [m]."""
        rising, order = self._by_number
        at = np.searchsorted(rising, codes)
        at[at == len(rising)] = 0
        return order[at], rising[at] == codes

    @cached_property
    def _by_number(self) -> tuple[Codes, Places]:
        """The candidates' numbers in rising order, and where each is."""
        order = np.argsort(self.facts.codes)
        return self.facts.codes[order], order

    def spread(self, given: Mapping[str, float]) -> Numbers:
        """What is given by product id for each candidate [n], 0 for the others."""
        values = np.zeros(len(self.facts.codes))
        for place, value in zip(self.places(list(given)), given.values(), strict=True):
            if place is not None:
                values[place] = value
        return values


def scenes(served: Served, walked: Sequence[Walked]) -> list[Scene]:
    """The scenes of requests [n]; facts that are not known yet are read in one query."""
    met = [served.products.of(_products(each)) for each in walked]
    served.facts.at(_end_to_end([*met, *(each.codes for each in walked)]))
    served.subtrees([each.id for some in walked for each in some.start.intent.categories])
    taught = [each.codes for each in walked if each.start.learned is not None]
    if taught:
        served.learned.know(_end_to_end(taught))
    meant = [_meant(served, each.start) for each in walked]
    served.hots([tuple(each) for each in meant])
    return [_scene(served, *each) for each in zip(walked, meant, strict=True)]


def _end_to_end(codes: Sequence[Codes]) -> Codes:
    return np.concatenate([np.zeros(0, np.int32), *codes])


def _products(walked: Walked) -> list[str]:
    return [each.id for each in walked.start.linked.entities if each.label == "Product"]


def _scene(served: Served, walked: Walked, meant: Mapping[str, float]) -> Scene:
    start = walked.start
    seeds = [seed for seed in start.seeds if seed.why != "query"]
    own = served.facts.of([seed.product_id for seed in seeds])
    weights = np.array([seed.weight for seed in seeds])
    language = served.meta.language
    brands = {b.id: _focus(b.name, start.intent.words, language) for b in start.intent.brands}
    counts = _counts(walked, max([*meant.values(), *brands.values()], default=0.0))
    by_brand = _shares(((b,) if b else () for b in own.brands), weights, brands, counts)
    by_category = _shares(own.categories, weights, meant, counts)
    gone = start.asked.gone
    words = served.model.words if served.model and start.asked.recipe.ranked else None
    return Scene(
        facts=served.facts.at(walked.codes),
        query=start.intent.embedding,
        entities=_weighted(served, start.linked.entities),
        own=Weighted(tuple(("Product", each) for each in own.ids), weights, wide(own.vectors)),
        prices=own.prices[~np.isnan(own.prices)],
        hot=served.hot(tuple(meant)),
        lexical=start.linked.lexical,
        rows=walked.rows,
        signals=walked.signals,
        history=counts,
        learned=_learned(served, walked, own.codes),
        titles=None if words is None else Titles(words, own.words),
        brands=_without("Brand", by_brand, gone),
        categories=_without("Category", by_category, gone),
    )


def _counts(walked: Walked, focus: float) -> float:
    """How much the history counts: all where nothing is searched for, or just what has a name, so
    that the history decides within a category or brand; little beside any other text."""
    if walked.start.intent.embedding is None:
        return 1.0
    little = walked.start.asked.recipe.beside_search
    return little + (1 - little) * min(focus, 1.0)


def _learned(served: Served, walked: Walked, own: Codes) -> Learned | None:
    user = walked.start.learned
    if user is None:
        return None
    learned = served.learned
    return Learned(wide(user), wide(learned.at(own)), wide(learned.at(walked.codes)))


def _meant(served: Served, start: Start) -> dict[str, float]:
    """The categories that the query names, descendants included, in the order of their ids."""
    found: dict[str, float] = {}
    for each in start.intent.categories:
        focus = _focus(each.name, start.intent.text, served.meta.language)
        for below in served.subtrees([each.id]):
            if ("Category", below) not in start.asked.gone:
                found[below] = max(found.get(below, 0.0), focus)
    return dict(sorted(found.items()))


def _focus(name: str, text: str | None, language: str) -> float:
    """What a name counts in a query's text: a third of NAMED where it is a word of three."""
    words = len(tokens(text or "", language)) or 1
    return NAMED * min(len(tokens(name, language)) / words, 1.0)


def _weighted(served: Served, entities: Sequence[Entity]) -> Weighted:
    """Entities with their vectors, products first."""
    products = [each for each in entities if each.label == "Product"]
    others = [each for each in entities if each.label != "Product"]
    vectors = np.concatenate(
        [
            served.facts.of([each.id for each in products]).vectors,
            served.entity_vectors([(each.label, each.id) for each in others]),
        ]
    )
    entities = (*products, *others)
    nodes = tuple((each.label, each.id) for each in entities)
    return Weighted(nodes, np.array([each.score for each in entities]), wide(vectors))


def _shares(
    groups: Iterable[Sequence[str]], weights: Numbers, named: Mapping[str, float], whole: float
) -> dict[str, float]:
    """The share of `whole` that each brand or category of m products holds by their weights [m];
    more for those that are named."""
    shares: dict[str, float] = {}
    total = float(weights.sum()) or 1.0
    for group, weight in zip(groups, weights, strict=True):
        for each in group:
            shares[each] = shares.get(each, 0.0) + whole * float(weight) / total
    for each, more in named.items():
        shares[each] = shares.get(each, 0.0) + more
    return shares


def _without(label: str, shares: dict[str, float], gone: frozenset[Node]) -> dict[str, float]:
    """Shares without those of brands or categories that are gone."""
    if not gone:
        return shares
    return {id_: share for id_, share in shares.items() if (label, id_) not in gone}


def wide(vectors: Vector) -> Numbers:
    """Vectors in float64."""
    return vectors.astype(np.float64)
