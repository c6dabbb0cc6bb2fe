"""Users who are to stay forgotten: loads leave out their rows, and count them."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from kg.catalog import Batch, Rejects

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

CODE = "forgotten_user"


def hash_of(user_id: str) -> str:
    """What is kept of a forgotten user's id."""
    return blake2b(user_id.encode(), digest_size=16, person=b"kgrec-forgotten").hexdigest()


@dataclass(frozen=True)
class Forgotten:
    """The hashes of the ids of forgotten users."""

    hashes: frozenset[str] = frozenset()

    def without(self, batch: Batch, rejects: Rejects) -> pl.DataFrame:
        """The rows [m <= n] of a batch with a user_id that are not of forgotten users."""
        frame = batch.frame
        if not self.hashes:
            return frame
        ids = frame["user_id"].unique()
        gone = ids.filter(pl.Series([hash_of(id_) in self.hashes for id_ in ids], dtype=pl.Boolean))
        of_them = frame["user_id"].is_in(gone.implode())
        for line in frame.filter(of_them)["line"]:
            rejects.add(batch.file, line, CODE, "the user is to stay forgotten")
        return frame.filter(~of_them)


def read_forgotten(graph: "Neo4jGraph") -> Forgotten:
    """Who is to stay forgotten."""
    return Forgotten(frozenset(graph.read("load/forgotten")[0]["hashes"]))
