"""`kgrec build-graph`: a shop's files into the graph, with everything that is derived from them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import AsJson, Quiet, given_file
from cli.render import print_json, progress_shown, say
from kg.errors import OptionError
from kg.moments import readable_moment

if TYPE_CHECKING:
    from rich.table import Table

    from kg.build import BuildSummary

SAMPLE = frozenset(("promotions.csv", "truth.csv"))
"""What a sample shop has for people to check against: where both are, nobody misses them."""

MADE = ("created", "changed", "removed", "unchanged")


def build_graph(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A shop's folder or file.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=NAME",
            help="The file's NAME for a column, as in at=position; as often as needed.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="Build the graph as it was before this: a date, seconds since 1970, or a position"
            " where events have no times.",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="What the texts are written in, for full text.  [default: english]"),
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="Text encoder: a folder or a hub's id.  [default: all-MiniLM-L6-v2]"),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Of prices that name none; rows in others are rejected."),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", help="tables, orders or amazon.  [default: recognised]"),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option(
            "--day-first/--month-first",
            help="How 3/4/2025 is meant.  [default: as other dates of the column show]",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="The source's name in the graph.  [default: that of SOURCE]"),
    ] = None,
    rejects: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            callback=given_file,
            help="Where to list the rows that were left out.",
        ),
    ] = Path("rejects.csv"),
    reviews: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the texts of reviews in this parquet file."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if any row would be left out.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Remove what this source wrote earlier and no longer has."),
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Build in a database that holds nodes of others.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Read a source that has not changed all the same.")
    ] = False,
    out_of_stock: Annotated[
        str | None,
        typer.Option(
            metavar="behind|left-out|as-others",
            help="What lists do with products known to be out of stock.  [default: behind]",
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Build the graph from a shop's files: a folder, or one file.

    SOURCE holds `products`, `events` (or `interactions`) and, where there are, `users` and
    `categories`, as csv, csv.gz, parquet or jsonl; or it is one file of order lines, or an Amazon
    dump. Columns are recognised by many names. What cannot be read goes to rejects.csv with file,
    line and reason; the rest is loaded.

    Nodes and relationships are written, then what is derived from the events, then text embeddings
    and indexes. The same source twice changes nothing, a changed row changes just that, and a build
    that was interrupted goes on where it was. Several sources can be built into one graph; each
    keeps to what it wrote.

        kgrec build-graph shop/

        kgrec build-graph sales.csv --map at=invoice_date --currency EUR

        kgrec build-graph shop/ --until 2026-05-31 --json
    """
    from kg.build import BuildOptions
    from kg.build import build_graph as build
    from kg.catalog import SourceOptions
    from kg.graph.open import open_graph
    from kg.sources import open_source

    how = SourceOptions(
        format=file_format,
        mapping=_mapping(mapping or []),
        name=name,
        currency=currency,
        strict=strict,
        rejects=rejects,
        reviews=reviews,
        day_first=day_first,
    )
    options = BuildOptions(until, language, encoder, prune, adopt, force, out_of_stock=out_of_stock)
    opened = open_source(source, how)
    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        summary = build(graph, opened, options, progress)
    if as_json:
        print_json(_as_json(summary))
    else:
        show_summary(summary)


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if wrong := next((each for each, pair in zip(given, pairs, strict=True) if not all(pair)), ""):
        raise OptionError(f"--map {wrong!r} is no COLUMN=NAME, as in at=position")
    return {column.strip(): name.strip() for column, _, name in pairs}


def _as_json(summary: "BuildSummary") -> dict[str, Any]:
    return asdict(summary)


def show_summary(summary: "BuildSummary") -> None:
    """Print what a build did: counts, stages, and what was left out."""
    from rich.console import Console

    console = Console()
    if summary.unchanged:
        console.print(f"{summary.source} has not changed: nothing to do.")
    else:
        console.print(_changes(summary))
    console.print(_stages(summary))
    for line in _remarks(summary):
        console.print(line, highlight=False)


def _changes(summary: "BuildSummary") -> "Table":
    from rich.table import Table

    table = Table(title=f"{summary.source}, in {summary.seconds:.1f} s")
    table.add_column("")
    for what in (*MADE, "now"):
        table.add_column(what, justify="right")
    for kind in {**summary.totals, **summary.changes}:
        counts = summary.changes.get(kind, {})
        cells = [counts.get(what, 0) for what in MADE]
        total = summary.totals.get(kind)
        if any(cells) or total:
            numbers = [f"{count:,}" if count else "" for count in (*cells, total)]
            table.add_row(kind, *numbers)
    return table


def _stages(summary: "BuildSummary") -> "Table":
    from rich.table import Table

    table = Table()
    for column, side in (("stage", "left"), ("seconds", "right"), ("memory, MB", "right")):
        table.add_column(column, justify=side)  # type: ignore[arg-type]
    for stage in summary.stages:
        table.add_row(stage.name, f"{stage.seconds:.1f}", f"{stage.peak_mb:.0f}")
    return table


def _remarks(summary: "BuildSummary") -> list[str]:
    from kg.catalog import CUT

    own = set(summary.ignored) >= SAMPLE
    ignored = [name for name in summary.ignored if not (own and name in SAMPLE)]
    lines = [f"ignored: {', '.join(ignored)}"] if ignored else []
    lines += summary.remarks
    if late := sum(counts.get("after until", 0) for counts in summary.changes.values()):
        moment = "" if summary.until is None else readable_moment(summary.until, summary.clock)
        lines.append(f"left out, from {moment} on: {late:,} rows")
    if summary.forgotten:
        values = ", ".join(f"{count:,} of {column}" for column, count in summary.forgotten.items())
        lines.append(f"values that could not be read: {values}")
    if repeated := sum(summary.repeated.values()):
        lines.append(f"rows that repeat an earlier one: {repeated:,}")
    where = f", listed in {summary.rejects_path}" if summary.rejects_path else ""
    for title, cut in (("rows left out", False), ("links that were cut", True)):
        counts = {code: n for code, n in summary.rejects.items() if (code in CUT) == cut}
        if counts:
            told = ", ".join(f"{count:,} {code}" for code, count in counts.items())
            lines.append(f"{title}: {told}{where}")
    return lines
