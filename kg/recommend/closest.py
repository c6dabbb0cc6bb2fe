"""Names and ids close to one that nothing has: a letter more, less or other, or a common word."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from string import ascii_lowercase, ascii_uppercase, digits

from kg.graph import Graph, Row
from kg.language import name_key
from kg.recommend.lucene import for_any_word, for_titles

MOST = 3
LONGEST = 40
"""Characters of a name whose slips of the pen are looked for: each costs 50 to 130 keys."""


def closest(graph: Graph, label: str, name: str, language: str) -> list[Row]:
    """Brands or categories (id, name) whose names are close, the closest first.

    Both reads go by an index, so that it costs little however many names there are.
    """
    asked = {**for_any_word(name), "limit": 10 * MOST}
    keys = {name_key(each, language) for each in _slips(name.casefold(), ascii_lowercase)}
    by_key, by_word = graph.read_all(
        [
            ("resolve/names", {"keys": sorted(keys)}),
            ("resolve/text_entities", {"requests": [asked]}),
        ]
    )
    found = {row["id"]: row for row in [*by_key, *by_word] if row["label"] == label}
    return sorted(found.values(), key=lambda row: (-_likeness(name, row["name"]), row["id"]))[:MOST]


def closest_products(graph: Graph, product_id: str) -> list[str]:
    """Ids that are close, the closest first; after them those of products with its words.

    Both reads go by an index here too.
    """
    asked = {**for_titles(product_id), "limit": MOST}
    near = {product_id.lower(), product_id.upper(), *_slips(product_id, _signs(product_id))}
    by_id, by_word = graph.read_all(
        [
            ("resolve/products", {"ids": sorted(near)}),
            ("resolve/exact_products", {"requests": [asked]}),
        ]
    )
    ids = [row["product_id"] for row in by_id]
    ids.sort(key=lambda each: (-_likeness(product_id, each), each))
    return list(dict.fromkeys([*ids, *(row["product_id"] for row in by_word)]))[:MOST]


def _signs(product_id: str) -> str:
    """What ids like this are made of."""
    small = ascii_lowercase if product_id != product_id.upper() else ""
    capital = ascii_uppercase if product_id != product_id.lower() else ""
    return f"{small}{capital}{digits}-_"


def _slips(text: str, letters: str) -> Iterator[str]:
    """The text, and with one letter left out, put in, mistaken, or two of them swapped."""
    yield text
    if len(text) > LONGEST:
        return
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + letter + after for letter in letters)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name.casefold(), other.casefold()).ratio()
