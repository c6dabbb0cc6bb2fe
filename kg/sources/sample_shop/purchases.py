"""What becomes of looks: carts, orders, things that go with them, and buying the same again."""

from dataclasses import dataclass, fields

import numpy as np

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import DAY, END
from kg.sources.sample_shop.draw import Bools, Ints, Whole, below, pick
from kg.sources.sample_shop.looks import Looks, look
from kg.sources.sample_shop.shelves import Shelves
from kg.sources.sample_shop.tastes import Tastes
from kg.sources.sample_shop.visits import Visits, first_visits

_CART, _CART_BY_FIT, _CART_WITH_MATE = 0.15, 0.60, 0.45
_CHECKOUT, _CHECKOUT_WITH_MATE = 0.62, 0.85
_COMPLEMENT, _SAME_ORDER = 0.55, 0.35
_LOYAL, _AGAIN, _MOST_REPEATS = 0.6, 0.82, 12
_DISAPPOINTING = -0.35


@dataclass(frozen=True)
class Deeds:
    """Looks [n] and what came of each: seen (False: bought again unseen), carted, bought."""

    looks: Looks
    seen: Bools
    carted: Bools
    bought: Bools

    def only(self, keep: Bools | Ints) -> "Deeds":
        """Those that a mask or index names."""
        return Deeds(self.looks.only(keep), self.seen[keep], self.carted[keep], self.bought[keep])


def deeds(shop: Assortment, shelves: Shelves, who: Tastes, rng: np.random.Generator) -> Deeds:
    """All that some users do in the year, in no particular order."""
    visits = first_visits(shop, shelves, who, rng)
    first = decide(shelves, who, look(shop, shelves, who, visits, rng), rng)
    follow = complements(shop, shelves, first, len(visits.user), rng)
    then = decide(shelves, who, look(shop, shelves, who, follow, rng), rng)
    once = _within_reason(shop, shelves, _distinct(_joined(first, then)))
    return _joined(once, repeats(shop, shelves, once, len(visits.user) + len(follow.user), rng))


def decide(shelves: Shelves, who: Tastes, looks: Looks, rng: np.random.Generator) -> Deeds:
    """What fits goes to the cart, most of that is bought; newcomers only look around."""
    u = rng.random((len(looks.user), 2))
    paired = looks.mate >= 0
    chance = _CART + _CART_BY_FIT * looks.fit + _CART_WITH_MATE * paired
    may = (looks.paid_at < shelves.catalogue.gone_at[looks.product]) & ~who.newcomer[looks.user]
    carted = may & (u[:, 0] < chance)
    bought = carted & (u[:, 1] < np.where(paired, _CHECKOUT_WITH_MATE, _CHECKOUT))
    return Deeds(looks, np.ones(len(carted), bool), carted, bought)


def complements(
    shop: Assortment, shelves: Shelves, first: Deeds, baskets: int, rng: np.random.Generator
) -> Visits:
    """After half of the purchases, what goes with them: at once, or within a fortnight."""
    u = rng.random((len(first.bought), 5))
    bought = first.looks
    after = shop.complements[shelves.catalogue.category[bought.product]] * shelves.stocked
    wanted = pick(after, u[:, 1])
    row = np.flatnonzero(first.bought & (u[:, 0] < _COMPLEMENT) & (wanted >= 0))
    at_once = u[row, 2] < _SAME_ORDER
    later = bought.paid_at[row] + DAY + below(12 * DAY, u[row, 3])
    looks = np.where(at_once, 1, 1 + below(2, u[row, 4]))
    return Visits(
        user=bought.user[row],
        at=np.where(at_once, bought.paid_at[row] - 240, later),
        category=wanted[row],
        mate=bought.product[row],
        basket=np.where(at_once, bought.basket[row], baskets + np.arange(len(row))),
        paid_at=np.where(at_once, bought.paid_at[row], later + 240 * looks + 90),
        looks=looks,
    )


def repeats(
    shop: Assortment, shelves: Shelves, once: Deeds, baskets: int, rng: np.random.Generator
) -> Deeds:
    """What is used up is bought again by those who are loyal, about when it runs out."""
    category = shelves.catalogue.category[once.looks.product]
    days = np.array([c.renew_days for c in shop.categories])[category]
    u = rng.random((len(category), 2 * _MOST_REPEATS + 1))
    content = shelves.catalogue.quality[once.looks.product] > _DISAPPOINTING
    row = np.flatnonzero(once.bought & (days > 0) & content & (u[:, 0] < _LOYAL))
    gaps = below(days[row, None] * DAY, 0.8 + 0.45 * u[row, 1 : _MOST_REPEATS + 1])
    paid_at = once.looks.paid_at[row, None] + np.cumsum(gaps, axis=1)
    goes_on = np.cumprod(u[row, _MOST_REPEATS + 1 :] < _AGAIN, axis=1, dtype=np.int64) > 0
    gone_at = shelves.catalogue.gone_at[once.looks.product[row], None]
    i, nth = np.nonzero(goes_on & (paid_at < np.minimum(END, gone_at)))
    again = once.looks.only(row[i])
    paid = paid_at[i, nth]
    looks = Looks(
        again.user,
        paid - 180,
        again.product,
        again.fit,
        again.mate,
        baskets + np.arange(len(i)),
        paid,
    )
    sure = np.ones(len(i), bool)
    return Deeds(looks, nth % 2 == 0, sure, sure)


def _joined(one: Deeds, other: Deeds) -> Deeds:
    a, b = one.looks, other.looks
    names = [f.name for f in fields(Looks)]
    return Deeds(
        Looks(*(np.concatenate([getattr(a, n), getattr(b, n)]) for n in names)),
        *(
            np.concatenate([getattr(one, n), getattr(other, n)])
            for n in ("seen", "carted", "bought")
        ),
    )


def _distinct(done: Deeds) -> Deeds:
    """Each product once a basket: the first look at it."""
    looks = done.looks
    order = np.lexsort((looks.at, looks.product, looks.basket))
    basket, product = looks.basket[order], looks.product[order]
    new = np.ones(len(order), bool)
    new[1:] = (basket[1:] != basket[:-1]) | (product[1:] != product[:-1])
    return done.only(np.sort(order[new]))


def _within_reason(shop: Assortment, shelves: Shelves, done: Deeds) -> Deeds:
    """Nobody buys the same lamp twice, or five tents in a year: those looks stay looks.

    What is used up is not bought twice here either; `repeats` does that.
    """
    looks = done.looks
    category = shelves.catalogue.category[looks.product]
    limit = np.array([c.limit for c in shop.categories])[category]
    twice = _nth(done.bought, looks.user, looks.product, looks.paid_at) >= 1
    enough = _nth(done.bought & ~twice, looks.user, category, looks.paid_at) >= limit
    fine = ~(twice | ((limit > 0) & enough))
    return Deeds(looks, done.seen, done.carted & fine, done.bought & fine)


def _nth(chosen: Bools, user: Ints, group: Whole, at: Ints) -> Ints:
    """For each chosen row: how many chosen rows of its user and group came before it. -> [n]"""
    rows = np.flatnonzero(chosen)
    order = rows[np.lexsort((rows, at[rows], group[rows], user[rows]))]
    new = np.ones(len(order), bool)
    new[1:] = (user[order][1:] != user[order][:-1]) | (group[order][1:] != group[order][:-1])
    start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    nth = np.zeros(len(chosen), np.int64)
    nth[order] = np.arange(len(order)) - start
    return nth
