"""Is the graph still what it was when it was read out?"""

import json
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from kg.errors import GraphError

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PASSING = ("lock_", "last_refresh_", "derived_at", "kgrec_version", "rules_revision")
"""What KgrecMeta notes, by how it begins, that changes without a change of the graph."""


@dataclass(frozen=True)
class State:
    """What tells one state of a graph from another.

    `server` is where it was read, `database` the id that a database has for life, `noted` a digest
    of what KgrecMeta says. Events that others than kgrec write raise no revision: these show in
    `counts`.
    """

    server: str
    database: str
    revision: int
    noted: str
    counts: dict[str, int]


def state_of(graph: "Neo4jGraph") -> State:
    """The state that the graph is in. Raises GraphError where kgrec has built none."""
    row = graph.read("export/state")[0]
    if row["meta"] is None:
        raise GraphError("the graph is empty: fill it with kgrec build-graph SOURCE")
    lasting = {key: row["meta"][key] for key in row["meta"] if not key.startswith(PASSING)}
    noted = blake2b(json.dumps(lasting, sort_keys=True, default=str).encode(), digest_size=16)
    return State(
        server=f"{graph.settings.uri}/{graph.settings.database}",
        database=row["database"],
        revision=row["meta"].get("revision") or 0,
        noted=noted.hexdigest(),
        counts=row["counts"],
    )


def difference(then: State, now: State) -> str | None:
    """Why what was read then is not what the graph is now; None where it is."""
    if replace(then, server=now.server) == now:
        return None
    if then.database != now.database:
        return f"is of another graph, that of {then.server}"
    if then.revision != now.revision:
        return f"is of revision {then.revision}, the graph is at revision {now.revision}"
    changed = ", ".join(
        f"{count - then.counts.get(kind, 0):+,} {kind}"
        for kind, count in now.counts.items()
        if count != then.counts.get(kind, 0)
    )
    return "is older than the graph" + (f": {changed}" if changed else "")
