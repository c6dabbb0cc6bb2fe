"""Does the recipe `paper`, where it was tuned, still know the graph that it is served for?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import RESET, TUNE, Finding, ago, broken, ok, warn
from kg.doctor.learned import MANY
from kg.errors import GraphError
from kg.recommend.recipes import tuned as recipe_of

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


def tuned(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Can its weights be read, and are they of these texts and of about these events? Nothing where
    it is as shipped."""
    for row in graph.read("doctor/paper"):
        told, now = row["properties"], row["events"]
        try:
            recipe_of(*(told.get(name) or () for name in ("terms", "weights", "temperatures")))
        except GraphError:
            yield broken("tuned", "the weights of the recipe paper cannot be read", RESET)
            return
        known = told.get("events") or 0
        if told.get("encoder_revision") != meta.get("encoder_revision"):
            what = "the recipe paper was tuned on text vectors of another encoder than the graph's"
            yield warn("tuned", what, TUNE)
        if abs(now - known) > MANY * known:
            what = f"the recipe paper was tuned on {known:,} events, there are {now:,}"
            yield warn("tuned", what, TUNE)
        else:
            age = ago(meta["now"] - told.get("trained_at", meta["now"]))
            yield ok("tuned", f"the recipe paper, tuned {age} ago on {known:,} events")
