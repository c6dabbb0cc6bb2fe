"""The text that a product, brand or category is embedded by, and the hash that says it is stale."""

import hashlib
from collections.abc import Sequence

_BEGINNING = 200
_CATEGORIES = 3


def product_text(
    title: str | None,
    description: str | None = None,
    brand: str | None = None,
    categories: Sequence[str] = (),
) -> str:
    """What a product is embedded by: its title and the names of its own (deepest) categories.

    Without a title the description's beginning or the brand stands for it. "" where nothing is
    known. Chosen by measurement: DECISIONS.md, "What a product is embedded by".
    """
    known = (title, (description or "")[:_BEGINNING], brand)
    name = next((text.strip() for text in known if text and text.strip()), "")
    return ". ".join(part for part in (name, ", ".join(categories[:_CATEGORIES])) if part)


def brand_text(name: str) -> str:
    """What a brand is embedded by."""
    return name


def category_text(path: Sequence[str]) -> str:
    """What a category is embedded by: its names, root first."""
    return " > ".join(path)


def text_hash(text: str, revision: str) -> str:
    """32 hex digits of a text and the encoder's revision: when it differs, re-embed."""
    return hashlib.blake2b(f"{revision}\n{text}".encode(), digest_size=16).hexdigest()
