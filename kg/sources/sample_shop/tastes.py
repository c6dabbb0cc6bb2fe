"""The hidden tastes of the sample shop's users: what they like, before they have done anything."""

from dataclasses import dataclass

import numpy as np

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import DAY, END, OPENING
from kg.sources.sample_shop.draw import Bools, Floats, Ints, below, cumulative, find, pick

FAVOURITES = 5
FAVOURITE_WEIGHTS = np.array([8.0, 5.0, 3.0, 2.0, 1.0])
BRANDS = 3

_LEVELS = cumulative([0.26, 0.36, 0.26, 0.12])
_BY_LEVEL_APART = np.array([1.0, 0.3, 0.05, 0.01])


@dataclass(frozen=True)
class Tastes:
    """Users as columns [n]: categories [n, 5] and brands [n, 3], dearest first; level 1..4;

    style; variant: chooses among sizes, roasts and the like; joined_at: when they first might
    come; newcomer: joined in the last two weeks.
    """

    categories: Ints
    brands: Ints
    level: Ints
    style: Ints
    variant: Ints
    joined_at: Ints
    newcomer: Bools


def tastes(shop: Assortment, stocked: Bools, users: int, rng: np.random.Generator) -> Tastes:
    """Draw the tastes of some users; stocked [C] says which categories have products."""
    u = rng.random((users, 12))
    categories = _categories(shop, stocked, u[:, :2], rng)
    level = find(_LEVELS, u[:, 2]) + 1
    newcomer = u[:, 3] < 0.03
    return Tastes(
        categories=categories,
        brands=_brands(shop, categories, level, u[:, 4:7]),
        level=level,
        style=below(5, u[:, 7]),
        variant=below(420, u[:, 10]),
        joined_at=_joined(newcomer, u[:, 8], u[:, 9]),
        newcomer=newcomer,
    )


def _categories(shop: Assortment, stocked: Bools, u: Floats, rng: np.random.Generator) -> Ints:
    """Three categories of one interest, two of another. -> [n, 5], -1 where the shop has none."""
    n, many = len(u), len(shop.interests)
    one = below(many, u[:, 0])
    other = (one + 1 + below(many - 1, u[:, 1])) % many
    keys = rng.random((n, len(shop.categories)))
    first = _best(np.where(stocked, keys + 2.0 * shop.interests[one], 0.0), 3)
    np.put_along_axis(keys, first, -9.0, axis=1)
    rest = _best(np.where(stocked, keys + 2.0 * shop.interests[other], 0.0), FAVOURITES - 3)
    drawn = np.concatenate([first, rest], axis=1)
    return np.where(stocked[drawn], drawn, -1)


def _best(keys: Floats, many: int) -> Ints:
    return np.asarray(np.argsort(-keys, axis=1, kind="stable")[:, :many], np.int64)


def _brands(shop: Assortment, categories: Ints, level: Ints, u: Floats) -> Ints:
    """Brands that sell the favourite categories at about the right price. -> [n, 3]"""
    weights = np.zeros((len(u), len(shop.brands)))
    for place, weight in enumerate(FAVOURITE_WEIGHTS):
        of_place = categories[:, place]
        weights += weight * (of_place >= 0)[:, None] * shop.sold_by[of_place]
    apart = np.abs(np.array([b.level for b in shop.brands]) - level[:, None])
    weights *= _BY_LEVEL_APART[apart]
    chosen = []
    for place in range(BRANDS):
        chosen.append(pick(weights, u[:, place]))
        weights[np.arange(len(u)), chosen[-1]] = 0.0
    return np.stack(chosen, axis=1)


def _joined(newcomer: Bools, u: Floats, v: Floats) -> Ints:
    """Most were there from the start, others joined since."""
    day = np.where(u < 0.6, 0, below((END - OPENING) // DAY - 30, v))
    late = END - 1 - below(14 * DAY, v)
    return np.asarray(np.where(newcomer, late, OPENING + day * DAY), np.int64)
