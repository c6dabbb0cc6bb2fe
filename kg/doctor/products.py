"""Products that nothing, or little, leads to."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import BUILD, Finding, broken, ok, warn

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PARTS = ("text", "category", "brand", "events")


def dangling_products(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:  # noqa: ARG001
    """How many products lack a text, a category, a brand or events?"""
    row = graph.read("doctor/products")[0]
    if not row["products"]:
        yield broken("products", "the graph has no products", BUILD)
        return
    repair = f"add it to the source, then {BUILD}"
    for part in PARTS:
        if row[part]:
            what = f"{row[part]:,} of {row['products']:,} products have no {part}"
            yield warn("products", what, repair)
    if not any(row[part] for part in PARTS):
        yield ok("products", f"all {row['products']:,} have a text, a category, a brand and events")
