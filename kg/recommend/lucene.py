"""Write a person's words as a Lucene query in which nothing they typed is syntax."""

import re

from kg.language import tokens

_WORD = re.compile(r"[^\W_]+")
_SYNTAX = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/<>=])')
_OPERATORS = re.compile(r"\b(AND|OR|NOT|TO)\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\s]+")

MIN_PREFIX = 3
MIN_TYPO = 4
MAX_WORDS = 64
"""A person's search is shorter; each word costs the server a look-up."""


def escape(text: str) -> str:
    """`text` with every character and word that means something to Lucene made plain."""
    plain = _SYNTAX.sub(r"\\\1", _CONTROL.sub(" ", text).strip())
    return _OPERATORS.sub(lambda operator: operator[0].lower(), plain)


def for_any_word(text: str) -> dict[str, str]:
    """What both engines take to find products or names by any of the words: `any_word` of them as
    `lucene`, and the same words as `plain`."""
    return {"lucene": any_word(text), "plain": " ".join(_any_words(text))}


def for_titles(text: str) -> dict[str, str]:
    """What both engines take to find codes and titles: `as_typed` of the words as `lucene`, and
    the same words as `plain`."""
    return {"lucene": as_typed(text), "plain": " ".join(_typed_words(text))}


def any_word(text: str) -> str:
    """A query for products or names with any of the words, best those with most. "" for none."""
    return escape(" ".join(_any_words(text)))


def _any_words(text: str) -> list[str]:
    return [word for word in text.split() if _WORD.search(word)][:MAX_WORDS]


def _typed_words(text: str) -> list[str]:
    return tokens(text, stem=False)[:MAX_WORDS]


def as_typed(text: str) -> str:
    """A query for codes and titles: the phrase, its words, the last as a prefix, one typo each."""
    words = _typed_words(text)
    if not words:
        return ""
    plain = [_SYNTAX.sub(r"\\\1", word) for word in words]
    phrase = [f'"{" ".join(plain)}"^2'] if len(words) > 1 else []
    typos = [f"{word}~1^0.5" for word in words if len(word) >= MIN_TYPO and word.isalpha()]
    prefix = [f"{plain[-1]}*^0.5"] if len(words[-1]) >= MIN_PREFIX else []
    return " ".join([*phrase, *plain, *typos, *prefix])
