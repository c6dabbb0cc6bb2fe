"""`kgrec explain`: why a product is in a list, or why not."""

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options
from cli.options import filters, opened, weights
from cli.render import print_json
from cli.results import compared, drawn
from kg.money import typed

if TYPE_CHECKING:
    from kg.recommend.why import Change, Explanation


def explain(
    product: Annotated[str, typer.Option(help="The id of the product in question.")],
    user: options.User = None,
    query: Annotated[str | None, typer.Option(help="A search text.")] = None,
    k: options.Count = 10,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    include_bought: options.IncludeBought = False,
    weight: options.Weights = None,
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
        request = Request(
            user_id=user,
            query=query,
            k=k,
            filters=wanted,
            include_bought=include_bought,
            weights=weights({}, weight or []),
            diversity=diversity,
        )
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
        for line in compared(found.told):
            typer.echo(f"    {line}")
        for path in found.told.paths:
            typer.echo(f"    {drawn(path)}")


def _changes(found: "Explanation", currency: str | None) -> str:
    said = ", then ".join(words for each in found.changes for words in changed(each, currency))
    if found.admitted:
        return f"it would be {said}"
    return f"still not {said}" if said else "no change to the request lets it in"


def changed(change: "Change", currency: str | None) -> list[str]:
    """A change to a request in the words of the command line, an option each."""
    said = [
        words
        for name, value in change.get("filters", {}).items()
        for words in _filter(name, value, currency)
    ]
    said += [f"with --weight {name}={value:g}" for name, value in change.get("weights", {}).items()]
    said += [f"with rule {each} ended" for each in change.get("without", {}).get("rules", ())]
    return said + [words for name, value in change.items() for words in _plain(name, value)]


def _filter(name: str, value: Any, currency: str | None) -> list[str]:
    option = {"categories": "--category", "brands": "--brand", "in_stock": "--in-stock"}.get(
        name, f"--{name.removesuffix('_minor').replace('_', '-')}"
    )
    if not value and not (name.endswith("_minor") and value == 0):
        return [f"without {option}"]
    if isinstance(value, tuple):
        return [f"with {option} {quoted(each)}" for each in value]
    if name.endswith("_minor"):
        return [f"with {option} {typed(value, currency)}"]
    return [f"with {option}"]


def _plain(name: str, value: Any) -> list[str]:
    """A field of the request that is no part of another."""
    if name in ("filters", "weights", "without"):
        return []
    if name == "event":
        return [f"after a {value['type']} of it by the user"]
    if name == "k":
        return [f"with -k {value}"]
    option = f"--{name.replace('_', '-')}"
    if not value:
        return [f"without {option}"]
    return [f"with {option}" if value is True else f"with {option} {quoted(str(value))}"]


def quoted(text: str) -> str:
    """A word as a shell takes it, in the quotes that people would use."""
    if text == shlex.quote(text):
        return text
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'
