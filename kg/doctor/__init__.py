"""Examine a graph: what is broken or could be better, and the command that repairs each."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.derived import derived_parts, last_refresh
from kg.doctor.findings import BUILD, Finding, broken, ok
from kg.doctor.learned import learned
from kg.doctor.products import dangling_products
from kg.doctor.schema import constraints, indexes, schema_version
from kg.doctor.speed import plans
from kg.doctor.tuned import tuned
from kg.doctor.vectors import embeddings, models

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

__all__ = ["CHECKS", "Finding", "examine", "is_broken"]

Check = Callable[["Neo4jGraph", Mapping[str, Any]], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "schema": schema_version,
    "constraints": constraints,
    "indexes": indexes,
    "models": models,
    "embeddings": embeddings,
    "derived": derived_parts,
    "learned": learned,
    "tuned": tuned,
    "refresh": last_refresh,
    "products": dangling_products,
    "plans": plans,
}
"""Each gets the graph and all that KgrecMeta says, and tells what it finds."""


def examine(graph: "Neo4jGraph", now: float | None = None) -> list[Finding]:
    """All findings, in the order of the checks; only the server's where there is no graph.

    `now` is seconds since 1970, by default the clock's. Raises ConnectionFailed.
    """
    found = [_server(graph)]
    row = graph.read("doctor/meta")[0]
    if row["meta"] is None:
        holds = f"holds {row['nodes']:,} nodes of others" if row["nodes"] else "is empty"
        repair = f"{BUILD} --adopt" if row["nodes"] else BUILD
        return [*found, broken("graph", f"the database {holds}: kgrec has built no graph", repair)]
    meta = {**row["meta"], "now": time.time() if now is None else now}
    for check in CHECKS.values():
        found += check(graph, meta)
    return found


def is_broken(found: list[Finding]) -> bool:
    """Is anything broken?"""
    return any(finding.level == "broken" for finding in found)


def _server(graph: "Neo4jGraph") -> Finding:
    row = graph.read("doctor/server")[0]
    return ok("server", f"Neo4j {row['version']} {row['edition']} at {graph.settings.uri}")
