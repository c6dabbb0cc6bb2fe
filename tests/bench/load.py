"""Loading Beauty against what one writes first: rows in batches of 1,000, one after the other.

Each loads into a server of its own, just started, with the same constraints. Compared is what both
do: nodes, what belongs to what, events. What build-graph derives on top is timed by itself.
"""

import csv
import gzip
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from neo4j import Driver, GraphDatabase

from kg.build import BuildOptions, BuildSummary, build_graph
from kg.graph.neo4j import Neo4jGraph
from kg.ids import brand_id, category_id, event_id
from kg.load.schema import make_schema
from kg.local_server import ensure_running
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.bench.figures import DATA, Figure
from tests.conftest import kill_server

BEAUTY = DATA / "amazon-beauty"
BATCH = 1_000
LOADING = ("nodes", "relationships", "events")
READ_AND_LOAD = ("check", "schema", *LOADING)
SAMPLE_PRODUCTS, SAMPLE_USERS = 2_000, 3_000

PRODUCTS = """
UNWIND $rows AS row
MERGE (p:Product {product_id: row.product_id})
SET p.title = row.title, p.source = 'beauty'
FOREACH (_ IN CASE WHEN row.brand_id IS NULL THEN [] ELSE [1] END |
  MERGE (b:Brand {brand_id: row.brand_id}) SET b.name = row.brand
  MERGE (p)-[:MADE_BY]->(b))
FOREACH (category IN row.categories |
  MERGE (c:Category {category_id: category.id}) SET c.name = category.name
  MERGE (p)-[:IN_CATEGORY]->(c))
"""
EVENTS = """
UNWIND $rows AS row
MERGE (u:User {user_id: row.user_id})
MERGE (p:Product {product_id: row.product_id})
MERGE (u)-[e:BOUGHT {event_id: row.event_id}]->(p)
SET e.at = row.at, e.source = 'beauty'
"""


def run() -> list[Figure]:
    """Seconds of both and their ratio, an unchanged second run, and memory at two sizes."""
    if not BEAUTY.exists():
        print("  skipped: ../shared/data/amazon-beauty is not here")
        return []
    return [*_speed(), *_memory()]


def _speed() -> list[Figure]:
    with server() as home:
        naive = _naive(home)
    with server() as home:
        first, again, forced = (_build(home, BEAUTY, force) for force in (False, False, True))
    loading = _seconds(first, LOADING)
    return [
        Figure("batches of 1,000, one after the other", naive, "s"),
        Figure("build-graph: nodes, relationships, events", loading, "s"),
        Figure("batches of 1,000 / build-graph", naive / loading, "times", 3.0),
        Figure("build-graph: derived", _seconds(first, ("derived",)), "s"),
        Figure("build-graph: all but embeddings", first.seconds, "s"),
        Figure("unchanged second run / first", again.seconds / first.seconds, "times", 0.2, "<="),
        Figure("the same, read all the same (--force)", forced.seconds / first.seconds, "times"),
    ]


def _memory() -> list[Figure]:
    once, tenfold = (_peak(times) for times in (1, 10))
    return [
        Figure("peak memory, sample shop", once, "MB", 600, "<="),
        Figure("peak memory, sample shop of ten times the size", tenfold, "MB", 600, "<="),
        Figure("ten times the size / once", tenfold / once, "times", 1.5, "<="),
    ]


@contextmanager
def server() -> Iterator[Path]:
    """A home with a server of its own, just started, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kgrec-bench-") as folder:
        home = Path(folder)
        ensure_running(home, lambda _: None)
        try:
            yield home
        finally:
            kill_server(home)


def _build(home: Path, source: Path, force: bool = False) -> BuildSummary:
    with Neo4jGraph(ensure_running(home, print)) as graph:
        return build_graph(graph, open_source(source), BuildOptions(embed=False, force=force))


def _seconds(summary: BuildSummary, names: Sequence[str]) -> float:
    return sum(stage.seconds for stage in summary.stages if stage.name in names)


def _peak(times: int) -> float:
    """The most memory of reading and loading a sample shop, in a process that does only that."""
    with tempfile.TemporaryDirectory(prefix="kgrec-bench-") as folder, server() as home:
        shop = Path(folder)
        sample_shop(shop, times * SAMPLE_PRODUCTS, times * SAMPLE_USERS, seed=7)
        with get_context("spawn").Pool(1) as pool:
            return pool.apply(_peak_of_build, (home, shop))


def _peak_of_build(home: Path, shop: Path) -> float:
    stages = _build(home, shop).stages
    return max(stage.peak_mb for stage in stages if stage.name in READ_AND_LOAD)


def _naive(home: Path) -> float:
    """Seconds that the baseline takes; it reads with csv and writes with MERGE."""
    settings = ensure_running(home, print)
    with Neo4jGraph(settings) as graph:
        make_schema(graph)
    started = time.perf_counter()
    with GraphDatabase.driver(settings.uri, auth=("neo4j", settings.password)) as driver:
        _write(driver, PRODUCTS, _products())
        _write(driver, EVENTS, _events())
        with driver.session() as session:
            events = session.run("MATCH ()-[e:BOUGHT]->() RETURN count(e)").single(strict=True)[0]
    if events != 198_502:
        raise ValueError(f"expected 198,502 events, got {events}")
    return time.perf_counter() - started


def _write(driver: Driver, cypher: str, rows: Iterator[Mapping[str, Any]]) -> None:
    with driver.session() as session:
        while part := list(islice(rows, BATCH)):
            session.run(cypher, rows=part).consume()


def _products() -> Iterator[dict[str, Any]]:
    with gzip.open(BEAUTY / "products.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = row["category_path"].split(" > ")
            row["brand_id"] = brand_id(row["brand"]) if row["brand"] else None
            yield {**row, "categories": [{"id": category_id(path), "name": path[-1]}]}


def _events() -> Iterator[dict[str, Any]]:
    with gzip.open(BEAUTY / "interactions.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = int(row["position"])
            found = event_id(row["user_id"], "BOUGHT", row["product_id"], at, None)
            yield {**row, "at": at, "event_id": found}
