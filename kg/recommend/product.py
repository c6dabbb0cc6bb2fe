"""One product as it is shown, and the ids that are close to one that is not there."""

from dataclasses import dataclass

from kg.errors import NotFound
from kg.graph import Graph, Row
from kg.recommend.closest import closest_products
from kg.recommend.types import Named


@dataclass(frozen=True)
class Product:
    """A product of the catalogue: its brand, its own categories, price in `currency`.

    It has all that a row may set, so that whoever knows it knows what was written since.
    """

    product_id: str
    title: str
    description: str | None
    brand: Named | None
    categories: tuple[Named, ...]
    price_minor: int | None
    currency: str | None
    in_stock: bool
    image_url: str | None
    released_at: int | None


def product_of(graph: Graph, product_id: str, currency: str | None) -> Product:
    """The product with this id. Raises NotFound, which names no ids that are close."""
    rows, details = graph.read_all(
        [
            ("resolve/products", {"ids": [product_id]}),
            ("resolve/details", {"product_id": product_id}),
        ]
    )
    if not (rows and details):
        raise NotFound(no_product(product_id))
    return _product(rows[0] | details[0], currency)


def _product(row: Row, currency: str | None) -> Product:
    categories = zip(row["category_ids"], row["category_names"], strict=True)
    return Product(
        product_id=row["product_id"],
        title=row["title"] or row["product_id"],
        description=row["description"],
        brand=Named("Brand", row["brand_id"], row["brand"]) if row["brand_id"] else None,
        categories=tuple(Named("Category", id_, name) for id_, name in categories),
        price_minor=row["price_minor"],
        currency=currency,
        in_stock=row["in_stock"],
        image_url=row["image_url"],
        released_at=row["released_at"],
    )


def unknown(graph: Graph, product_id: str) -> NotFound:
    """The error to raise for a product that is not there, with the ids that are close: they take
    some hundred times as long to find as the product."""
    ids = ", ".join(closest_products(graph, product_id))
    close = f"; the closest are {ids}" if ids else ""
    return NotFound(no_product(product_id) + close)


def no_product(product_id: str) -> str:
    """What is said of a product that is not there."""
    return f"no product {product_id!r} in the graph"
