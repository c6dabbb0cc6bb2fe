"""Which parts of a graph are ready to answer requests, and why one is not."""

from kg.errors import KgrecError
from kg.recommend.recommender import Recommender


def readiness(recommender: Recommender) -> dict[str, str | None]:
    """Each part, and why it is not ready: None for one that is.

    Raises GraphError for an empty graph, ConnectionFailed.
    """
    meta = recommender.meta()
    embedded = None if meta.dimension else "no text is embedded: run kgrec refresh-embeddings"
    return {"indexes": _indexes(recommender), "vectors": embedded, "model": _model(recommender)}


def _indexes(recommender: Recommender) -> str | None:
    """A copy in memory needs none."""
    if getattr(recommender.graph, "server", None) is None:
        return None
    rows = recommender.graph.read("schema/indexes")
    filling = [row["name"] for row in rows if row["state"] != "ONLINE"]
    return f"being filled: {', '.join(filling)}" if filling else None


def _model(recommender: Recommender) -> str | None:
    """A graph without a learned model is ready; one whose model cannot be read is not."""
    try:
        recommender.model()
    except KgrecError as error:
        return str(error)
    return None
