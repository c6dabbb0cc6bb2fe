"""A user's taste, in words and numbers: by category, brand and price, with the evidence for each.

It is made of the very products, and their weights, that recommendations start from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import NotFound
from kg.graph import Row
from kg.recommend.asked import ask
from kg.recommend.seeds import Seed, history_seeds
from kg.recommend.served import Served
from kg.recommend.types import Request

MOST = 20
"""Categories and brands that are told."""


@dataclass(frozen=True)
class Evidence:
    """A product that speaks for a taste: what the user did with it, when last, how much it
    weighs."""

    product_id: str
    title: str
    types: tuple[str, ...]
    at: int
    weight: float


@dataclass(frozen=True)
class Taste:
    """A category or brand, and the share of the weight of all products that it has."""

    label: str
    id: str
    name: str
    share: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class PriceTaste:
    """What the user's products cost: half of their weight is at `typical_minor` or below."""

    lowest_minor: int
    typical_minor: int
    highest_minor: int
    currency: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Profile:
    """A user's taste. `products` is how many the user has met; the latest that say something
    count, the last one most."""

    user_id: str
    products: int
    categories: tuple[Taste, ...]
    brands: tuple[Taste, ...]
    price: PriceTaste | None


@dataclass(frozen=True)
class _Known:
    evidence: Evidence
    row: Row


def profile(served: Served, user_id: str) -> Profile:
    """The taste of a user. Raises NotFound for one that the graph does not have."""
    asked = ask(served, [Request(user_id=user_id)])[0]
    if not asked.known:
        raise NotFound("no such user in the graph")
    seeds = history_seeds(asked.history)
    shown = served.shown([seed.product_id for seed in seeds])
    known = [_known(seed, shown[seed.product_id]) for seed in seeds]
    return Profile(
        user_id=user_id,
        products=len(asked.history),
        categories=_tastes("Category", known, _categories),
        brands=_tastes("Brand", known, _brand),
        price=_price(known, served.meta.currency),
    )


def _known(seed: Seed, row: Row) -> _Known:
    types, at = (seed.past.types, seed.past.at) if seed.past else ((), 0)
    title = row["title"] or seed.product_id
    return _Known(Evidence(seed.product_id, title, types, at, round(seed.weight, 9)), row)


def _categories(row: Row) -> Mapping[str, str]:
    return dict(zip(row["category_ids"], row["category_names"], strict=True))


def _brand(row: Row) -> Mapping[str, str]:
    return {row["brand_id"]: row["brand"]} if row["brand_id"] else {}


def _tastes(
    label: str, known: Sequence[_Known], named: Callable[[Row], Mapping[str, str]]
) -> tuple[Taste, ...]:
    """Those of one label, the largest share first."""
    whole = sum(each.evidence.weight for each in known)
    names: dict[str, str] = {}
    evidence: dict[str, list[Evidence]] = {}
    for each in known:
        for id_, name in named(each.row).items():
            names[id_] = name
            evidence.setdefault(id_, []).append(each.evidence)
    shares = {id_: sum(one.weight for one in some) / whole for id_, some in evidence.items()}
    order = sorted(shares, key=lambda id_: (-round(shares[id_], 9), id_))
    return tuple(
        Taste(label, id_, names[id_], round(shares[id_], 9), tuple(evidence[id_]))
        for id_ in order[:MOST]
    )


def _price(known: Sequence[_Known], currency: str | None) -> PriceTaste | None:
    priced = sorted(
        (each for each in known if each.row["price_minor"] is not None),
        key=lambda each: each.row["price_minor"],
    )
    if not priced:
        return None
    prices = [int(each.row["price_minor"]) for each in priced]
    return PriceTaste(
        lowest_minor=prices[0],
        typical_minor=_median(prices, [each.evidence.weight for each in priced]),
        highest_minor=prices[-1],
        currency=currency,
        evidence=tuple(each.evidence for each in priced),
    )


def _median(prices: Sequence[int], weights: Sequence[float]) -> int:
    """The first of sorted prices [n] at which half of the weight [n] is reached."""
    reached, half = 0.0, sum(weights) / 2
    for price, weight in zip(prices, weights, strict=True):
        reached += weight
        if reached >= half:
            return price
    return prices[-1]
