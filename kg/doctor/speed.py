"""Do requests go by indexes? The plans of the queries that every request runs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import BUILD, Finding, broken, ok
from kg.errors import GraphError
from kg.queries import query

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

ASKED = (
    "resolve/history",
    "resolve/products",
    "resolve/names",
    "walk/bought_before",
    "walk/bought_next",
    "walk/bought_with",
    "walk/brand",
    "walk/category",
)
BY_SLOT = ("resolve/vector_products", "score/facts")
SAMPLE: Mapping[str, object] = {
    "requests": [
        {
            "user_id": "",
            "until": None,
            "seeds": [],
            "brands": [],
            "categories": [],
            "per_entity": 1,
            "limit": 1,
        }
    ],
    "ids": [],
    "keys": [],
    "vectors": [],
    "limit": 1,
}
"""Parameters to plan with: the shape of every read's, and no more than that."""

SCANS = (
    "AllNodesScan",
    "NodeByLabelScan",
    "UnionNodeByLabelsScan",
    "DirectedAllRelationshipsScan",
    "UndirectedAllRelationshipsScan",
    "DirectedRelationshipTypeScan",
    "UndirectedRelationshipTypeScan",
)
"""Operators that read a whole label or type (a `Partitioned` before the name changes nothing)."""


def plans(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Does any of a request's queries read a whole label or type?"""
    names = [*ASKED, *(f"{name}_{meta.get('text_slot') or 'a'}" for name in BY_SLOT)]
    found = [finding for name in names if (finding := _finding(graph, name))]
    yield from found or [ok("plans", f"{len(names)} queries of a request go by indexes")]


def _finding(graph: "Neo4jGraph", name: str) -> Finding | None:
    try:
        params = {param: SAMPLE[param] for param in query(name).params}
        scans = scans_in(graph.plan(name, **params))
    except GraphError as error:
        return broken("plans", f"cannot be planned: {error}", BUILD)
    if scans:
        return broken("plans", f"{name} reads everything ({', '.join(scans)})", BUILD)
    return None


def scans_in(plan: Mapping[str, Any]) -> list[str]:
    """The operators of a plan that read a whole label or type."""
    operator = str(plan.get("operatorType", "")).partition("@")[0].removeprefix("Partitioned")
    below = [scan for child in plan.get("children", ()) for scan in scans_in(child)]
    return [operator, *below] if operator in SCANS else below
