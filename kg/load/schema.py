"""Make the constraints and indexes of the graph, and wait until they can be used."""

from typing import TYPE_CHECKING

from kg.errors import GraphError
from kg.language import LANGUAGES
from kg.schema import EVENTS, NODES

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

KEYS = tuple(f"{name.lower()}_key" for name in (*(_.removeprefix("Kgrec") for _ in NODES), *EVENTS))
"""A uniqueness constraint for the key of every node type and for the ids of every event type."""
RANGES = ("brand_name", "category_name", "product_popularity", "product_price")
FULL_TEXTS = ("product_text", "entity_text", "product_exact")

PATIENCE_SECONDS = 3600


def make_schema(graph: "Neo4jGraph") -> None:
    """Make the constraints and range indexes that are missing, and wait for them."""
    found = _indexes(graph)
    missing = [name for name in (*KEYS, *RANGES) if name not in found]
    for name in missing:
        graph.run_auto(f"schema/{name}")
    if missing:
        await_indexes(graph)


def make_full_text(graph: "Neo4jGraph", language: str) -> list[str]:
    """Make the full-text indexes of a language where they are missing or of another; their names.

    They are made when the graph is full: filling them once is faster than keeping them up.
    """
    found = _indexes(graph)
    made = []
    for name in FULL_TEXTS:
        analyzer = analyzer_of(name, language)
        if name in found and found[name] != analyzer:
            graph.run_auto("write/drop_index", index=name)
        if found.get(name) != analyzer:
            options = {"indexConfig": {"fulltext.analyzer": analyzer}}
            graph.run_auto(f"schema/{name}", options=options)
            made.append(name)
    return made


def is_complete(graph: "Neo4jGraph", language: str) -> bool:
    """Is every constraint and index there that a build makes, in the graph's language?"""
    found = _indexes(graph)
    texts = all(found.get(name) == analyzer_of(name, language) for name in FULL_TEXTS)
    return texts and found.keys() >= {*KEYS, *RANGES}


def await_indexes(graph: "Neo4jGraph") -> None:
    """Wait until every index is filled. Raises GraphError for one that failed."""
    graph.read("write/await_indexes", seconds=PATIENCE_SECONDS)
    failed = [row["name"] for row in graph.read("schema/indexes") if row["state"] == "FAILED"]
    if failed:
        raise GraphError(
            f"the server could not fill {', '.join(failed)}; see its log, then remove"
            " the index with DROP INDEX and run the same command again"
        )


def analyzer_of(index: str, language: str) -> str:
    """The analyzer of a full-text index; `product_exact` takes words as they are."""
    return LANGUAGES["none" if index == "product_exact" else language].analyzer


def _indexes(graph: "Neo4jGraph") -> dict[str, str | None]:
    """Index name -> its analyzer, None for what is no full-text index."""
    return {
        row["name"]: row["options"].get("indexConfig", {}).get("fulltext.analyzer")
        for row in graph.read("schema/indexes")
    }
