"""`kgrec recommend`: products for a user, a search text, a product, or several of these."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options
from cli.options import filters, moment, opened
from cli.render import print_json, progress_shown
from cli.results import show
from kg.errors import OptionError

if TYPE_CHECKING:
    from kg.recommend.batch import Batch
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Request


def recommend(
    user: options.User = None,
    query: Annotated[
        str | None,
        typer.Option(help="A search text; price limits, brands, categories and 'not' count."),
    ] = None,
    product: Annotated[
        str | None,
        typer.Option(callback=options.given_id, help="A product's id: what goes with it."),
    ] = None,
    k: options.Count = 10,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="paper|learned|content|design|similar|hot",
            help="What makes the scores.  [default: learned for a user alone where kgrec train has"
            " learned it and no weight is given, hot for whom nothing is known of, else paper]",
        ),
    ] = None,
    alpha: Annotated[
        float | None,
        typer.Option(
            help="Weight of the term relevance: to the text.  [default: the recipe's; paper: 1.2]"
        ),
    ] = None,
    beta: Annotated[
        float | None,
        typer.Option(help="Weight of hot: likeness to what is.  [default: as above; paper: 0.03]"),
    ] = None,
    gamma: Annotated[
        float | None,
        typer.Option(
            help="Weight of entity: the entities meant.  [default: as above; paper: 0.05]"
        ),
    ] = None,
    weight: options.Weights = None,
    category: options.Categories = None,
    brand: options.Brands = None,
    min_price: options.MinPrice = None,
    max_price: options.MaxPrice = None,
    in_stock: options.InStock = False,
    include_bought: options.IncludeBought = False,
    diversity: options.Diversity = 0.0,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help=f"As it was before this moment: {options.MOMENT}, or a position where events have"
            " no times. With --engine memory, or on a graph that was built with --until.",
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
        Path | None,
        typer.Option(
            callback=options.given_file, help="Where those lists go, csv or parquet by the ending."
        ),
    ] = None,
    engine: options.Engine = "neo4j",
    quiet: options.Quiet = False,
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
    `--explain` shows what each product has over the next one of its list, `--json` all of them.
    `--weight` knows more, which weigh nothing in any recipe of their own
    accord: next_last, before, together_plain, similar_last, words, words_last, history, age, place,
    gnn.

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

    _check_files(user, query, users, queries, output)
    with opened(engine) as recommender:
        request = Request(
            user_id=user,
            query=query,
            product_id=product,
            k=k,
            filters=filters(recommender, category, brand, min_price, max_price, in_stock),
            include_bought=include_bought,
            recipe=recipe,
            weights=options.weights({"alpha": alpha, "beta": beta, "gamma": gamma}, weight or []),
            diversity=diversity,
            until=moment(recommender, until),
            explain=explain or as_json,
        )
        if users or queries:
            _many(recommender, request, users, queries, output, quiet, as_json)
        else:
            show(recommender.recommend(request), explain, as_json)


def _check_files(
    user: str | None,
    query: str | None,
    users: Path | None,
    queries: Path | None,
    output: Path | None,
) -> None:
    """Refuse files that do not go together, or with what else is asked for."""
    if users and queries:
        raise OptionError("give --users or --queries, not both")
    if (users or queries) and not output:
        raise OptionError("--users and --queries need --output: where the lists go")
    if output and not (users or queries):
        raise OptionError("--output is for many lists: give --users or --queries as well")
    if users and user is not None:
        raise OptionError("--users names the users: leave out --user")
    if queries and query is not None:
        raise OptionError("--queries names the search texts: leave out --query")


def _many(
    recommender: "Recommender",
    request: "Request",
    users: Path | None,
    queries: Path | None,
    output: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    from kg.recommend.batch import recommend_file

    batch = _batch(request, users, queries, output)
    with progress_shown(as_json or quiet) as progress:
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
        raise ValueError("a batch needs a source and an output")
    return Batch("user_id" if users else "query_id", source, output, request)
