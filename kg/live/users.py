"""Make a user known, or forget one so that no later load brings the user back."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from kg.errors import GraphError, NotFound
from kg.live.writing import live_meta, live_writer
from kg.load.events import write_users
from kg.load.forgotten import hash_of, read_forgotten
from kg.meta import built_meta, raise_revision
from kg.schema import is_evidence

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph
    from kg.impressions.store import ImpressionStore
    from kg.live.queue import EventQueue


@dataclass(frozen=True)
class ForgetSummary:
    """What was erased, by type of event, and which learned models (by revision) may have seen it,
    and whether the weights that are served were `tuned` on what it may have been among.
    `impressions` are impressions and clicks, which lie beside the graph.

    What was derived from the events of many, where such were this user's among them, is derived
    anew by the next refresh.
    """

    erased: dict[str, int]
    models: tuple[int, ...]
    derived_until_refresh: bool
    impressions: int = 0
    tuned: bool = False


def put_user(graph: "Neo4jGraph", user_id: str) -> bool:
    """Make a user known; whether that was new. Raises GraphError for one who is forgotten."""
    writer = live_writer(graph, live_meta(graph))
    if write_users(writer, pl.Series([user_id])):
        raise GraphError("this user was forgotten for good; a person who is back needs a new id")
    return bool(writer.tally.written)


def forget_user(
    graph: "Neo4jGraph",
    user_id: str,
    impressions: "ImpressionStore | None" = None,
    queue: "EventQueue | None" = None,
) -> ForgetSummary:
    """Erase a user with all events, also those that wait in `queue`, and remember the id's hash, so
    that loads leave the user out.

    Again, it erases nothing more. Raises NotFound for a user that is not known, GraphError,
    ConnectionFailed.
    """
    built_meta(graph)
    hashed = hash_of(user_id)
    rows = graph.write("write/forget_user", user_id=user_id, hash=hashed)
    seen = rows or (impressions is not None and impressions.knows(user_id))
    seen = seen or (queue is not None and queue.knows(hashed))
    if not seen and hashed not in read_forgotten(graph):
        raise NotFound("no such user in the graph; nothing was erased")
    if rows:
        raise_revision(graph)  # copies of the graph are made anew, without the user
    else:
        graph.write("write/keep_forgotten", hash=hashed)
    if queue is not None:
        queue.forget({hashed})
    erased_beside = impressions.forget(user_id) if impressions is not None else 0
    erased: dict[str, int] = dict(sorted(Counter(rows[0]["types"]).items())) if rows else {}
    models = graph.read("write/models") if erased else []
    revisions = tuple(row["revision"] for row in models)
    tuned = bool(erased) and bool(graph.read("resolve/paper"))
    derived = any(is_evidence(event, 5.0) for event in erased)
    return ForgetSummary(erased, revisions, derived, erased_beside, tuned)
