"""Put a product into words: a title nobody else has, a description, and a price that shops use."""

import re
from dataclasses import dataclass
from functools import cache
from math import gcd, prod

from kg.sources.sample_shop.assortment import Category, Choice, Kind

LEVELS = (0.62, 0.95, 1.35, 1.95)
"""What a brand's price level 1..4 does to a price."""

_SMALL = {"of", "for", "and", "with", "in", "the", "to", "a", "x", "oz", "lb", "qt", "ft"}
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeioAEIO]|u(?!ni|se)|8|11 |18)")


@dataclass(frozen=True)
class Item:
    """What one product is: a kind whose slots are filled; `edition` from 0.

    `variant` is the place of the choice in the personal slot, 0 without one.
    """

    kind: Kind
    series: str
    edition: int
    filled: dict[str, Choice]
    variant: int


def item(kind: Kind, brand: int, number: int, offset: float) -> Item:
    """The `number`-th item that a brand (an index) makes of a kind: all of them differ.

    The combinations of series and slots are walked in steps that reach each one once; when all
    are used up, the next edition begins. `offset` (0..1) is where the walk starts.
    """
    sizes, many = kind.sizes, kind.many
    edition, place = divmod(number, many)
    code = (int(offset * many) + place * _step(many)) % many
    digits = []
    for size in reversed(sizes):
        code, digit = divmod(code, size)
        digits.append(digit)
    first, *rest = reversed(digits)
    places = dict(zip((name for name, _ in kind.slots), rest, strict=True))
    return Item(
        kind,
        series=kind.series[(brand * 7 + first) % len(kind.series)],
        edition=edition,
        filled={name: choices[places[name]] for name, choices in kind.slots},
        variant=places.get(kind.personal or "", 0),
    )


@cache
def _step(many: int) -> int:
    step = int(many * 0.6180339887) | 1
    while gcd(step, many) != 1:
        step += 2
    return step


def title(item: Item, brand: str) -> str:
    """`Northfold Alder 2-Person Waterproof Tent, Sand`; a later edition carries a number."""
    words = {name: _titled(choice.text) for name, choice in item.filled.items()}
    if "{series}" in item.kind.title:
        series = f"{item.series} {item.edition + 1}" if item.edition else item.series
        return f"{brand} {item.kind.title.format(series=series, **words)}"
    text = f"{brand} {item.kind.title.format(**words)}"
    return f"{text}, Edition {item.edition + 1}" if item.edition else text


@cache
def _titled(text: str) -> str:
    return " ".join(_capital(word) for word in text.split(" "))


def _capital(word: str) -> str:
    if word in _SMALL:
        return word
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def description(item: Item, category: Category, style: int, u: tuple[float, ...]) -> str:
    """Three to five sentences: what it is, what its features do, what for, the brand's voice.

    u: three numbers in 0..1 that choose among the wordings.
    """
    kind = item.kind
    words = {name: choice.text for name, choice in item.filled.items()}
    opening = _chosen(kind.describe, u[0]).format(series=item.series, **words)
    features = [choice.sentence for choice in item.filled.values() if choice.sentence]
    closing = [_chosen(kind.uses, u[1]), _chosen(category.voices[style], u[2])]
    opening = _ARTICLE.sub(r"\1n ", opening[:1].upper() + opening[1:])
    return " ".join([opening, *features, *closing])


def _chosen(texts: tuple[str, ...], u: float) -> str:
    return texts[int(u * len(texts))]


def price_minor(item: Item, level: int, u: float) -> int:
    """Cents: the kind's price by its features, the brand's level 1..4 and a little chance u."""
    factor = prod(choice.factor for choice in item.filled.values())
    return charming(item.kind.price * factor * LEVELS[level - 1] * (0.92 + 0.16 * u))


def charming(dollars: float) -> int:
    """Cents of a price as shops write it: 6.49, 23.99, 129.95."""
    cents = int(dollars * 100 + 0.5)
    if cents < 2000:
        return max((cents + 25) // 50 * 50 - 1, 99)
    if cents < 10000:
        return (cents + 50) // 100 * 100 - 1
    return (cents + 250) // 500 * 500 - 5
