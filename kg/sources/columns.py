"""Which column of a file is which: canonical names, the other names shops use, and --map."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.errors import SourceError
from kg.sources.table import LINE, Table

Rows = Literal["products", "categories", "users", "events", "orders"]

_PRODUCT_ID = (
    "product_id parent_asin asin item_id sku product item article_id article stock_code"
    " product_code item_code article_no article_number product_sku gtin ean"
)
_USER_ID = (
    "user_id customer_id customer user client_id member_id reviewer_id visitor_id account_id"
    " uid buyer_id shopper_id customer_no customer_number client"
)
_TIME = (
    "at timestamp time date datetime event_time event_date unix_review_time purchased_at"
    " purchase_date ordered_at order_date invoice_date created_at ts"
)
_ORDER_ID = (
    "order_id order_no order_number invoice_no invoice invoice_id invoice_number receipt"
    " receipt_no receipt_id transaction_id basket_id"
)
_TITLE = "title name product_name product_title item_name article_name label"
_DESCRIPTION = "description product_description desc body text"
_PRICE = "price unit_price sale_price item_price list_price retail_price"
_CATEGORY_PATH = (
    "category_path category product_category category_name google_product_category"
    " product_type department"
)
_BRAND = "brand brand_name manufacturer vendor maker store"

NAMES: dict[Rows, dict[str, str]] = {
    "products": {
        "product_id": _PRODUCT_ID + " id code",
        "title": _TITLE,
        "description": _DESCRIPTION,
        "brand": _BRAND,
        "category_path": _CATEGORY_PATH,
        "categories": "categories category_names",
        "category_id": "category_id",
        "price": _PRICE,
        "price_minor": "price_minor price_cents",
        "currency": "currency currency_code price_currency",
        "in_stock": "in_stock available availability is_available stock inventory stock_quantity",
        "image_url": "image_url image img_url img image_link im_url image_urls picture thumbnail",
        "released_at": "released_at release_date released published_at available_from created_at",
    },
    "categories": {
        "path": "path category_path",
        "category_id": "category_id id category",
        "parent_id": "parent_id parent_category_id parent",
        "name": "name category_name title",
    },
    "users": {"user_id": _USER_ID + " id"},
    "events": {
        "user_id": _USER_ID,
        "product_id": _PRODUCT_ID,
        "type": "type event_type event action behavior behaviour interaction interaction_type",
        "at": _TIME,
        "position": "position pos sequence seq step order_index",
        "value": "value rating overall stars score",
        "order_id": _ORDER_ID,
        "event_id": "event_id",
        "quantity": "quantity qty",
    },
    "orders": {
        "order_id": _ORDER_ID + " order document_no",
        "product_id": _PRODUCT_ID + " code",
        "title": _TITLE + " description",
        "quantity": "quantity qty units pieces",
        "at": _TIME,
        "price": _PRICE,
        "user_id": _USER_ID,
        "currency": "currency currency_code",
        "brand": _BRAND,
        "category_path": _CATEGORY_PATH,
    },
}
"""Canonical column -> the names it goes by, best first; case, blanks and _ do not matter."""


@dataclass(frozen=True)
class Plan:
    """How a table is read: canonical column -> the table's, and the columns that are not used."""

    table: Table
    columns: Mapping[str, str]
    unused: tuple[str, ...]

    def without(self, name: str) -> "Plan":
        """The same with one canonical column less, if it had it."""
        if name not in self.columns:
            return self
        columns = {key: column for key, column in self.columns.items() if key != name}
        return Plan(self.table, columns, (*self.unused, self.columns[name]))

    def renamed(self, old: str, new: str) -> "Plan":
        """The same with a canonical column taken as another."""
        columns = {new if key == old else key: column for key, column in self.columns.items()}
        return Plan(self.table, columns, self.unused)

    def require(self, rows: Rows, *alternatives: str) -> None:
        """Raise SourceError unless one of these canonical columns is there."""
        if any(name in self.columns for name in alternatives):
            return
        known = ", ".join(NAMES[rows][alternatives[0]].split()[1:6])
        raise SourceError(
            f"{self.table.name} has no column {' or '.join(alternatives)}"
            f" (also called {known}), only {', '.join(self.table.columns[:20])};"
            f" name it with --map {alternatives[0]}=COLUMN"
        )


def squeezed(name: str) -> str:
    """A name without case, blanks and signs: `Customer ID` and `customer_id` are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def plan(rows: Rows, table: Table, mapping: Mapping[str, str]) -> Plan:
    """Find the columns of a table of these rows; `mapping` (canonical -> column) goes first."""
    columns = _mapped(rows, table, mapping)
    by_squeezed: dict[str, str] = {}
    for column in table.columns:
        by_squeezed.setdefault(squeezed(column), column)
    for name, others in NAMES[rows].items():
        names = (squeezed(other) for other in others.split())
        free = (by_squeezed[n] for n in names if n in by_squeezed)
        found = next((column for column in free if column not in columns.values()), None)
        if found is not None and name not in columns:
            columns[name] = found
    unused = tuple(column for column in table.columns if column not in columns.values())
    return Plan(table, columns, unused)


def _mapped(rows: Rows, table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    """What --map says of this table. `at=position` means an order, as the column's name does."""
    found: dict[str, str] = {}
    for name, column in mapping.items():
        if name in NAMES[rows] and (column in table.columns or column == LINE):
            order = name == "at" and squeezed(column) in _order_names(rows)
            found["position" if order else name] = column
    return found


def _order_names(rows: Rows) -> set[str]:
    names = NAMES[rows].get("position", "")
    return {squeezed(name) for name in names.split()} | ({LINE} if names else set())


def check_mapping(mapping: Mapping[str, str], tables: Iterable[tuple[Rows, Table]]) -> None:
    """Raise SourceError for a mapping that no table of the source can follow."""
    opened = list(tables)
    known = dict.fromkeys(name for rows, _ in opened for name in NAMES[rows])
    for name, column in mapping.items():
        if name not in known:
            raise SourceError(f"--map {name}={column}: {name} is none of {', '.join(known)}")
        candidates = [table for rows, table in opened if name in NAMES[rows]]
        if column != LINE and not any(column in table.columns for table in candidates):
            raise SourceError(f"--map {name}={column}: {_columns(candidates)}")


def _columns(tables: Sequence[Table]) -> str:
    return "; ".join(f"{table.name} has only {', '.join(table.columns[:20])}" for table in tables)
