"""The toy shop with vectors whose cosines can be worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.graph.memory import MemoryGraph
from kg.language import tokens
from kg.recommend.recommender import Recommender
from kg.snapshot import embedded, snapshot_of
from kg.snapshot.types import Snapshot
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
AXES = ("shoe", "run", "sock", "lipstick", "red", "balm", "sandal", "wool")


class ByAxes:
    """A text is 1 on the axis of each of AXES that it names, scaled to unit length."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        named = [set(tokens(text)) for text in texts]
        vectors = np.array([[axis in words for axis in AXES] for words in named], np.float32)
        vectors = vectors.reshape(len(texts), len(AXES))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def with_setting(snapshot: Snapshot, out_of_stock: str) -> Snapshot:
    """A shop that does this with what is out of stock."""
    return replace(snapshot, meta=replace(snapshot.meta, out_of_stock=out_of_stock))


@pytest.fixture(scope="session")
def toy() -> MemoryGraph:
    """The toy shop in memory."""
    snapshot = snapshot_of(open_source(TOY_SHOP))
    return MemoryGraph(embedded(snapshot, ByAxes().encode, "by axes"))


@pytest.fixture
def recommender(toy: MemoryGraph) -> Recommender:
    """Recommends from the toy shop."""
    return Recommender(toy, lambda _: ByAxes())
