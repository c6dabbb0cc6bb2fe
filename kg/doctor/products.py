"""Products that nothing, or little, leads to."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import BUILD, Finding, broken, ok, warn

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PARTS = ("text", "category", "brand")


def dangling_products(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:  # noqa: ARG001
    """How many products lack a text, a category, a brand or events?"""
    row = graph.read("doctor/products")[0]
    total = row["products"]
    if not total:
        yield broken("products", "the graph has no products", BUILD)
        return
    for part in PARTS:
        if row[part]:
            what = f"{row[part]:,} of {total:,} products have no {part}"
            yield warn("products", what, f"add it to the source, then {BUILD}")
    if not any(row[part] for part in PARTS):
        yield ok("products", f"all {total:,} products have a text, a category and a brand")
    if row["events"]:
        what = f"{row['events']:,} of {total:,} products have no events"
        yield ok("products", f"{what}: text, category and brand lead to them")
