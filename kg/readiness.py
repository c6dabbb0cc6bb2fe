"""Which parts of a graph are ready to answer requests, and why one is not."""

from kg.doctor.schema import FULL_TEXT
from kg.embed.slots import INDEXES as TEXT_INDEXES
from kg.errors import EncoderError, KgrecError
from kg.recommend.recommender import Recommender
from kg.recommend.served import Meta


def readiness(recommender: Recommender) -> dict[str, str | None]:
    """Each part, and why it is not ready: None for one that is.

    Raises GraphError for an empty graph, ConnectionFailed.
    """
    meta = recommender.meta()
    embedded = None if meta.dimension else "no text is embedded: run kgrec refresh-embeddings"
    return {
        "indexes": _indexes(recommender, meta),
        "vectors": embedded,
        "encoder": _encoder(recommender, meta),
        "model": _model(recommender),
    }


def _indexes(recommender: Recommender, meta: Meta) -> str | None:
    """A copy in memory needs none."""
    if getattr(recommender.graph, "server", None) is None:
        return None
    states = {row["name"]: row["state"] for row in recommender.graph.read("schema/indexes")}
    if missing := [name for name in _served(meta) if name not in states]:
        return f"missing: {', '.join(missing)}; kgrec doctor says what repairs it"
    filling = [name for name, state in states.items() if state != "ONLINE"]
    return f"being filled: {', '.join(filling)}" if filling else None


def _served(meta: Meta) -> list[str]:
    """The indexes that requests look into: full text, text vectors, learned vectors."""
    texts = [f"{kind}_{meta.text_slot}" for kind in TEXT_INDEXES if meta.text_slot]
    learned = [f"product_gnn_{meta.gnn_slot}"] if meta.gnn_slot else []
    return [*FULL_TEXT, *texts, *learned]


def _encoder(recommender: Recommender, meta: Meta) -> str | None:
    """A graph without vectors needs none."""
    try:
        if meta.text_slot:
            recommender.encoder()
    except EncoderError as error:
        return str(error)
    return None


def _model(recommender: Recommender) -> str | None:
    """A graph without a learned model is ready; one whose model cannot be read is not."""
    try:
        recommender.model()
    except KgrecError as error:
        return str(error)
    return None
