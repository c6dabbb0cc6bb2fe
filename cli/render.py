"""What the commands share of the terminal: progress on stderr, JSON on stdout."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from cli.progress_lines import progress_lines
from kg.progress import Progress, silent


def say(text: str) -> None:
    """A line for the person at the terminal, kept out of what is piped on."""
    typer.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON object on stdout."""
    import orjson

    typer.echo(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode()
    )


@contextmanager
def progress_shown(quiet: bool = False) -> Iterator[Progress]:
    """Yield a Progress that draws one bar a stage on stderr, or writes lines where stderr is no
    terminal; `quiet` shows nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    if quiet:
        yield silent
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        with progress_lines(say) as progress:
            yield progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeRemainingColumn(), console=console) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int | None = None) -> None:
            name = stage.partition(" | ")[0]
            if name not in tasks:
                tasks[name] = bars.add_task(stage, total=total)
            bars.update(tasks[name], description=stage, completed=done, total=total)

        yield show
