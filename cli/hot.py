"""`kgrec hot`: what most people want at the moment."""

from cli import options
from cli.options import filters, opened
from cli.results import show


def hot(
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
    """Show what is most wanted of late, in the shop or in a category.

    A purchase, a like or a good rating counts half after 90 days; where events have no times, all
    count alike. The same as `kgrec recommend --recipe hot`.

    **Example**

        kgrec hot --category "Hair Care > Shampoos"
    """
    from kg.recommend.types import Request

    with opened() as recommender:
        wanted = filters(recommender, category, brand, min_price, max_price, in_stock)
        request = Request(
            k=k,
            filters=wanted,
            recipe="hot",
            diversity=diversity,
            explain=explain or as_json,
        )
        show(recommender.recommend(request), explain, as_json)
