"""Write a person's words as a Lucene query in which nothing they typed is syntax."""

import re

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


def any_word(text: str) -> str:
    """A query for products or names with any of the words, best those with most. "" for none."""
    words = [word for word in text.split() if _WORD.search(word)]
    return escape(" ".join(words[:MAX_WORDS]))


def as_typed(text: str) -> str:
    """A query for codes and titles: the phrase, its words, the last as a prefix, one typo each."""
    words = _WORD.findall(text.casefold())[:MAX_WORDS]
    if not words:
        return ""
    phrase = [f'"{" ".join(words)}"^2'] if len(words) > 1 else []
    typos = [f"{word}~1^0.5" for word in words if len(word) >= MIN_TYPO and word.isalpha()]
    prefix = [f"{words[-1]}*^0.5"] if len(words[-1]) >= MIN_PREFIX else []
    return " ".join([*phrase, *words, *typos, *prefix])
