"""Beauty exported to a snapshot against the plain loop: a record an edge, vectors as lists."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from neo4j import GraphDatabase

from kg.connection import Settings
from kg.graph.neo4j import Neo4jGraph
from kg.snapshot import export, keep, open_snapshot
from tests.bench.beauty import beauty_server, missing
from tests.bench.figures import Figure

TIMES = 2
LOOP = {
    "products": """
        MATCH (p:Product)
        OPTIONAL MATCH (p)-[:MADE_BY]->(b:Brand)
        RETURN p.product_id, p.title, p.description, p.image_url, p.price_minor, p.in_stock,
          p.released_at, p.popularity, p.mean_age, p.mean_place, b.brand_id, p.text_embedding_a
    """,
    "brands": "MATCH (b:Brand) RETURN b.brand_id, b.name, b.name_key, b.text_embedding_a",
    "categories": """
        MATCH (c:Category)
        OPTIONAL MATCH (c)-[:SUBCATEGORY_OF]->(above:Category)
        RETURN c.category_id, c.name, c.name_key, above.category_id, c.text_embedding_a
    """,
    "in_category": """
        MATCH (p:Product)-[:IN_CATEGORY]->(c:Category) RETURN p.product_id, c.category_id
    """,
    "users": "MATCH (u:User) RETURN u.user_id",
    "events": """
        MATCH (u:User)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(p:Product)
        RETURN u.user_id, p.product_id, type(e), e.at, e.value, e.order_id
    """,
    "bought_next": """
        MATCH (a:Product)-[e:BOUGHT_NEXT]->(b:Product)
        RETURN a.product_id, b.product_id, e.weight, e.support
    """,
    "bought_with": """
        MATCH (a:Product)-[e:BOUGHT_WITH]->(b:Product)
        RETURN a.product_id, b.product_id, e.weight, e.support
    """,
}


def run() -> list[Figure]:
    """Seconds of both and their ratio; of keeping, of an unchanged graph, of opening."""
    return [] if missing() else measured(beauty_server())


def measured(settings: Settings) -> list[Figure]:
    """The figures of a server that holds Beauty."""
    plain, exported = [], []
    with Neo4jGraph(settings) as graph, tempfile.TemporaryDirectory() as name:
        for _ in range(TIMES):
            plain.append(_seconds(lambda: _loop(settings)))
            exported.append(_seconds(lambda: export(graph)))
        first, again = (_seconds(lambda: keep(graph, Path(name))) for _ in range(2))
        opened = _seconds(lambda: open_snapshot(Path(name)))
    return [
        Figure("plain loop over records", min(plain), "s"),
        Figure("export", min(exported), "s"),
        Figure("plain loop / export", min(plain) / min(exported), "times", 5.0),
        Figure("kgrec snapshot, written to disk", first, "s"),
        Figure("kgrec snapshot, unchanged graph", again, "s"),
        Figure("open", opened, "s"),
    ]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _loop(settings: Settings) -> dict[str, list[list[object]]]:
    login = (settings.username, settings.password)
    with (
        GraphDatabase.driver(settings.uri, auth=login, notifications_min_severity="OFF") as driver,
        driver.session(database=settings.database) as session,
    ):
        return {
            kind: [record.values() for record in session.run(cypher)]
            for kind, cypher in LOOP.items()
        }
