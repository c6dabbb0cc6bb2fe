"""`kgrec what-if`: a list with and without something, side by side."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli import options
from cli.options import filters, opened
from cli.render import print_json

if TYPE_CHECKING:
    from kg.recommend.what_if import Move, WhatIf

TITLE = 38
"""Characters of a title in a column."""


def what_if(
    user: options.User = None,
    query: Annotated[str | None, typer.Option(help="A search text.")] = None,
    without_purchase: Annotated[
        list[str] | None,
        typer.Option(metavar="PRODUCT", help="As if the user had never met this product."),
    ] = None,
    without_brand: Annotated[
        list[str] | None, typer.Option(metavar="BRAND", help="As if nothing led through it.")
    ] = None,
    without_category: Annotated[
        list[str] | None,
        typer.Option(metavar="CATEGORY", help="The same, with all categories below it."),
    ] = None,
    without_rule: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="As if it were ended.")
    ] = None,
    k: options.Count = 10,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    diversity: options.Diversity = 0.0,
    engine: options.Engine = "neo4j",
    as_json: options.AsJson = False,
) -> None:
    """Show a list as it is beside the list as it would be without a purchase, brand, category or
    rule. What is left out is not deleted.

        kgrec what-if --user u00042 --without-purchase p00017

        kgrec what-if --query tent --without-brand Acme --without-rule spring
    """
    from kg.recommend.as_json import what_if_as_json
    from kg.recommend.types import Request, Without

    without = Without(
        purchases=tuple(without_purchase or ()),
        brands=tuple(without_brand or ()),
        categories=tuple(without_category or ()),
        rules=tuple(without_rule or ()),
    )
    with opened(engine) as recommender:
        wanted = filters(recommender, category, brand, min_price, max_price, in_stock)
        request = Request(user_id=user, query=query, k=k, filters=wanted, diversity=diversity)
        found = recommender.what_if(request, without)
    if as_json:
        print_json(what_if_as_json(found))
    else:
        _show(found)


def _show(found: "WhatIf") -> None:
    before, after = found.before.results, found.after.results
    typer.echo(typer.style(f"     {'before':<{TITLE}}  after", bold=True))
    for place in range(max(len(before), len(after))):
        left = before[place].title if place < len(before) else ""
        right = after[place].title if place < len(after) else ""
        typer.echo(f"{place + 1:>3}  {_short(left):<{TITLE}}  {_short(right)}".rstrip())
    for move in found.moves:
        typer.echo(f"  {_short(move.title)}: {_moved(move)}")
    if not found.moves:
        typer.echo("  nothing changes")


def _short(title: str) -> str:
    return title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip(' ,')}…"


def _moved(move: "Move") -> str:
    if move.before is None:
        return f"comes in as {move.after}"
    return "goes" if move.after is None else f"{move.before} → {move.after}"
