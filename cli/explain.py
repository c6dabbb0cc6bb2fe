"""`kgrec explain`: why a product is in a list, or why not."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options
from cli.options import filters, opened
from cli.render import print_json
from cli.results import bars, drawn

if TYPE_CHECKING:
    from kg.recommend.why import Explanation


def explain(
    product: Annotated[str, typer.Option(help="The id of the product in question.")],
    user: Annotated[str | None, typer.Option(help="A user's id.")] = None,
    query: Annotated[str | None, typer.Option(help="A search text.")] = None,
    k: options.Count = 10,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    diversity: options.Diversity = 0.0,
    as_json: options.AsJson = False,
) -> None:
    """Say why a product is in the list for a user or a search text, or what keeps it out.

    For a product that is not there: the first gate that stopped it (the user has it, which filter
    refuses it, which rule hides or buries it, nothing leads to it, its place by score), and the
    changes to the request (the weight that has to change least, a filter as wide as need be or one
    of its category or brand, a longer list), rules to be ended or the event that is missing, which
    let it in and are tried.

        kgrec explain --user u00042 --product p00017

        kgrec explain --query "tent" --product p00017 --in-stock
    """
    from kg.recommend.as_json import explanation_as_json
    from kg.recommend.types import Request

    with opened() as recommender:
        wanted = filters(recommender, category, brand, min_price, max_price, in_stock)
        request = Request(user_id=user, query=query, k=k, filters=wanted, diversity=diversity)
        found = recommender.explain(request, product)
    if as_json:
        print_json(explanation_as_json(found))
    else:
        _show(found)


def _show(found: "Explanation") -> None:
    typer.echo(typer.style(f"{found.title}  {found.product_id}", bold=True))
    if found.gate is None:
        typer.echo(f"  in the list: number {found.place} by score of {found.candidates} candidates")
    else:
        typer.echo(f"  not in the list: {found.gate.text}")
        typer.echo(f"  {_changes(found)}")
    if found.told is not None:
        typer.echo(f"  {found.told.reason}")
        for line in bars(found.told):
            typer.echo(f"    {line}")
        for path in found.told.paths:
            typer.echo(f"    {drawn(path)}")


def _changes(found: "Explanation") -> str:
    said = ", then ".join(
        f"{name} {_value(value)}" for each in found.changes for name, value in each.items()
    )
    if found.admitted:
        return f"it would be with: {said}"
    return f"still not with: {said}" if said else "no change to the request lets it in"


def _value(value: Any) -> str:
    if not isinstance(value, dict):
        return "nothing" if value is None else str(value)
    if "rules" in value:
        return "rule " + ", ".join(value["rules"])
    return ", ".join(
        f"{name} {_listed(each)}" if each else f"without {name}" for name, each in value.items()
    )


def _listed(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
