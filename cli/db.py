"""`kgrec db`: the local Neo4j server, from the command line."""

from typing import Annotated

import typer

from cli.render import print_json, progress_bars, say

app = typer.Typer(
    name="db",
    help="Start, stop and look into the local Neo4j server.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command()
def start() -> None:
    """Start the local server; harmless where it is running."""
    from kg import connection, local_server

    with progress_bars() as progress:
        status = local_server.start(connection.home(), say, progress)
    typer.echo(f"Neo4j {status.version} is running at {status.uri}, Browser at {status.browser}")


@app.command()
def stop() -> None:
    """Stop the local server; its graph stays."""
    from kg import connection, local_server

    ended = local_server.stop(connection.home())
    typer.echo("Stopped." if ended.was_running else "It was not running.")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say whether the local server runs, and where."""
    from dataclasses import asdict

    from kg import connection, local_server

    found = local_server.status(connection.home())
    if as_json:
        print_json({**asdict(found), "home": str(found.home)})
    else:
        typer.echo(f"{'running' if found.running else 'stopped'}: {found.uri} ({found.home})")
