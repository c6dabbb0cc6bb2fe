"""Which products are looked at on a visit, and how well each suits who looks."""

from dataclasses import dataclass, fields

import numpy as np

from kg.sources.sample_shop.assortment import Assortment
from kg.sources.sample_shop.catalogue import Catalogue
from kg.sources.sample_shop.draw import Bools, Floats, Ints, below, pick
from kg.sources.sample_shop.shelves import Shelves
from kg.sources.sample_shop.tastes import BRANDS, Tastes
from kg.sources.sample_shop.visits import Visits, places

_CANDIDATES = 12

_BY_LEVEL_APART = np.array([1.0, 0.3, 0.08, 0.02])
_OTHER_BRAND, _OTHER_STYLE, _OTHER_VARIANT = 0.12, 0.25, 0.35
_ON_SALE, _OUT_OF_STOCK = 2.5, 0.15
_COMPANION = 200.0


@dataclass(frozen=True)
class Looks:
    """Products looked at, as columns [n]; fit 0..1 says how well each suits its user."""

    user: Ints
    at: Ints
    product: Ints
    fit: Floats
    mate: Ints
    basket: Ints
    paid_at: Ints

    def only(self, keep: Bools | Ints) -> "Looks":
        """Those that a mask or index names."""
        return Looks(*(getattr(self, f.name)[keep] for f in fields(self)))


def look(
    shop: Assortment, shelves: Shelves, who: Tastes, visits: Visits, rng: np.random.Generator
) -> Looks:
    """Choose what is looked at on each visit: of a dozen that catch the eye, what fits best."""
    visit = np.repeat(np.arange(len(visits.user)), np.where(visits.category >= 0, visits.looks, 0))
    u = rng.random((len(visit), _CANDIDATES + 2))
    category, mate = visits.category[visit], visits.mate[visit]
    at = visits.at[visit] + places(visit) * 240 + below(200, u[:, 0])
    seen = shelves.draw(category, u[:, 2:])
    seen[:, 0] = np.where(mate >= 0, shelves.companion(mate, category), seen[:, 0])
    fit = fits(shop, shelves.catalogue, who, visits.user[visit], seen)
    drawn = pick(fit * _appeal(shelves.catalogue, seen, at, mate), u[:, 1])
    row = np.flatnonzero(drawn >= 0)
    chosen, of = (row, drawn[row]), visit[row]
    return Looks(
        user=visits.user[of],
        at=at[row],
        product=seen[chosen],
        fit=fit[chosen],
        mate=mate[row],
        basket=visits.basket[of],
        paid_at=visits.paid_at[of],
    )


def fits(shop: Assortment, catalogue: Catalogue, who: Tastes, user: Ints, product: Ints) -> Floats:
    """How well products [n, k] suit users [n], by all that is known of both. -> [n, k], 0..1"""
    by_brand = _by_brand(shop, who)[user[:, None], catalogue.brand[product]]
    same = catalogue.style[product] == who.style[user][:, None]
    variants = catalogue.variants[product]
    own = who.variant[user][:, None] % variants == catalogue.variant[product]
    return by_brand * np.where(same, 1.0, _OTHER_STYLE) * np.where(own, 1.0, _OTHER_VARIANT)


def _by_brand(shop: Assortment, who: Tastes) -> Floats:
    """What each user [n] thinks of each brand [B], by its name and price level. -> [n, B]"""
    apart = np.abs(np.array([b.level for b in shop.brands]) - who.level[:, None])
    table = _OTHER_BRAND * _BY_LEVEL_APART[apart]
    for place in range(BRANDS):
        row, brand = np.arange(len(table)), who.brands[:, place]
        table[row, brand] = _BY_LEVEL_APART[apart[row, brand]]
    return np.asarray(table, np.float64)


def _appeal(catalogue: Catalogue, product: Ints, at: Ints, mate: Ints) -> Floats:
    """Promotions draw, empty shelves do not; the first candidate may be a companion."""
    now = at[:, None]
    on_sale = (catalogue.sale_from[product] <= now) & (now < catalogue.sale_until[product])
    weight = np.where(on_sale, _ON_SALE, 1.0) * (catalogue.released_at[product] <= now)
    weight *= catalogue.pull[product] > 0
    weight *= np.where(catalogue.gone_at[product] <= now, _OUT_OF_STOCK, 1.0)
    weight[:, 0] *= np.where(mate >= 0, _COMPANION, 1.0)
    return np.asarray(weight, np.float64)
