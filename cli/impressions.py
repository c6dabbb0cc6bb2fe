"""`kgrec impressions`: what of the recommendations was seen, clicked and bought."""

import gzip
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from cli.options import AsJson, check_writable
from cli.render import print_json, say
from kg.moments import readable_moment

if TYPE_CHECKING:
    from kg.impressions.stats import Stats

app = typer.Typer(
    name="impressions", help="What was seen, clicked and bought.", no_args_is_help=True
)
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="From this date, or seconds since 1970.")
]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Before this date.")]


@app.command()
def stats(
    since: Since = None,
    until: Until = None,
    days: Annotated[
        int, typer.Option(min=1, max=365, help="A purchase counts so long after a click.")
    ] = 7,
    product: Annotated[str | None, typer.Option(metavar="ID", help="Of this product.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show clicks an impression, and which share of what users clicked the same users bought.

    Without dates, of the last 30 days.

        kgrec impressions stats --since 2026-05-01 --days 14
    """
    from kg.connection import home
    from kg.graph.open import open_graph
    from kg.impressions.stats import stats as counted
    from kg.impressions.store import FILE, ImpressionStore

    store = ImpressionStore(home() / FILE)
    with open_graph(say) as graph:
        found = counted(
            store, graph, _moment("--since", since), _moment("--until", until), days, product
        )
    if as_json:
        print_json(asdict(found))
        return
    if not found.impressions and not found.clicks:
        typer.echo(_nothing(found))
        return
    typer.echo(f"{found.impressions:,} impressions, {found.clicks:,} clicks: {_of(found.ctr)}")
    typer.echo(
        f"{found.clicked:,} products clicked by users, {_count(found.conversions)} bought within"
        f" {found.days} days: {_of(found.conversion_rate)}"
    )


@app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="JSON lines; .gz packs them.")
    ] = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Write impressions and clicks as JSON lines, to FILE or to stdout.

    kgrec impressions export may.jsonl.gz --since 2026-05-01 --until 2026-06-01
    """
    import orjson

    from kg.connection import home
    from kg.impressions.store import FILE, ImpressionStore

    begin, end = _moment("--since", since), _moment("--until", until)
    rows = ImpressionStore(home() / FILE).rows(begin or 0, 2**53 if end is None else end)
    count = 0
    with _writable(file) as target:
        for row in rows:
            target.write(orjson.dumps(asdict(row)) + b"\n")
            count += 1
    say(f"{count:,} impressions and clicks")


def _writable(file: Path | None) -> AbstractContextManager[IO[bytes]]:
    """Where to write. Raises OptionError for a file that cannot be written."""
    from kg.errors import OptionError

    if file is None:
        return nullcontext(sys.stdout.buffer)
    check_writable("FILE", file)
    try:
        return cast("IO[bytes]", gzip.open(file, "wb")) if file.suffix == ".gz" else file.open("wb")
    except OSError as error:
        raise OptionError(f"cannot write {file}: {error.strerror}; name another file") from error


def _moment(option: str, text: str | None) -> int | None:
    """Seconds since 1970. Raises OptionError for what is no date."""
    from cli.options import on_clock

    return None if text is None else on_clock(text, lambda: "time", option)


def _nothing(found: "Stats") -> str:
    since, until = (readable_moment(at, "time") for at in (found.since, found.until))
    what = "" if found.product_id is None else f" of {found.product_id}"
    return (
        f"no impressions and no clicks{what} were recorded from {since} until {until};"
        " kgrec serve takes them at POST /v1/events"
    )


def _of(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _count(number: int | None) -> str:
    return (
        "unknown how many (the graph's events have no times)" if number is None else f"{number:,}"
    )
