"""`kgrec demo`: a made-up shop from files to recommendations, before and after training."""

from typing import TYPE_CHECKING

import typer

from cli.options import Quiet
from cli.render import progress_shown, say

if TYPE_CHECKING:
    from kg.build import BuildSummary
    from kg.graph.neo4j import Neo4jGraph
    from kg.progress import Progress
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Recommendation, Request

PRODUCTS, USERS, SEED = 2000, 3000, 7
USER = "u00042"
QUERY = "red lipstick under $10 not by Acme"
BOTH = "something warm for winter"
SHOWN, RANKED = 5, 50
"""How much of the trained list is shown, and of the list before training is compared with."""


def demo(quiet: Quiet = False) -> None:
    """Build the sample shop's graph, recommend from it, train, and recommend again: the main job
    in one command.

    The shop has 2,000 made-up products and 3,000 users (`kgrec sample-shop` writes it). Its graph
    goes into the local Neo4j, or the one that NEO4J_URI names, which has to be empty or hold this
    shop already. The first time, downloads, embeddings and training take minutes; the next time
    nothing is downloaded, embedded or trained again.
    """
    from cli.build_graph import show_summary
    from kg.graph.open import open_graph
    from kg.recommend.recommender import Recommender

    with progress_shown(quiet) as progress:
        graph = open_graph(say, progress)
        summary = _build(graph, progress)
    show_summary(summary)
    with graph:
        recommender = Recommender(graph)
        for title, command, request in _questions():
            _heading(title, command)
            _answer(recommender, request)
        _heading("After training", "kgrec train")
        with progress_shown(quiet) as progress:
            _train(graph, recommender, summary, progress)
        _show_changes(recommender)
    _what_next()


def _build(graph: "Neo4jGraph", progress: "Progress") -> "BuildSummary":
    from kg.build import BuildOptions, build_graph
    from kg.catalog import SourceOptions
    from kg.connection import home
    from kg.private import close_to_others, private_folder
    from kg.sources import open_source
    from kg.sources.sample_shop import sample_shop

    folder = private_folder(home() / "sample-shop")
    sample_shop(folder, PRODUCTS, USERS, SEED, progress, force=True)  # the folder is kgrec's own
    close_to_others(folder)
    source = open_source(folder, SourceOptions(rejects=folder / "rejects.csv"))
    return build_graph(graph, source, BuildOptions(), progress)


def _questions() -> list[tuple[str, str, "Request"]]:
    from kg.recommend.types import Request

    return [
        (
            "For a user",
            f"kgrec recommend --user {USER} --recipe paper -k 3",
            Request(user_id=USER, recipe="paper", k=3),
        ),
        (
            "For a search text",
            f'kgrec recommend --query "{QUERY}" -k 3',
            Request(query=QUERY, k=3),
        ),
        (
            "For both together",
            f'kgrec recommend --user {USER} --query "{BOTH}" -k 3',
            Request(user_id=USER, query=BOTH, k=3),
        ),
    ]


def _heading(title: str, command: str) -> None:
    typer.echo(f"\n{typer.style(title, bold=True)}\n  {command}\n")


def _answer(recommender: "Recommender", request: "Request") -> None:
    from cli.results import drawn, show

    result = recommender.recommend(request)
    show(result)
    for each in result.results:
        typer.echo(f"     path {each.rank}: {drawn(each.paths[0])}")


def _train(
    graph: "Neo4jGraph", recommender: "Recommender", built: "BuildSummary", progress: "Progress"
) -> None:
    """Train as `kgrec train` does, unless a model of this very graph is served."""
    from cli.train import show_summary
    from gnn.train import train
    from kg.connection import home

    if built.unchanged and recommender.meta().model_revision is not None:
        say("the model is up to date")
        return
    training, past = home() / "training", home() / "past"
    summary = train(graph, progress=progress, checkpoints=training, say=say, past=past)
    show_summary(summary)


def _show_changes(recommender: "Recommender") -> None:
    """The user's list by `learned`, with each product's rank by `paper`, and what left the list."""
    from kg.recommend.types import Request

    def listed(recipe: str) -> "tuple[Recommendation, ...]":
        return recommender.recommend(Request(user_id=USER, recipe=recipe, k=RANKED)).results

    before, after = listed("paper"), listed("learned")
    ranks = {each.product_id: each.rank for each in before}
    typer.echo(f"\n  kgrec recommend --user {USER} -k {SHOWN}\n")
    for each in after[:SHOWN]:
        typer.echo(f"{each.rank:>3}  {typer.style(each.title, bold=True)}  {_moved(each, ranks)}")
        gave = each.contributions.get("gnn", 0.0)
        typer.echo(f"     {each.product_id}  the network gives {gave:+.2f} of its {each.score:.2f}")
    now = {each.product_id: each.rank for each in after}
    for each in before[:SHOWN]:
        if now.get(each.product_id, RANKED) > SHOWN:
            typer.echo(f"  -  {each.title}  was {each.rank}, {_now(each, now)}")


def _moved(each: "Recommendation", before: dict[str, int]) -> str:
    rank = before.get(each.product_id)
    if rank is None:
        return f"was not among the first {RANKED}"
    return "stays" if rank == each.rank else f"was {rank}"


def _now(each: "Recommendation", after: dict[str, int]) -> str:
    rank = after.get(each.product_id)
    return f"not among the first {RANKED} now" if rank is None else f"now {rank}"


def _what_next() -> None:
    typer.echo(
        "\nkgrec recommend --explain shows what puts each before the next; kgrec db browser how to"
        "\nlook around in Neo4j Browser; kgrec build-graph SOURCE builds the graph of your own shop"
        "\n(in a graph of its own: set KGREC_HOME, or empty this one with kgrec db reset)."
    )
