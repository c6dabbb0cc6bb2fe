"""Rows of Amazon's dumps, of 2018 and of 2023, under canonical names.

`also_buy`, `also_view` and `bought_together` were crawled after the purchases: never read.
"""

import re
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]

PRODUCT_KEYS = (
    *("asin", "parent_asin", "title", "description", "brand", "store", "category", "categories"),
    *("price", "imageURL", "imageURLHighRes", "images", "date", "details", "feature"),
)
REVIEW_KEYS = (
    *("reviewerID", "user_id", "asin", "parent_asin", "unixReviewTime", "timestamp"),
    *("overall", "rating", "verified", "verified_purchase"),
)
TEXT_KEYS = ("summary", "title", "reviewText", "text")

_LONGEST_NAME = 60
_SENTENCE = re.compile(r"[<>{}]|\.$")


def product_row(row: Row) -> Row:
    """A product of either dump; a description may be a list, a brand the store's name."""
    details = row.get("details")
    known = details if isinstance(details, dict) else {}
    return {
        "product_id": row.get("parent_asin") or row.get("asin"),
        "title": row.get("title"),
        "description": row.get("description"),
        "brand": row.get("brand") or known.get("Brand") or row.get("store"),
        "category_path": list(_category_names(row)),
        "price": _price(row.get("price")),
        "image_url": _image(row),
        "released_at": row.get("date") or known.get("Date First Available"),
    }


def _category_names(row: Row) -> Iterator[str]:
    """The names of the path, up to where the dump runs on into features and markup."""
    names = row.get("category") or row.get("categories")
    features = row.get("feature")
    listed = set(map(str, features)) if isinstance(features, list) else set()
    for name in names if isinstance(names, list) else ():
        text = str(name).strip()
        if text in listed or _SENTENCE.search(text) or len(text) > _LONGEST_NAME:
            return
        yield text


def _price(price: Any) -> Any:
    """The lowest of a range: `$10.00 - $25.00`, `from 14.99`; a dash is no price."""
    if not isinstance(price, str):
        return price
    lowest = price.split(" - ")[0].strip()
    return lowest.removeprefix("from ").strip("—– ") or None


def _image(row: Row) -> Any:
    images = row.get("imageURLHighRes") or row.get("imageURL") or row.get("images")
    first = images[0] if isinstance(images, list) and images else None
    if isinstance(first, dict):
        return first.get("hi_res") or first.get("large") or first.get("thumb")
    return first


def review_row(row: Row) -> Row:
    """A review of either dump. `verified` says that the reviewer bought the product there."""
    return {
        "user_id": row.get("reviewerID") or row.get("user_id"),
        "product_id": row.get("parent_asin") or row.get("asin"),
        "at": row.get("unixReviewTime", row.get("timestamp")),
        "value": row.get("overall", row.get("rating")),
        "verified": bool(row.get("verified") or row.get("verified_purchase")),
        "review_title": row.get("summary", row.get("title")),
        "review_text": row.get("reviewText", row.get("text")),
    }
