"""Derive for a whole graph, and write what changed: product by product, never all at once."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.derive.arrays import DeriveConfig, Derived, Edges, derive_arrays, ranks
from kg.derive.reading import NO_EDGES, Stored, read_edges, read_events, read_products
from kg.derive.writing import Change, edge_changes, fact_rows, rank_rows, write_edges
from kg.load.pipeline import Pipeline
from kg.load.writer import BATCH, counts, parts
from kg.lots import lots
from kg.meta import built_meta, note, raise_revision
from kg.progress import Progress, silent
from kg.stages import Tally

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PAGE = 500
"""Products whose edges are compared at a time."""


@dataclass(frozen=True)
class DeriveSummary:
    """What deriving changed, by kind (created, changed, removed, unchanged); `seconds` it took."""

    counts: dict[str, dict[str, int]]
    changed: bool
    seconds: float


def derive(
    graph: "Neo4jGraph",
    until: int | None = None,
    progress: Progress = silent,
    config: DeriveConfig = DeriveConfig(),  # noqa: B008
) -> DeriveSummary:
    """Derive edges, popularity, ages and ranks from the events before `until`; write what changed.

    `until` None takes all events, or those before the moment that the graph was built until. The
    caller holds the writer's lock. Raises GraphError, ConnectionFailed.
    """
    started = time.monotonic()
    meta = built_meta(graph)
    cut = meta.until if until is None else until
    tally = Tally()
    products = read_products(graph, progress)
    events = read_events(graph, products, progress)
    derived = derive_arrays(
        events, len(products.ids), meta.clock or "time", until=cut, config=config
    )
    del events
    _write_facts(graph, products, derived, tally)
    drawn = lots(products.ids.to_list())
    for kind, now in (("made_by", products.made_by), ("in_category", products.in_category)):
        owner = now.owner.to_physical().to_numpy()
        wanted = ranks(derived.popularity, drawn, owner, now.product)
        _write_ranks(graph, kind, rank_rows(products, now, wanted), len(wanted), tally)
    _write_edges(graph, "bought_next", products, derived.next, tally, progress)
    _write_edges(graph, "bought_with", products, derived.together, tally, progress)
    note(graph, derived_until=cut, derived_at=int(time.time()))
    if tally.written:
        raise_revision(graph)
    return DeriveSummary(tally.counts, bool(tally.written), time.monotonic() - started)


def _write_facts(graph: "Neo4jGraph", products: Stored, derived: Derived, tally: Tally) -> None:
    rows = fact_rows(products, derived)
    for part in parts(rows, BATCH):
        graph.write("derive/facts", rows=part)
    tally.add("popularity", "changed", len(rows))
    tally.add("popularity", "unchanged", len(products.ids) - len(rows))


def _write_ranks(
    graph: "Neo4jGraph", kind: str, rows: list[tuple[Any, ...]], whole: int, tally: Tally
) -> None:
    """Write those of `whole` ranks that differ."""
    for part in parts(rows, BATCH):
        graph.write(f"derive/{kind}_ranks", rows=part)
    tally.add("rank", "changed", len(rows))
    tally.add("rank", "unchanged", whole - len(rows))


def _write_edges(
    graph: "Neo4jGraph",
    kind: str,
    products: Stored,
    wanted: Edges,
    tally: Tally,
    progress: Progress,
) -> None:
    """Compare a page of products at a time with what is stored, and write the difference."""
    total = len(products.ids)
    fresh = not counts(graph)[kind.upper()]
    with Pipeline() as pipeline:
        for first in range(0, total, PAGE):
            last = min(first + PAGE, total)
            stored = NO_EDGES if fresh else read_edges(graph, kind, products, first, last)
            change = edge_changes(stored, _of_sources(wanted, first, last))
            write_edges(graph, pipeline, kind, products.ids, change)
            _count(tally, kind.upper(), change)
            progress(f"derive: {kind.upper()}", last, total)


def _of_sources(edges: Edges, first: int, last: int) -> Edges:
    """The edges of source codes first..last-1."""
    begin, end = np.searchsorted(edges.source, (first, last))
    part = slice(begin, end)
    return Edges(edges.source[part], edges.target[part], edges.weight[part], edges.support[part])


def _count(tally: Tally, kind: str, change: Change) -> None:
    tally.add(kind, "created", change.new.height)
    tally.add(kind, "changed", change.changed.height)
    tally.add(kind, "removed", change.gone.height)
    tally.add(kind, "unchanged", change.unchanged)
