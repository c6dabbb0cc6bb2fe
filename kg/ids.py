"""Stable ids and clean text: the same name, however it is spelt, gives the same id."""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:!--|(?P<name>script|style)\b)", re.IGNORECASE)
_ENDS = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
"""Where comments, scripts and styles end."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ENTITY_LAYERS = 3
"""`&amp;amp;#39;` is as deep as exports of exports have been seen to go."""
_ZEROS = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER = re.compile(r"&#[1-9][0-9]{7,};?")
"""Python reads no number of more than 4,300 digits; no character has one of eight."""
LONG, MARKS = 500, 30
"""From so many characters on no more than so many accents in a row are kept."""


def fold(text: str) -> str:
    """One form for all spellings of a name: NFKC, case-folded, single spaces."""
    folded = normalized("NFKC", text).casefold()
    return " ".join(normalized("NFKC", folded).casefold().split())


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """A form of Unicode (NFKC, ...) of a text. Accents in a row are sorted, which takes the square
    of their number: of a heap of them in a long text MARKS are kept, as UAX 15 proposes.
    """
    if len(text) > LONG and not text.isascii():
        row, kept = 0, []
        for character in text:
            row = row + 1 if _is_mark(character) else 0
            if row <= MARKS:
                kept.append(character)
        text = "".join(kept)
    return unicodedata.normalize(form, text)


@lru_cache(maxsize=10_000)
def _is_mark(character: str) -> bool:
    """Does it become an accent?"""
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0


def category_id(segments: Sequence[str]) -> str:
    """The id of a category: its whole path, root first. Raises ValueError for an empty path."""
    folded = [fold(segment) for segment in segments]
    if not folded or not all(folded):
        raise ValueError(f"a category path needs names that are not blank, got {list(segments)!r}")
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in folded)


def brand_id(name: str) -> str:
    """The id of a brand. Raises ValueError for a blank name."""
    return category_id((name,))


def event_key(user: str, type: str, product: str, at: int, order_id: str | None) -> str:  # noqa: A002
    """What tells one event from another: each part after its length, so that none can run over."""
    parts = (user, type, product, str(at), order_id)
    return "".join("-" if part is None else f"{len(part.encode())}:{part}" for part in parts)


def key_hash(key: str) -> str:
    """32 hexadecimal digits (BLAKE2b of 16 bytes): the same on every machine and version."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def event_id(user: str, type: str, product: str, at: int, order_id: str | None) -> str:  # noqa: A002
    """The id of an event whose source gives none: identical rows are one event."""
    return key_hash(event_key(user, type, product, at, order_id))


def clean_text(text: str, tags: bool = False) -> str:
    """Text as people read it: HTML entities decoded, control characters dropped, single spaces.

    With `tags`, HTML tags are dropped too (descriptions); a bare `<` stays.
    """
    for _ in range(_ENTITY_LAYERS):
        if "&" not in text or (decoded := _unescaped(text)) == text:
            break
        text = decoded
    if tags and "<" in text:
        text = _without_tags(text)
    return " ".join(_CONTROL.sub("", text).split())


def _unescaped(text: str) -> str:
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", _ZEROS.sub("&#", text))
    return html.unescape(text)


def _without_tags(text: str) -> str:
    """A text without comments, scripts, styles and tags. What begins and does not end stays; that
    one has no end is found once and not for each that begins.
    """
    parts, at, endless = [], 0, set()
    for block in _BLOCK.finditer(text):
        kind = (block["name"] or "").casefold()
        if block.start() < at or kind in endless:
            continue
        end = _ENDS[kind].search(text, block.end())
        if end is None:
            endless.add(kind)
        else:
            parts.append(text[at : block.start()])
            at = end.end()
    parts.append(text[at:])
    return " ".join(_TAG.sub(" ", part) for part in parts)
