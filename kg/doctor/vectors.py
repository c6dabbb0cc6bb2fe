"""Are the vectors those of the texts, and all of one model?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import EMBED, Finding, broken, ok, warn
from kg.embed.encoder import Encoder, encoder_named
from kg.embed.refresh import embed_stale
from kg.errors import EncoderError

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


def models(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Is there one model's vectors only, and is it the model that queries are encoded by?"""
    slot = meta.get("text_slot")
    if slot is None:
        yield broken("model", "no text has a vector yet", EMBED)
        return
    rows = {row["slot"]: row for row in graph.read("doctor/vectors")}
    lengths = rows[slot]["dimensions"]
    if set(lengths) - {meta.get("dimension")}:
        what = (
            f"vectors of {len(lengths)} lengths are mixed: {', '.join(map(str, sorted(lengths)))}"
        )
        yield broken("model", what, EMBED)
    if left := sum(row["nodes"] for row in rows.values() if row["slot"] != slot):
        yield warn("model", f"{left:,} vectors of a model that is not served take room", EMBED)
    yield _encoder_finding(meta)


def _encoder_finding(meta: Mapping[str, Any]) -> Finding:
    name = str(meta.get("encoder"))
    encoder = _encoder(meta)
    if encoder is None:
        repair = f"install the model, or {EMBED} --encoder another"
        return broken("model", f"the graph's encoder {name} cannot be loaded here", repair)
    if encoder.revision != meta.get("encoder_revision"):
        what = f"the graph's vectors are of another {name} than the one installed here"
        return broken("model", what, EMBED)
    return ok("model", f"{name}, {encoder.dimension} dimensions, slot {meta['text_slot']}")


def embeddings(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """How many texts have the vector of what they now say?"""
    encoder = _encoder(meta)
    if meta.get("text_slot") is None or encoder is None:
        return
    found = embed_stale(graph, encoder, dry_run=True)
    share = f"{found.nodes - found.left:,} of {found.nodes:,}"
    if found.left:
        yield warn("embeddings", f"{share} texts are embedded as they now are", EMBED)
    else:
        yield ok("embeddings", f"{share} texts are embedded as they now are")


def _encoder(meta: Mapping[str, Any]) -> Encoder | None:
    try:
        return encoder_named(str(meta.get("encoder")))
    except EncoderError:
        return None
