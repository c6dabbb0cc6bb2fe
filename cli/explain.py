"""`kgrec explain`: why a product is in a list, or why not."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options
from cli.options import filters, opened
from cli.render import print_json
from cli.results import bars, drawn
from kg.money import decimals

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
        currency = recommender.meta().currency
    if as_json:
        print_json(explanation_as_json(found))
    else:
        _show(found, currency)


def _show(found: "Explanation", currency: str | None) -> None:
    typer.echo(typer.style(f"{found.title}  {found.product_id}", bold=True))
    if found.gate is None:
        typer.echo(f"  in the list: number {found.place} by score of {found.candidates} candidates")
    else:
        typer.echo(f"  not in the list: {found.gate.text}")
        typer.echo(f"  {_changes(found, currency)}")
    if found.told is not None:
        typer.echo(f"  {found.told.reason}")
        for line in bars(found.told):
            typer.echo(f"    {line}")
        for path in found.told.paths:
            typer.echo(f"    {drawn(path)}")


def _changes(found: "Explanation", currency: str | None) -> str:
    said = ", then ".join(each for change in found.changes for each in in_options(change, currency))
    if found.admitted:
        return f"it would be with: {said}"
    return f"still not with: {said}" if said else "no change to the request lets it in"


def in_options(change: Mapping[str, Any], currency: str | None) -> Iterator[str]:
    """A change to a request as the options of this command and of `kgrec recommend` say it."""
    for name, value in change.items():
        match name, value:
            case "filters", dict():
                yield from (_filter(option, each, currency) for option, each in value.items())
            case "weights", dict():
                yield from (f"--weight {term}={weight:g}" for term, weight in value.items())
            case "without", dict():
                yield "without rule " + ", ".join(value["rules"])
            case "event", _:
                yield "a view of it by the user"
            case "include_bought", _:
                yield "--include-bought"
            case "k", _:
                yield f"-k {value}"
            case _, None:
                yield f"without --{name}"
            case _, str():
                yield f'--{name} "{value}"'
            case _:
                yield f"--{name} {value:g}"


_OPTIONS = {
    "categories": "--category",
    "brands": "--brand",
    "min_price_minor": "--min-price",
    "max_price_minor": "--max-price",
    "in_stock": "--in-stock",
}
"""Filters of a request -> the option that sets them."""


def _filter(name: str, value: Any, currency: str | None) -> str:
    """A filter that is set to a value; without one it is taken away."""
    option = _OPTIONS[name]
    if not value:
        return f"without {option}"
    if isinstance(value, tuple):
        return " ".join(f'{option} "{each}"' for each in value)
    return f"{option} {Decimal(value).scaleb(-decimals(currency))}"
