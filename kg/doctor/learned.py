"""Does the learned model still know the graph that it is served for?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import TRAIN, Finding, ago, broken, ok, warn
from kg.errors import GraphError
from kg.graph import Row
from kg.recommend.learned import unpack

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

MANY = 0.1
"""The share of new events, of those learned from, with which a model counts as old."""


def learned(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Has every product a learned vector, of these texts, and of about these events?"""
    if meta.get("model_revision") is None:
        yield ok("learned", "no model is trained: users are served by the recipe paper")
        return
    rows = graph.read("doctor/learned")
    if not rows:
        what = f"model {meta['model_revision']} is to be served, but is not in the graph"
        yield broken("learned", what, TRAIN)
        return
    row = rows[0]
    found = [*_vectors(row), *_encoder(row, meta), *_events(row)]
    yield from found or [ok("learned", _told(row, meta))]


def _vectors(row: Row) -> Iterator[Finding]:
    try:
        model = unpack(bytes(row["packed"] or b"none"))
    except GraphError:
        yield broken("learned", "the stored model cannot be read", TRAIN)
        return
    products, missing = row["products"], row["products"] - row["vectors"]
    if model.head is not None and missing:
        what = f"{missing:,} of {products:,} products have no learned vector: newer than the model"
        yield warn("learned", what, TRAIN)


def _encoder(row: Row, meta: Mapping[str, Any]) -> Iterator[Finding]:
    if row["properties"].get("encoder_revision") != meta.get("encoder_revision"):
        what = "the model was trained on text vectors of another encoder than the graph's"
        yield warn("learned", what, TRAIN)


def _events(row: Row) -> Iterator[Finding]:
    known, now = row["properties"].get("events") or 0, row["events"]
    if abs(now - known) > MANY * known:
        revision = row["properties"].get("graph_revision")
        then = f"the model was trained at revision {revision} on {known:,} events"
        yield warn("learned", f"{then}, there are {now:,}", TRAIN)


def _told(row: Row, meta: Mapping[str, Any]) -> str:
    properties = row["properties"]
    age = ago(meta["now"] - properties.get("trained_at", meta["now"]))
    return f"model {properties['revision']}, trained {age} ago on {properties['events']:,} events"
