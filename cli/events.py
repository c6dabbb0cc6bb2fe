"""`kgrec events`: events that were kept while Neo4j was away and then refused."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from cli.options import AsJson
from cli.render import print_json, say

if TYPE_CHECKING:
    from kg.live.queue import EventQueue

app = typer.Typer(
    name="events",
    help="Events that `kgrec serve` kept while Neo4j was away, and that were refused later.",
    no_args_is_help=True,
)


@app.command()
def refused(as_json: AsJson = False) -> None:
    """List the events that were refused after they had waited, each with the reason.

    `kgrec serve` answers 202 to events that it keeps on disk while Neo4j is away. What is wrong
    with one shows only when it is handed on.

        kgrec events refused
    """
    found = _queue().refused()
    if as_json:
        print_json({"refused": [asdict(each) for each in found]})
        return
    for each in found:
        at = datetime.fromtimestamp(each.refused_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        told = ", ".join(f"{name} {value}" for name, value in each.event.items())
        typer.echo(f"{at}  {each.code}: {each.reason}\n    {told}")
    say(f"{len(found):,} events were refused; kgrec events retry hands them on again")


@app.command()
def retry() -> None:
    """Let the events that were refused wait again: `kgrec serve` hands them on anew.

    To be used once their reason is mended: the graph is built again, their products are there.
    """
    typer.echo(f"{_queue().retry():,} events wait for kgrec serve")


@app.command()
def discard() -> None:
    """Erase the events that were refused."""
    typer.echo(f"{_queue().discard():,} events erased")


def _queue() -> "EventQueue":
    from kg.connection import home
    from kg.live.queue import FILE, EventQueue

    return EventQueue(home() / FILE)
