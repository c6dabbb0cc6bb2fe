"""Small shops on disk that tests change and load, and a graph as plain sets to compare."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from neo4j import Driver

from kg.build import BuildOptions, BuildSummary, build_graph
from kg.catalog import SourceOptions
from kg.graph.neo4j import Neo4jGraph
from kg.sources import open_source

TOY = Path(__file__).parent / "toy_shop"

NODES = """
MATCH (n) WHERE NOT n:KgrecMeta
RETURN labels(n)[0] AS label,
  coalesce(n.product_id, n.user_id, n.brand_id, n.category_id, elementId(n)) AS id,
  properties(n) AS properties
"""
RELATIONSHIPS = """
MATCH (a)-[r]->(b)
RETURN coalesce(a.product_id, a.user_id, a.category_id, elementId(a)) AS start, type(r) AS type,
  coalesce(b.product_id, b.brand_id, b.category_id, elementId(b)) AS end,
  properties(r) AS properties
"""


class Shop:
    """A copy of the toy shop in a folder of its own, and ways to edit its files."""

    def __init__(self, folder: Path, name: str = "shop") -> None:
        self.path = folder / name
        shutil.copytree(TOY, self.path)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that is in the file."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, *lines: str) -> None:
        """Add lines at the end of a file."""
        with (self.path / file).open("a", encoding="utf-8") as opened:
            opened.writelines(f"{line}\n" for line in lines)

    def drop(self, file: str, beginning: str) -> None:
        """Remove the lines that begin so."""
        lines = (self.path / file).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(beginning)]
        assert len(kept) < len(lines)
        (self.path / file).write_text("".join(kept), encoding="utf-8")


def build(
    graph: Neo4jGraph,
    source: Path | Shop = TOY,
    strict: bool = False,
    rejects: Path | None = None,
    **options: Any,
) -> BuildSummary:
    """Build a shop without embeddings, unless `embed` is among the options."""
    path = source.path if isinstance(source, Shop) else source
    how = SourceOptions(strict=strict, rejects=rejects)
    return build_graph(graph, open_source(path, how), BuildOptions(**{"embed": False, **options}))


def clear(driver: Driver) -> None:
    """Remove all nodes, and leave constraints and indexes."""
    with driver.session() as session:
        session.run("MATCH (n) DETACH DELETE n").consume()


def nodes(driver: Driver) -> dict[tuple[str, str], dict[str, Any]]:
    """(label, id) -> properties, of all nodes but KgrecMeta."""
    with driver.session() as session:
        found = session.run(NODES).data()
    assert len({(row["label"], row["id"]) for row in found}) == len(found)
    return {(row["label"], row["id"]): row["properties"] for row in found}


def relationships(driver: Driver, *types: str) -> Counter[tuple[str, str, str]]:
    """How often there is each (start, type, end), of these types or of all."""
    with driver.session() as session:
        found = session.run(RELATIONSHIPS).data()
    return Counter(
        (row["start"], row["type"], row["end"])
        for row in found
        if not types or row["type"] in types
    )


def everything(driver: Driver) -> tuple[Any, Any]:
    """All nodes and relationships with all their properties, but KgrecMeta."""
    with driver.session() as session:
        found = session.run(RELATIONSHIPS).data()
    edges = Counter(
        (row["start"], row["type"], row["end"], tuple(sorted(row["properties"].items())))
        for row in found
    )
    return nodes(driver), edges


def meta(driver: Driver) -> dict[str, Any]:
    """The properties of KgrecMeta."""
    with driver.session() as session:
        return session.run("MATCH (m:KgrecMeta) RETURN properties(m) AS m").single(strict=True)["m"]  # type: ignore[no-any-return]
