"""`kgrec demo`: a made-up shop from files to recommendations, and how to look around in it."""

from typing import TYPE_CHECKING

import typer

from cli.render import progress_bars, say

if TYPE_CHECKING:
    from kg.build import BuildSummary
    from kg.graph.neo4j import Neo4jGraph
    from kg.progress import Progress
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Request

PRODUCTS, USERS, SEED = 2000, 3000, 7
USER = "u00042"
QUERY = "red lipstick under $10 not by Acme"
BOTH = "something warm for winter"


def demo() -> None:
    """Build the sample shop's graph and recommend from it: the main job in one command.

    The shop has 2,000 made-up products and 3,000 users (`kgrec sample-shop` writes it). Its graph
    goes into the local Neo4j, or the one that NEO4J_URI names, which has to be empty or hold this
    shop already. The first time, downloads and embeddings take minutes; the next time nothing is
    downloaded or embedded again.
    """
    from cli.build_graph import show_summary
    from kg.graph.open import open_graph
    from kg.recommend.recommender import Recommender

    with progress_bars() as progress:
        graph = open_graph(say, progress)
        summary = _build(graph, progress)
    show_summary(summary)
    with graph:
        recommender = Recommender(graph)
        for title, command, request in _questions():
            typer.echo(f"\n{typer.style(title, bold=True)}\n  {command}\n")
            _answer(recommender, request)
    _what_next()


def _build(graph: "Neo4jGraph", progress: "Progress") -> "BuildSummary":
    from kg.build import BuildOptions, build_graph
    from kg.catalog import SourceOptions
    from kg.connection import home
    from kg.sources import open_source
    from kg.sources.sample_shop import sample_shop

    folder = home() / "sample-shop"
    sample_shop(folder, PRODUCTS, USERS, SEED, progress, force=True)  # the folder is kgrec's own
    source = open_source(folder, SourceOptions(rejects=folder / "rejects.csv"))
    return build_graph(graph, source, BuildOptions(), progress)


def _questions() -> list[tuple[str, str, "Request"]]:
    from kg.recommend.types import Request

    return [
        ("For a user", f"kgrec recommend --user {USER} -k 3", Request(user_id=USER, k=3)),
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


def _answer(recommender: "Recommender", request: "Request") -> None:
    from cli.results import drawn, show

    result = recommender.recommend(request)
    show(result)
    for each in result.results:
        typer.echo(f"     path {each.rank}: {drawn(each.paths[0])}")


def _what_next() -> None:
    typer.echo(
        "\nkgrec recommend --explain shows what made each score; kgrec db browser how to look"
        "\naround in Neo4j Browser; kgrec build-graph SOURCE builds the graph of your own shop"
        "\n(in a graph of its own: set KGREC_HOME, or empty this one with kgrec db reset)."
    )
