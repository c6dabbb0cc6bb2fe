"""`kgrec refresh`, `kgrec refresh-embeddings`: bring the graph up to date, once or for good."""

import signal
import threading
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import AsJson, Quiet
from cli.render import print_json, progress_shown, say

if TYPE_CHECKING:
    from kg.embed.refresh import EmbedSummary
    from kg.errors import KgrecError
    from kg.refresh import RefreshSummary

EncoderName = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NAME",
        help="Embed with this encoder from now on: a folder or a hub's id."
        "  [default: the graph's own]",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")
]


def refresh(
    every: Annotated[
        str | None,
        typer.Option(metavar="SPAN", help="Go on, at this pace: 90s, 15m, 1h, 1d."),
    ] = None,
    dry_run: DryRun = False,
    encoder: EncoderName = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Bring the graph up to date with what was written to it.

    Texts that changed are embedded anew; what is derived from events is derived again, and what
    differs is written. What has not changed costs no encoding and no writing. Interrupted at any
    moment, the next run goes on where it was.

    With --every it goes on until it is stopped (Ctrl-C or SIGTERM). A server that is away, or
    another writer at work, is told in a line and tried again, soon at first and then at the pace
    given. `kgrec doctor` shows when a refresh last succeeded.

        kgrec refresh

        kgrec refresh --dry-run

        kgrec refresh --every 1h
    """
    from kg.errors import OptionError
    from kg.graph.open import open_graph
    from kg.refresh import refresh as bring_up_to_date

    _end_by_sigterm()
    if every is not None:
        if dry_run:
            raise OptionError("--dry-run looks once: leave out --every")
        _keep_fresh(every, encoder, quiet, as_json)
        return
    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        summary = bring_up_to_date(graph, encoder, progress, dry_run=dry_run)
    _show(summary, dry_run, as_json)


def refresh_embeddings(
    dry_run: DryRun = False,
    encoder: EncoderName = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Embed the texts that changed: the first half of `kgrec refresh`.

    With --encoder everything is embedded anew, beside the vectors that are served meanwhile; when
    all are there, requests turn to the new ones at once.

        kgrec refresh-embeddings

        kgrec refresh-embeddings --encoder sentence-transformers/all-mpnet-base-v2
    """
    from kg.graph.open import open_graph
    from kg.refresh import refresh_embeddings as embed

    _end_by_sigterm()
    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        summary = embed(graph, encoder, progress, dry_run=dry_run)
    if as_json:
        print_json(asdict(summary))
    else:
        typer.echo(_embedded(summary, dry_run))


def _keep_fresh(every: str, encoder: str | None, quiet: bool, as_json: bool) -> None:
    from kg.graph.open import open_graph
    from kg.refresh import keep_fresh, seconds_of
    from kg.refresh import refresh as bring_up_to_date

    def run() -> "RefreshSummary":
        with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
            return bring_up_to_date(graph, encoder, progress)

    def failed(error: "KgrecError", wait: float) -> None:
        say(f"refresh failed: {error} (next try in {wait:.0f} s)")

    def done(summary: "RefreshSummary") -> None:
        _show(summary, False, as_json)

    seconds = seconds_of(every)
    try:
        keep_fresh(run, seconds, done, failed, threading.Event())
    except KeyboardInterrupt:
        say("refresh: stopped")


def _end_by_sigterm() -> None:
    """Let SIGTERM end the work as Ctrl-C does: what is being written is finished first."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _show(summary: "RefreshSummary", dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(asdict(summary))
        return
    typer.echo(_embedded(summary.embeddings, dry_run))
    typer.echo(_derived(summary, dry_run))


def _embedded(summary: "EmbedSummary", dry_run: bool) -> str:
    if dry_run:
        return f"{summary.left:,} of {summary.nodes:,} texts would be embedded ({summary.encoder})"
    line = f"embedded {summary.embedded:,} of {summary.nodes:,} texts in {summary.seconds:.1f} s"
    return f"{line}; now served: {summary.encoder}" if summary.switched else line


def _derived(summary: "RefreshSummary", dry_run: bool) -> str:
    changes = [
        f"{count:,} {kind} {what}"
        for kind, counts in summary.derived.counts.items()
        for what, count in counts.items()
        if count and what != "unchanged"
    ]
    told = ", ".join(changes) or "nothing changed"
    took = f" in {summary.derived.seconds:.1f} s"
    return f"would be derived: {told}" if dry_run else f"derived: {told}{took}"
