"""`kgrec similar`: products that can stand in for one, or go with it."""

from typing import Annotated

import typer

from cli import options
from cli.options import filters, opened
from cli.results import show


def similar(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="A product's id.")],
    k: options.Count = 10,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    diversity: options.Diversity = 0.0,
    explain: options.Explain = False,
    as_json: options.AsJson = False,
) -> None:
    """Show products like PRODUCT: close in text, bought by the same people, of its kind.

    The same as `kgrec recommend --product PRODUCT --recipe similar`.

    **Example**

        kgrec similar B0009P4PZC --in-stock
    """
    from kg.recommend.types import Request

    with opened() as recommender:
        wanted = filters(recommender, category, brand, min_price, max_price, in_stock)
        request = Request(
            product_id=product,
            k=k,
            filters=wanted,
            recipe="similar",
            diversity=diversity,
            explain=explain or as_json,
        )
        show(recommender.recommend(request), explain, as_json)
