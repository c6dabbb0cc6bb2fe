"""What the commands share of the terminal: progress bars on stderr, JSON on stdout."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

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
def progress_bars(quiet: bool = False) -> Iterator[Progress]:
    """Yield a Progress that draws one bar a stage on stderr; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield silent
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
