"""Bring a graph's text vectors up to date: encode what is stale, and nothing else.

A vector is fresh when the node's `text_hash` is that of its text and of the model. The vectors of
a new model go into the slot that is not served; one small transaction then turns to it, so that a
request never compares vectors of two models. Whatever was written is kept: an interrupted run goes
on where it was.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.embed.bert import Floats
from kg.embed.encoder import Encoder
from kg.embed.slots import (
    await_indexes,
    empty,
    ensure_indexes,
    other,
    property_of,
    serve,
    served_text,
    target_slot,
)
from kg.embed.stale import TEXTS, Look, Stale
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

GROUP = 512
"""Texts that are encoded together and written in one transaction."""


@dataclass(frozen=True)
class EmbedSummary:
    """What was done: nodes looked at, embedded, left without a vector because they have no text.

    `switched` says that another slot is served than before, `left` how many are still stale (only
    after a dry run).
    """

    nodes: int
    embedded: int
    without_text: int
    left: int
    slot: str
    encoder: str
    switched: bool
    seconds: float


def embed_stale(
    graph: "Neo4jGraph", encoder: Encoder, progress: Progress = silent, *, dry_run: bool = False
) -> EmbedSummary:
    """Embed every brand, category and product whose vector is not that of its text.

    With `dry_run` nothing is encoded or written. Raises GraphError, ConnectionFailed, EncoderError.
    """
    started = time.monotonic()
    served = served_text(graph)
    slot = target_slot(served, encoder)
    look = Look(graph, property_of(slot), encoder.revision, served.nodes, progress)
    if dry_run:
        done = _Done(left=sum(len(group) for kind in TEXTS for group in look.groups(kind, GROUP)))
    else:
        ensure_indexes(graph, slot, encoder.dimension)
        done = _embed(graph, encoder, look, property_of(slot))
        _turn_to(graph, encoder, slot, changed=served.slot != slot or not served.revision)
    return EmbedSummary(
        nodes=look.seen,
        embedded=done.embedded,
        without_text=done.removed,
        left=done.left,
        slot=slot,
        encoder=encoder.name,
        switched=slot != (served.slot or slot),
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True)
class _Done:
    embedded: int = 0
    removed: int = 0
    left: int = 0


def _turn_to(graph: "Neo4jGraph", encoder: Encoder, slot: str, changed: bool) -> None:
    await_indexes(graph)
    if changed:
        serve(graph, slot, encoder)
    empty(graph, other(slot))


def _embed(graph: "Neo4jGraph", encoder: Encoder, look: Look, slot_property: str) -> _Done:
    """Encode a group while the one before is being written."""
    embedded = removed = 0
    written: Future[None] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="kgrec-embed") as pool:
        for kind in TEXTS:
            for group in look.groups(kind, GROUP):
                with_text = [each for each in group if each.text]
                without = [each.id for each in group if not each.text]
                vectors = encoder.encode([each.text for each in with_text])
                if written is not None:
                    written.result()
                written = pool.submit(
                    _write, graph, kind, slot_property, with_text, vectors, without
                )
                embedded += len(with_text)
                removed += len(without)
        if written is not None:
            written.result()
    return _Done(embedded, removed)


def _write(
    graph: "Neo4jGraph",
    kind: str,
    slot_property: str,
    stale: Sequence[Stale],
    vectors: Floats,
    without: Sequence[str],
) -> None:
    """Write vectors [n, d] of n nodes, and take them from those without a text."""
    if stale:
        graph.write(
            f"write/{kind}_vectors",
            property=slot_property,
            ids=[each.id for each in stale],
            hashes=[each.hash for each in stale],
            vectors=list(vectors),
        )
    if without:
        graph.write(f"write/{kind}_vectors_removed", property=slot_property, ids=list(without))
