"""When the users of the sample shop come, and what for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import DAY, END, OPENING
from kg.sources.sample_shop.draw import (
    Bools,
    Floats,
    Ints,
    below,
    between,
    cumulative,
    find,
    find_in,
    pick,
)
from kg.sources.sample_shop.shelves import Shelves
from kg.sources.sample_shop.tastes import FAVOURITE_WEIGHTS, Tastes

_MANY_DAYS = (END - OPENING) // DAY
_DATES = [datetime.fromtimestamp(OPENING, UTC) + timedelta(days=d) for d in range(_MANY_DAYS)]
MONTH_OF_DAY = np.array([date.month - 1 for date in _DATES])
_BUSY = np.array([1.0, 0.9, 1.0, 1.05, 1.05, 0.95, 0.85, 0.9, 1.0, 1.05, 1.35, 1.7])
_DAYS = cumulative(_BUSY[MONTH_OF_DAY] * [1.25 if d.weekday() >= 5 else 1.0 for d in _DATES])
_HOURS = cumulative(
    [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 11, 11, 9, 9, 9, 10, 13, 16, 18, 16, 11, 5]
)
_GIFTS = np.array([0.0, 0.03, 0.0, 0.02, 0.05, 0.02, 0.0, 0.0, 0.0, 0.02, 0.10, 0.30])
"""The part of visits, by month, that look for a present."""
_EXPLORING = 0.10
_PURPOSES = cumulative([0.60, 0.28, 0.12])
_LOOKS = cumulative([0.30, 0.27, 0.19, 0.12, 0.08, 0.04])


@dataclass(frozen=True)
class Visits:
    """Visits as columns [v]: the user (an index), the moment, the category looked at (-1: none);

    mate: a product bought before that this goes with, or -1; basket: which order it would join;
    paid_at: when that order is paid; looks: how many products are looked at.
    """

    user: Ints
    at: Ints
    category: Ints
    mate: Ints
    basket: Ints
    paid_at: Ints
    looks: Ints


def first_visits(
    shop: Assortment, shelves: Shelves, who: Tastes, rng: np.random.Generator
) -> Visits:
    """The visits that users make of their own accord, by season and taste."""
    user = np.repeat(np.arange(len(who.level)), _how_often(who, rng.random(len(who.level))))
    u = rng.random((len(user), 3))
    came_at = _moments(who.joined_at[user], u[:, 0], u[:, 1])
    purposes = np.where(who.newcomer[user], 1, find(_PURPOSES, u[:, 2]) + 1)
    basket = np.repeat(np.arange(len(user)), purposes)
    nth = places(basket)
    u, user = rng.random((len(basket), 4)), user[basket]
    at = came_at[basket] + nth * 1500
    looks = find(_LOOKS, u[:, 3]) + 1
    return Visits(
        user=user,
        at=at,
        category=_purpose(shop, shelves.stocked, who.categories[user], at, u[:, :3]),
        mate=np.full(len(user), -1),
        basket=basket,
        paid_at=came_at[basket] + 1500 * purposes[basket] + 90,
        looks=np.where(who.newcomer[user], np.minimum(looks, 2), looks),
    )


def _how_often(who: Tastes, u: Floats) -> Ints:
    """A few come every week, most a few times a year; a newcomer once or not yet."""
    part = (END - who.joined_at) / (_MANY_DAYS * DAY)
    keen = 1.0 / np.sqrt(np.maximum(u, 1e-3)) - 1.0
    regular = 4 + below(part, 11.0 * keen)
    return np.where(who.newcomer, below(4, u) > 0, np.minimum(regular, 80)).astype(np.int64)


def _moments(joined_at: Ints, u: Floats, v: Floats) -> Ints:
    """Days by how busy the shop is, hours by how busy a day is; never before joining."""
    first = (joined_at - OPENING) // DAY
    day = between(_DAYS, first, np.full(len(u), _MANY_DAYS), u)
    hour = find(_HOURS, v)
    second = below(3600, (v * _HOURS[-1] - _HOURS[hour]) / (_HOURS[hour + 1] - _HOURS[hour]))
    at = OPENING + day * DAY + hour * 3600 + second
    return np.asarray(np.maximum(at, joined_at), np.int64)


def _purpose(shop: Assortment, stocked: Bools, liked: Ints, at: Ints, u: Floats) -> Ints:
    """Favourites [v, 5] by weight and season; now and then anything, or a present. -> category"""
    month = month_of(at)
    weights = np.where(liked >= 0, FAVOURITE_WEIGHTS * shop.season[liked, month[:, None]], 0.0)
    place = pick(weights, u[:, 1])
    own = np.where(place >= 0, liked[np.arange(len(at)), place], -1)
    share = np.array([c.share for c in shop.categories]) * stocked
    gift = np.array([c.gift for c in shop.categories]) * stocked
    anything = find_in(cumulative(shop.season.T * share), month, u[:, 2])
    category = np.where((u[:, 0] < _EXPLORING) | (own < 0), anything, own)
    present = find(cumulative(gift), u[:, 2])
    category = np.where(u[:, 0] > 1.0 - _GIFTS[month], present, category)
    return np.where(stocked[category], category, -1)


def month_of(at: Ints) -> Ints:
    """Moments -> months 0..11."""
    day = np.clip((at - OPENING) // DAY, 0, _MANY_DAYS - 1)
    return np.asarray(MONTH_OF_DAY[day], np.int64)


def places(group: Ints) -> Ints:
    """Sorted group numbers [n] -> each row's place in its group, from 0."""
    _, start, count = np.unique(group, return_index=True, return_counts=True)
    return np.arange(len(group)) - np.repeat(start, count)
