"""What the sample shop sells and how its customers live, read from the json files in `data/`."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from kg.sources.sample_shop.draw import Bools, Floats

DATA = Path(__file__).resolve().parent / "data"
DEPARTMENTS = (
    *("home", "sports", "beauty", "garden", "electronics"),
    *("toys", "clothing", "pets", "office", "food"),
)
_SERIES_OF_A_BRAND = 10
STYLES = ("classic", "modern", "playful", "natural", "practical")


@dataclass(frozen=True)
class Choice:
    """One value of a slot: its words, what it does to the price, what the description adds."""

    text: str
    factor: float = 1.0
    sentence: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of product: a title and descriptions with slots, and what may fill each slot.

    `category` is an index into Assortment.categories; `price` is in dollars, before factors;
    `personal` names the slot, if any, that has to suit the person (a size, a roast).
    """

    category: int
    share: int
    title: str
    price: float
    series: tuple[str, ...]
    slots: tuple[tuple[str, tuple[Choice, ...]], ...]
    describe: tuple[str, ...]
    uses: tuple[str, ...]
    personal: str | None

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many series a brand has of this kind, and how many choices each slot."""
        series = min(_SERIES_OF_A_BRAND, len(self.series))
        return series, *(len(choices) for _, choices in self.slots)

    @cached_property
    def many(self) -> int:
        """How many different products a brand can make of this kind before a second edition."""
        return prod(self.sizes)

    @cached_property
    def variants(self) -> int:
        """How many choices the personal slot has; 1 without one."""
        return next((len(choices) for name, choices in self.slots if name == self.personal), 1)


@dataclass(frozen=True)
class Category:
    """A leaf of the tree. `limit` purchases a user and year (0: none); `gift` in December.

    `renew_days` is how long one purchase lasts (0: not bought again). `voices` by style.
    """

    path: tuple[str, ...]
    share: int
    season: str
    gift: float
    limit: int
    renew_days: int
    voices: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Brand:
    """A maker: price level 1 (low) to 4, the style of most of its products, how much it makes."""

    name: str
    level: int
    style: int
    size: int
    sells: tuple[str, ...]


@dataclass(frozen=True)
class Assortment:
    """All of it; C leaf categories, B brands, I interests.

    sold_by [C, B]: brand's size where it sells the category, else 0; season [C, 12] by month;
    interests [I, C]; complements [C, C]: what is bought after what, each row's sum 1 or 0.
    """

    categories: tuple[Category, ...]
    kinds: tuple[Kind, ...]
    brands: tuple[Brand, ...]
    sold_by: Floats
    season: Floats
    interests: Bools
    complements: Floats


@cache
def assortment() -> Assortment:
    """Read the sample shop's assortment."""
    pairs = [(_read(d), leaf) for d in DEPARTMENTS for leaf in _read(d)["categories"]]
    categories = tuple(_category(department, leaf) for department, leaf in pairs)
    kinds = tuple(
        _kind(i, department, kind)
        for i, (department, leaf) in enumerate(pairs)
        for kind in leaf["kinds"]
    )
    brands = tuple(
        Brand(b["name"], b["level"], STYLES.index(b["style"]), b["size"], tuple(b["sells"]))
        for b in _read("brands")
    )
    sold_by = [[b.size * bool({*b.sells} & {*c.path}) for b in brands] for c in categories]
    return Assortment(categories, kinds, brands, np.array(sold_by, float), *_habits(categories))


def _read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _category(department: Any, leaf: Any) -> Category:
    return Category(
        path=tuple(leaf["path"]),
        share=leaf["share"],
        season=leaf["season"],
        gift=leaf["gift"],
        limit=leaf["limit"],
        renew_days=leaf.get("renew_days", 0),
        voices=tuple(tuple(department["voices"][style]) for style in STYLES),
    )


def _kind(category: int, department: Any, kind: Any) -> Kind:
    return Kind(
        category=category,
        share=kind["share"],
        title=kind["title"],
        price=kind["price"],
        series=tuple(kind.get("series", department["series"])),
        slots=tuple((name, _choices(values)) for name, values in kind["slots"].items()),
        describe=tuple(kind["describe"]),
        uses=tuple(kind["uses"]),
        personal=kind.get("personal"),
    )


def _choices(values: Any) -> tuple[Choice, ...]:
    if isinstance(values, str):
        values = _read("palettes")[values.removeprefix("@")]
    return tuple(Choice(v) if isinstance(v, str) else Choice(*v) for v in values)


def _habits(categories: tuple[Category, ...]) -> tuple[Floats, Bools, Floats]:
    habits = _read("habits")
    names = [c.path[-1] for c in categories]
    season = np.array([habits["seasons"][c.season] for c in categories], float)
    interests = np.array([[n in liked for n in names] for liked in habits["interests"].values()])
    after = [[habits["complements"].get(a, {}).get(b, 0.0) for b in names] for a in names]
    return season, interests, np.array(after, float)
