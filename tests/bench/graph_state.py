"""What a graph holds, as sets that can be compared: rows exactly, vectors nearly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.graph.neo4j import Neo4jGraph

NODES = """
MATCH (n) WHERE NOT n:KgrecMeta AND NOT n:KgrecModel
RETURN labels(n)[0] AS label,
  coalesce(n.product_id, n.user_id, n.brand_id, n.category_id, n.hash) AS id,
  properties(n) AS properties
"""
RELATIONSHIPS = """
MATCH (a)-[r]->(b)
RETURN coalesce(a.product_id, a.user_id, a.category_id) AS start, type(r) AS type,
  coalesce(b.product_id, b.brand_id, b.category_id) AS end, properties(r) AS properties
"""
NEAR = 1e-5
"""How far apart two vectors of one text may be: a batch of other texts rounds otherwise."""

LEARNED = "gnn_embedding"
"""Learned vectors: each training writes into the other slot, so that they are compared apart."""

Key = tuple[str, str, str]
"""Label, id and property of a vector."""


@dataclass(frozen=True)
class GraphState:
    """Every node and relationship with all properties, as texts; `vectors` [d] by node."""

    rows: frozenset[str]
    vectors: Mapping[Key, np.ndarray]

    def differences(self, other: "GraphState") -> list[str]:
        """What only one of the two has, and vectors that are further apart than `NEAR`."""
        found = sorted(self.rows ^ other.rows)
        found += [f"vector {key}" for key in sorted(self.vectors.keys() ^ other.vectors.keys())]
        for key in self.vectors.keys() & other.vectors.keys():
            mine, theirs = self.vectors[key], other.vectors[key]
            if mine.shape != theirs.shape or np.abs(mine - theirs).max() > NEAR:
                found.append(f"vector {key} differs")
        return found

    def without_user(self, user_id: str) -> "GraphState":
        """The same without a user and what the user did."""
        gone = (f'["User","{user_id}",', f'["{user_id}",')
        return GraphState(
            frozenset(row for row in self.rows if not row.startswith(gone)), self.vectors
        )


def graph_state(graph: Neo4jGraph) -> GraphState:
    """What the graph holds now, but for kgrec's own notes, which have times, and for what was
    learned."""
    rows: set[str] = set()
    vectors: dict[Key, np.ndarray] = {}
    for node in graph.ask(NODES):
        plain: dict[str, Any] = {}
        for name, value in node["properties"].items():
            if name.startswith(LEARNED):
                continue
            if name.startswith("text_embedding"):
                key = (node["label"], str(node["id"]), name)
                vectors[key] = np.asarray(value, dtype=np.float32)
            else:
                plain[name] = value
        rows.add(_text([node["label"], node["id"], plain]))
    for each in graph.ask(RELATIONSHIPS):
        rows.add(_text([each["start"], each["type"], each["end"], each["properties"]]))
    return GraphState(frozenset(rows), vectors)


def _text(row: list[Any]) -> str:
    return json.dumps(row, sort_keys=True, default=str, ensure_ascii=False, separators=(",", ":"))
