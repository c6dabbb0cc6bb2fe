"""Write down what the users did, as an event log: who, what, when, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import DAY, END, START
from kg.sources.sample_shop.draw import Bools, Floats, Ints, Real, below, stream
from kg.sources.sample_shop.purchases import Deeds, deeds
from kg.sources.sample_shop.shelves import Shelves
from kg.sources.sample_shop.tastes import Tastes, tastes

TYPES = ("VIEWED", "ADDED_TO_CART", "BOUGHT", "LIKED", "RATED")
_VIEWED, _CARTED, _BOUGHT, _LIKED, _RATED = range(5)
_USERS = 3
_USERS_OF_A_BLOCK = 500
_LIKES, _RATES = 0.16, 0.24


@dataclass(frozen=True)
class Block:
    """Users in a row from the index `first`, and their events in order of user and time.

    `tastes` may hold more users than there are. Columns of the log [n]: user (an index from
    `first`), product, type (of TYPES), at, value (0: none), and order: a number from 0 in this
    block, -1 for none; `orders` says how many there are.
    """

    first: int
    users: int
    tastes: Tastes
    log: pl.DataFrame
    orders: int


def blocks(shop: Assortment, shelves: Shelves, users: int, seed: int) -> Iterator[Block]:
    """All users in blocks. A user depends on the seed, the catalogue and its own place only."""
    for first in range(0, users, _USERS_OF_A_BLOCK):
        rng = stream(seed, _USERS, first // _USERS_OF_A_BLOCK)
        who = tastes(shop, shelves.stocked, _USERS_OF_A_BLOCK, rng)
        done = deeds(shop, shelves, who, rng)
        many = min(_USERS_OF_A_BLOCK, users - first)
        log, orders = _numbered(_log(shelves, done, rng).filter(pl.col("user") < many))
        yield Block(first, many, who, log, orders)


def _log(shelves: Shelves, done: Deeds, rng: np.random.Generator) -> pl.DataFrame:
    """One row an event, unsorted; `basket` is -1 but for purchases."""
    looks = done.looks
    u = rng.random((len(looks.user), 7))
    stars = _stars(shelves.catalogue.quality[looks.product], looks.fit, u[:, :3])
    likes = done.seen & (u[:, 3] < _LIKES * looks.fit)
    rates = done.bought & (u[:, 4] < _RATES)
    rated_at = looks.paid_at + 2 * DAY + below(20 * DAY, u[:, 5])
    carted_at = np.minimum(looks.at + 20 + below(60, u[:, 6]), looks.paid_at - 5)
    parts = [
        _events(done, done.seen, _VIEWED, looks.at),
        _events(done, done.carted, _CARTED, carted_at),
        _events(done, done.bought, _BOUGHT, looks.paid_at),
        _events(done, likes, _LIKED, looks.at + 15),
        _events(done, rates, _RATED, rated_at, stars),
    ]
    return pl.concat(parts).filter(pl.col("at").is_between(START, END - 1))


def _events(
    done: Deeds, which: Bools, type_: int, at: Ints, value: Ints | None = None
) -> pl.DataFrame:
    looks = done.looks.only(which)
    none = np.zeros(len(looks.user), np.int64)
    return pl.DataFrame(
        {
            "user": looks.user,
            "product": looks.product,
            "type": none + type_,
            "at": at[which],
            "value": none if value is None else value[which],
            "basket": looks.basket if type_ == _BOUGHT else none - 1,
        }
    )


def _numbered(log: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Sort by user and time; number the baskets in that order as `order`, -1 for none."""
    log = log.sort("user", "at", "type", "product")
    basket = log["basket"].to_numpy()
    bought = np.flatnonzero(basket >= 0)
    _, first, inverse = np.unique(basket[bought], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    order = np.full(len(basket), -1)
    order[bought] = rank[inverse]
    return log.drop("basket").with_columns(order=order), len(first)


def _stars(quality: Real, fit: Floats, u: Floats) -> Ints:
    """Stars 1..5 of purchases [n]: better where it fits and is good; u [n, 3]."""
    mood = u[:, 0] + u[:, 1] + u[:, 2] - 1.5
    liking = 3.9 + 1.2 * np.sqrt(fit) + 0.7 * quality + 1.1 * mood
    return np.clip(below(1, liking), 1, 5)
