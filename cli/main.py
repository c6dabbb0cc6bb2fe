"""The `kgrec` command: its subcommands, and how expected errors reach the terminal."""

import json
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from cli import db, impressions, keys, rules
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
from kg.errors import KgrecError, OptionError

INTERRUPTED = 130
BAD_OPTION = 2

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


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("kgrec"))
        raise typer.Exit


@app.callback()
def kgrec(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A recommender for shops that lives in Neo4j and shows why it recommends what it does."""


def _tell(error: str, as_json: bool) -> None:
    typer.echo(json.dumps({"error": error}) if as_json else f"kgrec: {error}", err=True)


def _say_interrupted() -> None:
    typer.echo("kgrec: interrupted; the same command goes on from here", err=True)


def main() -> None:
    """Run a command; an expected error is one line on stderr, an object where --json is given, and
    exit status 1, or 2, as Typer's own, for an option that cannot be used."""
    as_json = "--json" in sys.argv
    try:
        sys.exit(app(standalone_mode=not as_json))
    except KgrecError as error:
        _tell(str(error), as_json)
        sys.exit(BAD_OPTION if isinstance(error, OptionError) else 1)
    except typer.TyperException as error:  # without --json Typer has told it in its own way
        _tell(error.format_message(), as_json)
        sys.exit(error.exit_code)
    except SystemError as error:  # Ctrl-C while a compiled loop takes its arrays
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        _say_interrupted()
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Typer has turned Ctrl-C into this
            _say_interrupted()
        raise
