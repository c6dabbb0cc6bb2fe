"""Stable ids and clean text: the same name, however it is spelt, gives the same id."""

import html
import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[a-zA-Z][^<>]*>", re.DOTALL | re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ENTITY_LAYERS = 3
"""`&amp;amp;#39;` is as deep as exports of exports have been seen to go."""


def fold(text: str) -> str:
    """One form for all spellings of a name: NFKC, case-folded, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).casefold().split())


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
        if "&" not in text or (decoded := html.unescape(text)) == text:
            break
        text = decoded
    if tags and "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(_CONTROL.sub("", text).split())
