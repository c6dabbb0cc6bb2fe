"""Does the recipe `paper`, where it was tuned, still know the graph that it is served for?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import RESET, TUNE, Finding, ago, broken, ok, warn
from kg.doctor.learned import MANY
from kg.errors import GraphError
from kg.graph import Row
from kg.recommend.recipes import tuned as recipe_of

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

BLEND = ("terms", "weights", "temperatures")


def tuned(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Can its weights be read, and are they of these texts and of about these events? Nothing where
    it is as shipped."""
    for row in graph.read("doctor/paper"):
        found = [*_weights(row), *_encoder(row, meta), *_events(row)]
        yield from found or [ok("tuned", _told(row, meta))]


def _weights(row: Row) -> Iterator[Finding]:
    try:
        recipe_of(*(row["properties"].get(name) or () for name in BLEND))
    except GraphError:
        yield broken("tuned", "the stored weights of the recipe paper cannot be read", RESET)


def _encoder(row: Row, meta: Mapping[str, Any]) -> Iterator[Finding]:
    if row["properties"].get("encoder_revision") != meta.get("encoder_revision"):
        what = "the recipe paper was tuned on text vectors of another encoder than the graph's"
        yield warn("tuned", what, TUNE)


def _events(row: Row) -> Iterator[Finding]:
    known, now = row["properties"].get("events") or 0, row["events"]
    if abs(now - known) > MANY * known:
        what = f"the recipe paper was tuned on {known:,} events, there are {now:,}"
        yield warn("tuned", what, TUNE)


def _told(row: Row, meta: Mapping[str, Any]) -> str:
    properties = row["properties"]
    age = ago(meta["now"] - properties.get("trained_at", meta["now"]))
    return f"the recipe paper, tuned {age} ago on {properties['events']:,} events"
