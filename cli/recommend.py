"""`kgrec recommend`: products for a user, a search text, a product, or several of these."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options
from cli.options import filters, moment, opened
from cli.render import print_json, progress_bars
from cli.results import show
from kg.errors import OptionError

if TYPE_CHECKING:
    from kg.recommend.batch import Batch
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Request


def recommend(
    user: Annotated[str | None, typer.Option(help="A user's id.")] = None,
    query: Annotated[
        str | None,
        typer.Option(help="A search text; price limits, brands, categories and 'not' count."),
    ] = None,
    product: Annotated[str | None, typer.Option(help="A product's id: what goes with it.")] = None,
    k: options.Count = 10,
    recipe: Annotated[
        str | None, typer.Option(help="paper, learned, content, similar or hot.")
    ] = None,
    alpha: Annotated[float | None, typer.Option(help="Weight of relevance to the text.")] = None,
    beta: Annotated[float | None, typer.Option(help="Weight of what is hot.")] = None,
    gamma: Annotated[float | None, typer.Option(help="Weight of the entities meant.")] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="TERM=NUMBER", help="Weight of any term, as in next=0.5."),
    ] = None,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    include_bought: Annotated[
        bool,
        typer.Option(
            "--include-bought/--exclude-bought",
            help="Recommend what the user has already bought or rated too.",
        ),
    ] = False,
    diversity: options.Diversity = 0.0,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="As it was before this: a date, seconds since 1970, or a position where events"
            " have no times. With --engine memory; Neo4j has to be built as it was then.",
        ),
    ] = None,
    explain: options.Explain = False,
    users: Annotated[
        Path | None,
        typer.Option(help="A csv or parquet file with a column user_id: a list for each."),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(help="The same for columns query_id and query."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where those lists go, csv or parquet by the ending.")
    ] = None,
    engine: options.Engine = "neo4j",
    as_json: options.AsJson = False,
) -> None:
    """Recommend products, each with the path in the graph that led to it.

    For a user, by what they bought, liked, rated and looked at; for a search text; for a product;
    or for several of these together. Without any of them: what is popular.

    A search text may name brands and categories of the graph, price limits and what it is not to
    be: "red lipstick under $10 not by Acme". Filters hold for every product, and the list is
    filled up to k with what is popular among those that pass them.

    **Scores** are sums: each of the terms relevance, hot, entity, lexical, next, together, similar,
    brand, category, price, popularity gives its weight times a softmax over the candidates.
    `--explain` shows them.

    **Many at once**: `--users` or `--queries`, with `--output`. The lists have the columns user_id
    (or query_id), rank, product_id, score, reason, sponsored. A run that was interrupted goes on
    where it stopped when the same command is given again.

    **Examples**

        kgrec recommend --user u42

        kgrec recommend --query "red lipstick under $10 not by Acme" --explain

        kgrec recommend --user u42 --query "running shoes" --in-stock --diversity 0.5

        kgrec recommend --users users.csv --output lists.parquet
    """
    from kg.recommend.types import Request

    with opened(engine) as recommender:
        if user == "":
            raise OptionError("--user takes the id of a user, and got none")
        request = Request(
            user_id=user,
            query=query,
            product_id=product,
            k=k,
            filters=filters(recommender, category, brand, min_price, max_price, in_stock),
            include_bought=include_bought,
            recipe=recipe,
            weights=_weights({"alpha": alpha, "beta": beta, "gamma": gamma}, weight or []),
            diversity=diversity,
            until=moment(recommender, until),
            explain=explain or as_json,
        )
        if users and user:
            raise OptionError("--users has the users: leave out --user")
        if users or queries:
            _many(recommender, request, users, queries, output, as_json)
        else:
            show(recommender.recommend(request), explain, as_json)


def _weights(letters: Mapping[str, float | None], given: Sequence[str]) -> dict[str, float]:
    """The weights that replace the recipe's: --alpha 0.5, --weight next=2."""
    weights = {name: value for name, value in letters.items() if value is not None}
    for each in given:
        name, _, number = each.partition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError as error:
            raise OptionError(f"--weight takes TERM=NUMBER as in next=0.5, not {each!r}") from error
    return weights


def _many(
    recommender: "Recommender",
    request: "Request",
    users: Path | None,
    queries: Path | None,
    output: Path | None,
    as_json: bool,
) -> None:
    from kg.recommend.batch import recommend_file

    batch = _batch(request, users, queries, output)
    with progress_bars(quiet=as_json) as progress:
        lists = recommend_file(recommender, batch, progress)
    if as_json:
        print_json({"lists": lists, "output": str(output)})
    else:
        typer.echo(f"{lists:,} lists in {output}")


def _batch(
    request: "Request", users: Path | None, queries: Path | None, output: Path | None
) -> "Batch":
    from kg.recommend.batch import Batch

    source = users or queries
    if source is None or output is None:
        raise OptionError("--users and --queries need --output: where the lists go")
    if users and queries:
        raise OptionError("give --users or --queries, not both")
    return Batch("user_id" if users else "query_id", source, output, request)
