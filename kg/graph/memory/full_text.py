"""Full text as Lucene scores it: BM25 over each field of a document, summed over the fields."""

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.snapshot.types import Floats, Ints, Longs, starts

Tokenize = Callable[[str], list[str]]
Weighted = Mapping[str, float]

K1 = 1.2
B = 0.75


@dataclass(frozen=True, eq=False)
class Field:
    """An inverted index: term t is in `documents[start[t]:start[t + 1]]`, worth `score` there.

    `terms` gives the code of each term; the codes follow the order of the terms in `ordered`. A
    score is `rarity` [t] of the term times frequency / (frequency + `norm` [n] of the document).
    """

    terms: Mapping[str, int]
    ordered: Sequence[str]
    letters: frozenset[str]
    start: Longs
    documents: Ints
    score: Floats
    rarity: Floats
    norm: Floats
    texts: Sequence[Sequence[str]] = field(repr=False)

    def add_to(self, scores: Floats, term: str, weight: float = 1.0) -> None:
        """Add weight * BM25 of `term` to the scores [n] of the documents that have it."""
        code = self.terms.get(term)
        if code is not None:
            found = slice(self.start[code], self.start[code + 1])
            scores[self.documents[found]] += weight * self.score[found]

    def with_term(self, term: str) -> Ints:
        """The documents that have `term`."""
        code = self.terms.get(term)
        if code is None:
            return np.zeros(0, np.int32)
        return self.documents[self.start[code] : self.start[code + 1]]


def field_of(texts: Iterable[str | None], tokenize: Tokenize) -> Field:
    """Index the texts of n documents; one without text counts for nothing."""
    words = [tokenize(text) if text else [] for text in texts]
    ordered = sorted({word for said in words for word in said})
    terms = {term: code for code, term in enumerate(ordered)}
    flat = np.array([terms[word] for said in words for word in said], np.int64)
    lengths = np.array([len(ws) for ws in words], np.int64)
    document = np.repeat(np.arange(len(words)), lengths)
    pair, frequency = np.unique(flat * max(len(words), 1) + document, return_counts=True)
    term, document = np.divmod(pair, max(len(words), 1))
    start = starts(term, len(terms))
    rarity, norm = _rarity(np.diff(start), lengths), _norm(lengths)
    score = rarity[term] * frequency / (frequency + norm[document])
    letters = frozenset(letter for term in ordered for letter in term if letter.isalpha())
    documents = document.astype(np.int32)
    return Field(terms, ordered, letters, start, documents, score, rarity, norm, words)


def _rarity(holders: Longs, lengths: Longs) -> Floats:
    """What a term counts by how many documents [t] have it; lengths [n]."""
    documents = int((lengths > 0).sum())
    return np.asarray(np.log1p((documents - holders + 0.5) / (holders + 0.5)))


def _norm(lengths: Longs) -> Floats:
    """How often a term has to be in a document of each length [n] to count half."""
    mean = lengths.sum() / max(int((lengths > 0).sum()), 1)
    return np.asarray(K1 * (1 - B + B * _as_stored(lengths) / max(mean, 1e-9)))


def _as_stored(lengths: Longs) -> Longs:
    """Lucene keeps a length in one byte: exact to 24, beyond that its first four binary digits."""
    beyond = np.maximum(lengths - 24, 0)
    digits = np.frexp(beyond.astype(np.float64))[1]
    shift = np.maximum(digits - 4, 0)
    return np.where(lengths < 24, lengths, 24 + ((beyond >> shift) << shift))


def any_word(fields: Sequence[Field], words: Sequence[str], n: int) -> Floats:
    """Scores [n] of the documents for the words, each counted in every field."""
    scores = np.zeros(n, np.float64)
    for text in fields:
        for word in words:
            text.add_to(scores, word)
    return scores


def as_typed(fields: Sequence[Field], words: Sequence[str], n: int) -> Floats:
    """Scores [n] for words as typed: the phrase twice, words, half for a prefix or one typo.

    The same parts and weights as the query that kg.recommend.lucene.as_typed writes.
    """
    scores = any_word(fields, words, n)
    for text in fields:
        if len(words) > 1:
            _add_phrase(text, words, scores)
        for word in words:
            if len(word) >= 4 and word.isalpha():
                _add_typos(text, word, scores)
        if words and len(words[-1]) >= 3:
            _add_prefix(text, words[-1], scores)
    return scores


def _add_phrase(text: Field, words: Sequence[str], scores: Floats) -> None:
    holders: Ints = text.with_term(words[0])
    for word in words[1:]:
        holders = np.intersect1d(holders, text.with_term(word))
    n, wanted = len(words), list(words)
    for document in holders:
        said = text.texts[document]
        often = sum(list(said[i : i + n]) == wanted for i in range(len(said) - n + 1))
        rarity = sum(float(text.rarity[text.terms[word]]) for word in words)
        scores[document] += 2.0 * rarity * often / (often + float(text.norm[document]))


def _add_typos(text: Field, word: str, scores: Floats) -> None:
    for term in one_edit(word, text.letters) & text.terms.keys():
        text.add_to(scores, term, 0.5 * (1.0 - 1.0 / min(len(term), len(word))))
    text.add_to(scores, word, 0.5)


def _add_prefix(text: Field, prefix: str, scores: Floats) -> None:
    first = bisect_left(text.ordered, prefix)
    last = bisect_left(text.ordered, prefix + chr(sys.maxunicode))
    scores[np.unique(text.documents[text.start[first] : text.start[last]])] += 0.5


def one_edit(word: str, letters: Iterable[str]) -> set[str]:
    """What `word` becomes by one letter changed, added, dropped, or swapped with the next."""
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in halves if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in halves if b for letter in letters}
    added = {a + letter + b for a, b in halves for letter in letters}
    return (dropped | swapped | changed | added) - {word}


def best(scores: NDArray[np.floating], limit: int) -> Ints:
    """The codes of the `limit` highest scores above 0, ties by code."""
    hits = np.flatnonzero(scores > 0)
    if limit < len(hits):
        hits = (
            hits[scores[hits] >= np.partition(scores[hits], -limit)[-limit]] if limit else hits[:0]
        )
    return hits[np.lexsort((hits, -scores[hits]))][:limit].astype(np.int32)
