"""The two slots of text vectors: which is written to, their indexes, the switch between them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.embed.encoder import Encoder
from kg.errors import GraphError
from kg.schema import SLOTS

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

INDEXES = ("product_text", "entity_text_vector")
"""Vector indexes of texts; each exists once a slot, as `product_text_a`."""

_PATIENCE_S = 600


@dataclass(frozen=True)
class ServedText:
    """What KgrecMeta says of text vectors: None throughout before the first were made."""

    slot: str | None
    encoder: str | None
    revision: str | None
    dimension: int | None
    nodes: int


@dataclass(frozen=True)
class VectorIndex:
    """A vector index of the server: `state` is ONLINE, POPULATING or FAILED."""

    name: str
    state: str
    percent: float
    dimension: int | None


def served_text(graph: "Neo4jGraph") -> ServedText:
    """What is served now. Raises GraphError where kgrec has not built the graph."""
    rows = graph.read("write/served_text")
    if not rows:
        raise GraphError("the graph is empty: fill it with kgrec build-graph SOURCE")
    return ServedText(**rows[0])


def vector_indexes(graph: "Neo4jGraph") -> dict[str, VectorIndex]:
    """The server's vector indexes by name."""
    return {row["name"]: VectorIndex(**row) for row in graph.read("write/vector_indexes")}


def property_of(slot: str) -> str:
    """The property that holds the vectors of a slot."""
    return f"text_embedding_{slot}"


def other(slot: str) -> str:
    """The slot that is not this one."""
    return SLOTS[1 - SLOTS.index(slot)]


def target_slot(served: ServedText, encoder: Encoder) -> str:
    """Where the encoder's vectors go: beside those of another model, never among them."""
    if served.slot is None or served.revision is None:
        return served.slot or SLOTS[0]
    return served.slot if served.revision == encoder.revision else other(served.slot)


def ensure_indexes(graph: "Neo4jGraph", slot: str, dimension: int) -> None:
    """Make the indexes of `slot` for vectors of `dimension`, and those of the other if missing.

    Every index exists from the first, because a query that names a missing one cannot be planned.
    """
    found = vector_indexes(graph)
    for kind in INDEXES:
        wrong = found.get(f"{kind}_{slot}")
        if wrong and (wrong.dimension != dimension or wrong.state == "FAILED"):
            graph.run_auto("write/drop_index", index=wrong.name)
            del found[wrong.name]
        for name in (f"{kind}_{slot}", f"{kind}_{other(slot)}"):
            if name not in found:
                _create(graph, name, dimension)


def _create(graph: "Neo4jGraph", name: str, dimension: int) -> None:
    try:
        graph.run_auto(f"write/create_{name}", options=index_options(dimension))
    except GraphError:  # a server before 2026.06 does not know how to look at more candidates
        graph.run_auto(f"write/create_{name}", options=index_options(dimension, accurate=False))


def index_options(dimension: int, *, accurate: bool = True) -> dict[str, object]:
    """What a vector index of `dimension` is made with.

    An accurate one looks at 8 candidates for each hit it returns: of the fifty nearest of 12,000
    products, which a request asks for, it finds 49.97, of the ten nearest 9.91, where the server's
    default of 3 finds 48.6 and 9.26; 16 finds 50 and 9.99 in nearly twice the time.
    """
    config: dict[str, object] = {
        "vector.dimensions": dimension,
        "vector.similarity_function": "cosine",
    }
    if accurate:
        config["vector.default_search_expansion_factor"] = 8.0
    return {"indexConfig": config}


def await_indexes(graph: "Neo4jGraph") -> None:
    """Wait until what was just made or written can be searched."""
    graph.read("write/await_indexes", seconds=_PATIENCE_S)


def serve(graph: "Neo4jGraph", slot: str, encoder: Encoder) -> None:
    """Serve `slot` from now on: one small transaction, seen by the next request."""
    graph.write(
        "write/serve_text",
        slot=slot,
        encoder=encoder.name,
        encoder_revision=encoder.revision,
        dimension=encoder.dimension,
    )


def empty(graph: "Neo4jGraph", slot: str) -> int:
    """Remove the vectors of a slot that is not served; how many there were."""
    rows = graph.run_auto("write/empty_slot", property=property_of(slot))
    return int(rows[0]["removed"]) if rows else 0
