"""The scoring terms: each says in numbers how well every candidate fits one side of a request."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kg.recommend.scene import Scene
from kg.recommend.types import Numbers

Term = Callable[[Scene], Numbers | None]
"""Numbers [n] for a scene of n candidates, or None where the request gives no ground for them."""


def relevance(scene: Scene) -> Numbers | None:
    """A_QS = cos(Q, p)."""
    return None if scene.query is None else _some(scene.cosines.query)


def hot(scene: Scene) -> Numbers | None:
    """A_SP = mean over the most popular products h of popularity(h) * cos(h, p)."""
    return _some(scene.cosines.hot)


def entity(scene: Scene) -> Numbers | None:
    """A_VU B_VS = sum over v in V_U, v not p, of score(v) * cos(v, p); scores as shares of 1."""
    total = float(scene.entities.weights.sum())
    if not total:
        return None
    values = scene.cosines.entities.copy()
    places = scene.places([id_ for _, id_ in scene.entities.nodes])
    parts = zip(scene.entities.nodes, scene.entities.weights, scene.entities.vectors, strict=True)
    for place, ((label, _), weight, vector) in zip(places, parts, strict=True):
        if label == "Product" and place is not None:
            values[place] -= weight / total * (vector @ vector)
    return _some(values)


def lexical(scene: Scene) -> Numbers | None:
    """The full-text score as a share of this query's best."""
    return _some(scene.spread(scene.lexical))


def after(scene: Scene) -> Numbers | None:
    """How strongly people buy p soon after what the user has, the latest weighing most."""
    return _some(scene.strengths("next"))


def together(scene: Scene) -> Numbers | None:
    """How strongly people who have what the user has have p as well."""
    return _some(scene.strengths("together"))


def similar(scene: Scene) -> Numbers | None:
    """The mean over the user's products h, h not p, of cos(h, p)^4, the latest weighing most."""
    weights = scene.own.weights
    if not len(weights):
        return None
    return _some(scene.likeness @ weights / weights.sum())


def brand(scene: Scene) -> Numbers | None:
    """The share of the user's products of p's brand; up to 1 more where the query names it."""
    return _some(scene.facts.by_brand(scene.brands))


def category(scene: Scene) -> Numbers | None:
    """The like of `brand` for the best of p's categories."""
    return _some(scene.facts.by_category(scene.categories))


def price(scene: Scene) -> Numbers | None:
    """How near p's price is to what the user usually pays: minus the distance of logarithms."""
    known = scene.facts.prices > 0
    usual = scene.prices[scene.prices > 0]
    if not len(usual) or not known.any():
        return None
    logs = np.log(np.where(known, scene.facts.prices, 1.0))
    distance = np.abs(logs - np.log(usual).mean())
    return np.asarray(-np.where(known, distance, distance[known].mean()))


def popularity(scene: Scene) -> Numbers | None:
    """How many people want p of late, as a share of the most wanted product's."""
    return _some(scene.facts.popularity / scene.hot.most)


def after_last(scene: Scene) -> Numbers | None:
    """How strongly people buy p soon after the user's latest product."""
    return _some(scene.strengths("next_last"))


def before(scene: Scene) -> Numbers | None:
    """How strongly people buy what the user has soon after p, the latest weighing most."""
    return _some(scene.strengths("before"))


def history(scene: Scene) -> Numbers | None:
    """log(1 + how many of the user's products count), alike for all candidates: the fewer there
    are, the less they say."""
    known = len(scene.own.weights)
    return np.full(len(scene.facts.codes), np.log1p(known)) if known else None


def together_plain(scene: Scene) -> Numbers | None:
    """`together` with all of the user's products counting alike."""
    return _some(scene.strengths("together_plain"))


def similar_last(scene: Scene) -> Numbers | None:
    """cos(h, p)^8 for the user's latest product h."""
    return _some(scene.likeness[:, 0] ** 2) if len(scene.own.weights) else None


def words(scene: Scene) -> Numbers | None:
    """The mean over the user's products h of the cosine of tf-idf of the titles of h and p, the
    latest weighing most."""
    return None if scene.in_common is None else _some(scene.in_common.history)


def words_last(scene: Scene) -> Numbers | None:
    """The cosine of tf-idf of the titles of p and of the user's latest product."""
    return None if scene.in_common is None else _some(scene.in_common.latest)


def age(scene: Scene) -> Numbers | None:
    """How many days ago people wanted p on average; the others' mean where nobody has."""
    return _known(scene.facts.ages)


def place(scene: Scene) -> Numbers | None:
    """Where in people's histories p stands on average, 0 first, 1 last; or the others' mean."""
    return _known(scene.facts.places)


def gnn(scene: Scene) -> Numbers | None:
    """cos(u, p) of learned vectors."""
    learned = scene.learned
    return None if learned is None else _some(learned.candidates @ learned.user)


TERMS: Mapping[str, Term] = {
    "relevance": relevance,
    "hot": hot,
    "entity": entity,
    "lexical": lexical,
    "next": after,
    "together": together,
    "similar": similar,
    "brand": brand,
    "category": category,
    "price": price,
    "popularity": popularity,
    "next_last": after_last,
    "before": before,
    "together_plain": together_plain,
    "similar_last": similar_last,
    "words": words,
    "words_last": words_last,
    "history": history,
    "age": age,
    "place": place,
    "gnn": gnn,
}
"""By the name that recipes weigh them by."""


def terms_of(scene: Scene, names: Sequence[str]) -> dict[str, Numbers | None]:
    """The named terms of a scene."""
    return {name: TERMS[name](scene) for name in names}


def _known(values: Numbers) -> Numbers | None:
    """Values [n] with the mean of those that are known in the place of the others."""
    known = ~np.isnan(values)
    return _some(np.where(known, values, values[known].mean())) if known.any() else None


def _some(values: Numbers) -> Numbers | None:
    """Values [n], or None where they say nothing about any candidate."""
    return values if values.any() else None
