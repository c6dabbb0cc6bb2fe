"""The text that a product, brand or category is embedded by, and the hash that says it is stale."""

import hashlib
from collections.abc import Sequence


def product_text(
    title: str | None, brand: str | None = None, categories: Sequence[Sequence[str]] = ()
) -> str:
    """What a product is embedded by; `categories` are paths of names, root first. May be empty."""
    del brand, categories
    return (title or "").strip()


def brand_text(name: str) -> str:
    """What a brand is embedded by."""
    return name


def category_text(path: Sequence[str]) -> str:
    """What a category is embedded by: its names, root first."""
    return " > ".join(path)


def text_hash(text: str, revision: str) -> str:
    """32 hex digits of a text and the encoder's revision: when it differs, re-embed."""
    return hashlib.blake2b(f"{revision}\n{text}".encode(), digest_size=16).hexdigest()
