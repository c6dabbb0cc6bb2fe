"""Put a learned model and its vectors into the graph, beside what is served, then turn to it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gnn.config import as_text
from gnn.learn import Learned
from kg.embed.slots import await_indexes, index_options, other, vector_indexes
from kg.errors import GraphError
from kg.graph import Row
from kg.meta import writing
from kg.progress import Progress, silent
from kg.recommend.learned import pack
from kg.schema import SLOTS
from kg.snapshot.types import Matrix, Snapshot

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PAGE = 1_000


@dataclass(frozen=True)
class StoredModel:
    """A model that the graph keeps, with what is known of how it was made."""

    revision: int
    slot: str
    served: bool
    properties: dict[str, Any]


def write_back(
    graph: "Neo4jGraph",
    snapshot: Snapshot,
    learned: Learned,
    progress: Progress = silent,
    writer: str = "kgrec train",
) -> int:
    """Store what was learned from `snapshot` and serve it from now on; the model's revision.

    Vectors go into the slot that is not served; when all are there and indexed, one small
    transaction turns to them: a model that is half written is never served, and the one that was
    is kept for `rollback`. Raises GraphError where another writer is at work, ConnectionFailed.
    """
    with writing(graph, writer) as lock:
        kept = stored_models(graph)
        slot = next((other(each.slot) for each in kept if each.served), SLOTS[0])
        _empty(graph, slot)
        if learned.vectors is not None:
            _ensure_index(graph, slot, learned.vectors.shape[1])
            for page in _pages(snapshot, learned.vectors):
                lock.check()
                graph.write("write/gnn_vectors", property=_property(slot), **page.given)
                progress("write vectors", page.done, len(learned.vectors))
            await_indexes(graph)
        revision = max((each.revision for each in kept), default=0) + 1
        lock.check()
        graph.write(
            "write/model",
            revision=revision,
            slot=slot,
            packed=pack(learned.model),
            properties=_provenance(snapshot, learned),
        )
        graph.write("write/serve_model", revision=revision)
    return revision


def rollback(graph: "Neo4jGraph") -> StoredModel:
    """Serve the other model that is kept; which. Raises GraphError where there is none."""
    with writing(graph, "kgrec train --rollback"):
        before = next((each for each in stored_models(graph) if not each.served), None)
        if before is None:
            raise GraphError("there is no earlier model to go back to: train one with kgrec train")
        graph.write("write/serve_model", revision=before.revision)
    return before


def stored_models(graph: "Neo4jGraph") -> list[StoredModel]:
    """The models that are kept, the newest first: the served one and the one before it."""
    return [StoredModel(**row) for row in graph.read("write/models")]


@dataclass(frozen=True)
class _Page:
    given: Row
    done: int


def _pages(snapshot: Snapshot, vectors: Matrix) -> Iterator[_Page]:
    """Products with a vector, a page of rows at a time."""
    told = np.flatnonzero(vectors.any(axis=1))
    for at in range(0, len(told), PAGE):
        some = told[at : at + PAGE]
        ids = [snapshot.products.ids[code] for code in some]
        yield _Page({"ids": ids, "vectors": list(vectors[some])}, at + len(some))


def _property(slot: str) -> str:
    return f"gnn_embedding_{slot}"


def _empty(graph: "Neo4jGraph", slot: str) -> None:
    graph.run_auto("write/empty_slot", property=_property(slot))


def _ensure_index(graph: "Neo4jGraph", slot: str, dimension: int) -> None:
    name = f"product_gnn_{slot}"
    found = vector_indexes(graph).get(name)
    if found and found.dimension != dimension:
        graph.run_auto("write/drop_index", index=name)
        found = None
    if found:
        return
    try:
        graph.run_auto(f"write/create_{name}", options=index_options(dimension))
    except GraphError:  # a server before 2026.06 does not know how to look at more candidates
        graph.run_auto(f"write/create_{name}", options=index_options(dimension, accurate=False))


def _provenance(snapshot: Snapshot, learned: Learned) -> dict[str, Any]:
    """What the model was learned from, and how well it went."""
    return {
        **origin_of(snapshot, "learned"),
        "terms": list(learned.model.ranker.terms),
        "losses": list(learned.losses),
        "measured": list(learned.measured),
        "found": learned.found,
        "config": None if learned.config is None else as_text(learned.config),
        **learned.told,
    }


def origin_of(snapshot: Snapshot, kind: str) -> dict[str, Any]:
    """What a KgrecModel of a kind says of when and from what it was made."""
    return {
        "kind": kind,
        "trained_at": int(time.time()),
        "until": snapshot.meta.until,
        "graph_revision": snapshot.meta.revision,
        "encoder_revision": snapshot.meta.encoder_revision,
        "products": len(snapshot.products.ids),
        "users": len(snapshot.users),
        "events": len(snapshot.events.at),
    }
