"""Open the graph that the environment names, or the local server, started if need be."""

from collections.abc import Callable

from kg.connection import from_environment, home
from kg.graph.neo4j import Neo4jGraph


def open_graph(say: Callable[[str], None] = lambda _: None) -> Neo4jGraph:
    """Connect to NEO4J_URI, or to the local server, which is started where it is not running.

    `say` is told when a server has to be started. Raises ConnectionFailed, ServerError.
    """
    settings = from_environment()
    if settings is None:
        from kg.local_server import ensure_running  # not needed with a server of one's own

        settings = ensure_running(home(), say)
    return Neo4jGraph(settings)
