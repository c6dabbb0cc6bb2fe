"""How telling each word of a shop's titles is, and what titles have in common.

Titles of one line of products share rare words, which vectors of meaning blur.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.language import tokens
from kg.recommend.types import Numbers

Codes = NDArray[np.int32]

LENGTH = 50
"""How many words of a title count."""

LETTERS = 30
"""What is longer is no word."""

MOST = 50_000
"""How many words are known, the most frequent: 2 MB in the graph."""


@dataclass(frozen=True, eq=False)
class Words:
    """v words of titles, as full text compares them, sorted; idf [v] = log(products / products
    whose title has the word). (Spärck Jones, 1972)"""

    words: tuple[str, ...]
    idf: Numbers

    @cached_property
    def code(self) -> Mapping[str, int]:
        """The place of each word."""
        return {word: at for at, word in enumerate(self.words)}

    def codes(self, title: str | None, language: str) -> list[int]:
        """The distinct words of a title that are known, by code."""
        spoken = tokens(title or "", language)[:LENGTH]
        return sorted({self.code[word] for word in spoken if word in self.code})

    def in_common(self, own: Codes, weights: Numbers, others: Codes) -> "InCommon":
        """Cosines of tf-idf of n titles `others` [n, w] with m titles `own` [m, w]; -1 is no word.

        A title counts each of its words once. weights [m] are those of `own`, the latest first.
        """
        given, asked = self._rows(own), self._rows(others)
        latest, history = np.zeros((2, len(self.words) + 1))
        if len(own):
            latest[own[0]] = given[0]
            np.add.at(history, own, given * (weights / weights.sum())[:, None])
        return InCommon((asked * latest[others]).sum(axis=1), (asked * history[others]).sum(axis=1))

    def _rows(self, codes: Codes) -> Numbers:
        """What each word of titles [n, w] weighs there [n, w]: unit length, 0 for no word."""
        idf = np.append(self.idf, 0.0)[codes]
        lengths = np.sqrt((idf**2).sum(axis=1, keepdims=True))
        return np.asarray(idf / np.where(lengths > 0, lengths, 1))


class InCommon(NamedTuple):
    """Of n titles: the cosine with the latest of the user's, and the weighted mean of the cosines
    with all of them, each [n]."""

    latest: Numbers
    history: Numbers


def telling(titles: Iterable[str | None], language: str) -> Words:
    """How telling the words of a shop's titles are; one that a single title has tells nothing."""
    seen: Counter[str] = Counter()
    products = 0
    for title in titles:
        seen.update(set(tokens(title or "", language)[:LENGTH]))
        products += 1
    shared = [(-n, word) for word, n in seen.items() if n > 1 and len(word) <= LETTERS]
    words = tuple(sorted(word for _, word in sorted(shared)[:MOST]))
    return Words(words, np.log(products / np.array([seen[word] for word in words], np.float64)))
