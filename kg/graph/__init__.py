"""The one seam: what kgrec asks of a graph, whichever engine answers.

A read is named by the file that states it (`walk/bought_next` is `cypher/walk/bought_next.cypher`)
and answers with rows whose columns that file's header declares. `kg.graph.neo4j` runs the file,
`kg.graph.memory` does the same over arrays; a contract test holds the two together.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Row = dict[str, Any]
Call = tuple[str, Mapping[str, Any]]


class Graph(Protocol):
    """The reading side of a graph. Safe to share between threads."""

    def read(self, name: str, **params: object) -> list[Row]:
        """Rows of the query `name`. Raises MissingParams, ConnectionFailed."""
        ...

    def read_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """The rows of several independent queries, run side by side where that is faster."""
        ...

    def close(self) -> None:
        """Give back connections and threads."""
        ...


class WritableGraph(Graph, Protocol):
    """A graph that can also be written to."""

    def write(self, name: str, **params: object) -> list[Row]:
        """Run the writing query `name` in one retried transaction; its rows, mostly counts."""
        ...
