"""`python -m tests.bench fuzz [--seconds N]`: a hundred thousand odd inputs, none answered wrongly.

Each is known by its kind, the seed and a number, and what is wrong is written, as small as it was
made, into a folder (--failures) as a file that tests/fuzz/test_corpus.py can replay.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from neo4j import GraphDatabase

from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running
from tests.bench.figures import Figure
from tests.conftest import kill_server
from tests.fuzz.kinds import KINDS
from tests.fuzz.run import Tried, written
from tests.fuzz.run import run as tried
from tests.fuzz.world import world

SEED = 1


def run(arguments: list[str]) -> list[Figure]:
    """How many inputs of each kind were answered wrongly, of how many."""
    asked = _options().parse_args(arguments)
    share = asked.inputs / sum(KINDS[name].share for name in asked.only)
    counts = {name: round(kind.share * share) for name, kind in KINDS.items() if name in asked.only}
    with TemporaryDirectory(prefix="kgrec-fuzz-") as folder:
        home = Path(folder)
        try:
            settings = ensure_running(home, lambda _: None)
            login = (settings.username, settings.password)
            with (
                GraphDatabase.driver(settings.uri, auth=login) as driver,
                Neo4jGraph(settings) as graph,
                world(graph, driver, home) as made,
            ):
                found = tried(made, counts, asked.seed, asked.start, asked.seconds, _say)
        finally:
            kill_server(home)
    for path in written(found, asked.failures):
        _say(f"written: {path}")
    return [_figure(name, each) for name, each in found.items()]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.bench fuzz")
    parser.add_argument("--seconds", type=float, help="end after about so long")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many in all")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--start", type=int, default=0, help="the first input's number")
    parser.add_argument("--only", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), metavar="FOLDER")
    return parser


def _say(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)


def _figure(name: str, told: Tried) -> Figure:
    return Figure(f"{name}, {told.seconds:.0f} s", told.wrong, f"wrong of {told.inputs:,}", 0, "<=")
