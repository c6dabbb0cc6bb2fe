"""Bring a graph up to date with what changed in it: texts embedded anew, edges derived again."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kg.derive.in_graph import DeriveSummary, derive
from kg.embed.encoder import encoder_named
from kg.embed.refresh import EmbedSummary, embed_stale
from kg.errors import KgrecError, OptionError
from kg.graph import Row
from kg.meta import built_meta, note, writing
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

FIRST_WAIT_S = 5.0
"""How long after a failure the next try comes; it doubles up to the schedule's own pace."""

LONGEST_SPAN = 366 * 86_400
"""Seconds: threads can wait no longer than some centuries, and nobody means that."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class RefreshSummary:
    """What a refresh did, or (after a dry run) would do: `embeddings.left` and `derived.counts`."""

    embeddings: EmbedSummary
    derived: DeriveSummary
    seconds: float


def refresh(
    graph: "Neo4jGraph",
    encoder: str | None = None,
    progress: Progress = silent,
    *,
    dry_run: bool = False,
) -> RefreshSummary:
    """Embed stale texts and derive again; only what differs is written.

    `encoder` None is the graph's own. Keeps the writer's lock, and notes in KgrecMeta whether it
    succeeded. Raises GraphError (no graph, another writer), EncoderError, ConnectionFailed.
    """
    started = time.monotonic()
    if dry_run:
        embedded = refresh_embeddings(graph, encoder, progress, dry_run=True)
        derived = derive(cast("Neo4jGraph", _Untouched(graph)), progress=progress)
        return RefreshSummary(embedded, derived, time.monotonic() - started)
    with writing(graph, "refresh"):
        try:
            embedded = _embed(graph, encoder, progress, dry_run=False)
            derived = derive(graph, progress=progress)
        except KgrecError as error:
            with suppress(KgrecError):  # the server may be what failed
                note(graph, last_refresh_error=str(error))
            raise
        note(graph, last_refresh_ok=int(time.time()), last_refresh_error=None)
    return RefreshSummary(embedded, derived, time.monotonic() - started)


def refresh_embeddings(
    graph: "Neo4jGraph",
    encoder: str | None = None,
    progress: Progress = silent,
    *,
    dry_run: bool = False,
) -> EmbedSummary:
    """Embed stale texts: the first half of `refresh`. Raises as it does."""
    if dry_run:
        return _embed(graph, encoder, progress, dry_run=True)
    with writing(graph, "refresh-embeddings"):
        return _embed(graph, encoder, progress, dry_run=False)


def _embed(
    graph: "Neo4jGraph", encoder: str | None, progress: Progress, dry_run: bool
) -> EmbedSummary:
    name = encoder or built_meta(graph).encoder
    return embed_stale(graph, encoder_named(name), progress, dry_run=dry_run)


@dataclass(frozen=True)
class _Untouched:
    """A graph that is only looked at: what would be written is dropped."""

    graph: "Neo4jGraph"

    def read(self, name: str, **params: object) -> list[Row]:
        return self.graph.read(name, **params)

    def write(self, name: str, **params: object) -> list[Row]:  # noqa: ARG002
        return [{"revision": 0}]

    create = write


def keep_fresh(
    run: Callable[[], RefreshSummary],
    every_s: float,
    done: Callable[[RefreshSummary], None],
    failed: Callable[[KgrecError, float], None],
    stop: threading.Event,
) -> None:
    """Call `run`, a refresh, every `every_s` seconds, from start to start, until `stop` is set.

    `done` gets its summary. A KgrecError (a server that is away, another writer) does not end the
    schedule: `failed` gets it with the seconds until the next try.
    """
    failures, wait = 0, 0.0
    while not stop.wait(wait):
        started = time.monotonic()
        try:
            done(run())
        except KgrecError as error:
            wait = wait_after(failures, every_s)
            failures += 1
            failed(error, wait)
        else:
            wait = max(0.0, every_s - (time.monotonic() - started))
            failures = 0


def wait_after(failures: int, every_s: float) -> float:
    """Seconds until the next try after a failure that so many others preceded."""
    return min(every_s, FIRST_WAIT_S * 2.0 ** min(failures, 30))


def seconds_of(span: str) -> int:
    """A span like 90s, 15m, 1h or 1d in seconds. Raises OptionError for anything else."""
    found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", span)
    seconds = 0 if found is None else int(found[1][:20]) * _UNITS[found[2]]
    if not 0 < seconds <= LONGEST_SPAN:
        raise OptionError(f"{span!r} is no span of time up to a year: say it like 15m, 1h or 1d")
    return seconds
