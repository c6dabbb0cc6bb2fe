"""Are the text vectors what the graph says of them?"""

import numpy as np

from kg.errors import GraphError
from kg.snapshot.types import Snapshot

AGAIN = "kgrec refresh-embeddings embeds again"


def check_texts(snapshot: Snapshot) -> None:
    """Raises GraphError for vectors of another dimension, or with what is no number."""
    if snapshot.text is None:
        return
    vectors, said = snapshot.text.product, snapshot.meta.dimension
    if said is not None and vectors.shape[1] != said:
        raise GraphError(
            f"text vectors have {vectors.shape[1]} dimensions where the graph says {said}: {AGAIN}"
        )
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        name = snapshot.products.ids[broken[0]]
        raise GraphError(f"the text vector of product {name!r} has what is no number: {AGAIN}")
