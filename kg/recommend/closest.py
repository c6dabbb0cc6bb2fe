"""Names close to one that nothing has: a letter more, less or other, or a word in common."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from string import ascii_lowercase

from kg.graph import Graph, Row
from kg.language import name_key
from kg.recommend.lucene import any_word

MOST = 3
LONGEST = 40
"""Characters of a name whose slips of the pen are looked for: each costs some fifty keys."""


def closest(graph: Graph, label: str, name: str, language: str) -> list[Row]:
    """Brands or categories (id, name) whose names are close, the closest first.

    Both reads go by an index, so that it costs little however many names there are.
    """
    asked = {"lucene": any_word(name), "plain": name, "limit": 10 * MOST}
    by_key, by_word = graph.read_all(
        [
            (
                "resolve/names",
                {"keys": sorted({name_key(each, language) for each in _slips(name)})},
            ),
            ("resolve/text_entities", {"requests": [asked]}),
        ]
    )
    found = {row["id"]: row for row in [*by_key, *by_word] if row["label"] == label}
    return sorted(found.values(), key=lambda row: (-_likeness(name, row["name"]), row["id"]))[:MOST]


def _slips(name: str) -> Iterator[str]:
    """The name, and with one letter left out, put in, mistaken, or two of them swapped."""
    text = name.casefold()
    yield text
    if len(text) > LONGEST:
        return
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name.casefold(), other.casefold()).ratio()
