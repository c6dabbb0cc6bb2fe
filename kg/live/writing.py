"""Write into a graph that is served, beside whatever build or refresh may be at work."""

from typing import TYPE_CHECKING

from kg.errors import GraphError
from kg.load.writer import Writer
from kg.meta import Meta, built_meta
from kg.schema import NODES, RELATIONSHIPS
from kg.stages import Tally

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

SOURCE = "live"
"""The source of what came one by one."""


class NoLock:
    """Stands for the writer's lock. Keys are held unique by constraints, what is written is
    compared first: a change by itself needs no lock, and must not wait for an hour's build.
    """

    def check(self) -> None:
        """Nobody takes over what nobody holds."""


def live_writer(graph: "Neo4jGraph", meta: Meta, source: str = SOURCE) -> Writer:
    """A writer that takes nothing for absent."""
    there = dict.fromkeys((*NODES, *RELATIONSHIPS), 1)
    return Writer(graph, source, NoLock(), there, meta.language or "english", tally=Tally())


def live_meta(graph: "Neo4jGraph") -> Meta:
    """What the graph says of itself. Raises GraphError where it cannot take what happens now."""
    meta = built_meta(graph)
    if meta.until is not None:
        raise GraphError(
            f"the graph is as it was before {meta.until}: what happens now belongs into one that is"
            " built without --until"
        )
    return meta
