"""The `kgrec` command's subcommands, and the options that go before them."""

from importlib.metadata import version
from typing import Annotated

import typer

from cli import db, events, impressions, keys, rules
from cli.build_graph import build_graph
from cli.demo import demo
from cli.doctor import doctor
from cli.evaluate import evaluate
from cli.explain import explain
from cli.forget_user import forget_user
from cli.hot import hot
from cli.recommend import recommend
from cli.refresh import refresh, refresh_embeddings
from cli.sample_shop import sample_shop
from cli.serve import serve
from cli.similar import similar
from cli.snapshot import snapshot
from cli.train import train
from cli.tune import tune
from cli.what_if import what_if

app = typer.Typer(
    name="kgrec",
    help="A recommender for shops that lives in Neo4j and shows why it recommends what it does.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
COMMANDS = (
    demo,
    build_graph,
    recommend,
    explain,
    what_if,
    similar,
    hot,
    serve,
    forget_user,
    refresh,
    refresh_embeddings,
    snapshot,
    train,
    tune,
    evaluate,
    doctor,
    sample_shop,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(db.app)
app.add_typer(keys.app)
app.add_typer(rules.app)
app.add_typer(impressions.app)
app.add_typer(events.app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("kgrec"))
        raise typer.Exit


@app.callback()
def kgrec(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[  # cli/ending.py reads it: what Typer finds wrong counts too
        bool, typer.Option("--debug", help="Show where in the code an error came from.")
    ] = False,
) -> None:
    """A recommender for shops that lives in Neo4j and shows why it recommends what it does."""
