"""Open the graph that the environment names, or the local server, started if need be."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.connection import from_environment, home, snapshot_folder
from kg.graph.neo4j import Neo4jGraph
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from kg.graph.memory import MemoryGraph


def open_graph(
    say: Callable[[str], None] = lambda _: None,
    progress: Progress = silent,
    patience: float = 15.0,
    timeout: float | None = None,
) -> Neo4jGraph:
    """Connect to NEO4J_URI, or to the local server, which is started where it is not running.

    `say` is told when a server has to be started, `progress` how far its download is; `patience`
    is how many seconds a lost connection is tried again, `timeout` how many a read may take. Raises
    ConnectionFailed, ServerError.
    """
    settings = from_environment()
    if settings is None:
        from kg.local_server import ensure_running  # not needed with a server of one's own

        settings = ensure_running(home(), say, progress)
    return Neo4jGraph(settings, patience=patience, timeout=timeout)


def open_in_memory(
    say: Callable[[str], None] = lambda _: None, progress: Progress = silent
) -> "MemoryGraph":
    """A copy of that graph in memory, by the snapshot that the home keeps.

    Raises ConnectionFailed, ServerError, GraphError.
    """
    from kg.graph.memory import MemoryGraph  # compiled walks take their time to import
    from kg.graph.memory.rules import read_rules
    from kg.snapshot import kept

    with open_graph(say, progress) as graph:
        return MemoryGraph(kept(graph, snapshot_folder(), progress, say), read_rules(graph))
