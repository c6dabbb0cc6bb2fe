"""What every part of loading shares: the graph, whose rows they are, what is known of before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kg.graph import Row
from kg.progress import Progress, silent
from kg.stages import Tally

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

BATCH = 10_000
"""Rows a transaction: more of them cost the server more each, fewer wait more for its disk."""

Item = TypeVar("Item")


class Held(Protocol):
    """The right to write."""

    def check(self) -> None:
        """Raise GraphError where another writer has taken over."""
        ...


@dataclass(frozen=True)
class Writer:
    """Writes to `graph` as `source`, and counts what it does.

    `before` are the counts of the graph when writing began (load/counts): where there was nothing
    of a kind, nothing need be looked for.
    """

    graph: "Neo4jGraph"
    source: str
    lock: Held
    before: dict[str, int]
    language: str = "english"
    progress: Progress = silent
    tally: Tally = field(default_factory=Tally)

    def write(self, name: str, **params: Any) -> list[Row]:
        """Run a writing query. Raises GraphError where another writer took over."""
        self.lock.check()
        return self.graph.write(name, **params)

    def write_rows(self, name: str, rows: Sequence[Any], **params: Any) -> None:
        """Run a writing query over rows, a batch a transaction."""
        for part in parts(rows, BATCH):
            self.write(name, rows=part, **params)


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Slices of at most `size` items."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


def counts(graph: "Neo4jGraph") -> dict[str, int]:
    """How many nodes and relationships of each kind there are."""
    return {row["kind"]: row["count"] for row in graph.read("load/counts")}
