"""Beauty in a graph of the benchmarks' own, built once a run, embeddings included."""

import atexit
import tempfile
from functools import cache
from pathlib import Path

from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running
from kg.sources import open_source
from tests.bench.figures import DATA
from tests.conftest import kill_server

BEAUTY = DATA / "amazon-beauty"


def missing() -> bool:
    """Is the data not here? Says so."""
    if not BEAUTY.exists():
        print("  skipped: ../shared/data/amazon-beauty is not here")
    return not BEAUTY.exists()


@cache
def beauty_server() -> Settings:
    """The login of a server that holds Beauty; it ends with the process."""
    folder = tempfile.TemporaryDirectory(prefix="kgrec-bench-")
    home = Path(folder.name)
    atexit.register(folder.cleanup)
    atexit.register(kill_server, home)
    settings = ensure_running(home, lambda _: None)
    with Neo4jGraph(settings) as graph:
        build_graph(graph, open_source(BEAUTY), BuildOptions())
    return settings
