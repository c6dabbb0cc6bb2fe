"""Users who are to stay forgotten: what writes events leaves their rows out, and counts them."""

from collections.abc import Collection
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from kg.catalog import Rejects

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

CODE = "forgotten_user"
WHY = "the user is to stay forgotten"


def hash_of(user_id: str) -> str:
    """What is kept of a forgotten user's id."""
    return blake2b(user_id.encode(), digest_size=16, person=b"kgrec-forgotten").hexdigest()


def without(
    users: Collection[str], frame: pl.DataFrame, file: str, rejects: Rejects
) -> pl.DataFrame:
    """The rows [m <= n] with a user_id that are not of `users`; the others are rejected."""
    if not users:
        return frame
    of_them = frame["user_id"].is_in(list(users))
    for line in frame.filter(of_them)["line"]:
        rejects.add(file, line, CODE, WHY)
    return frame.filter(~of_them)


def read_forgotten(graph: "Neo4jGraph") -> frozenset[str]:
    """Who is to stay forgotten: the hashes of their ids."""
    return frozenset(graph.read("load/forgotten")[0]["hashes"])
