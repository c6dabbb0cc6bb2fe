"""The toy shop as a snapshot with vectors of its words."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.graph.memory import MemoryGraph
from kg.language import tokens
from kg.snapshot import Snapshot, embedded, snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
DIMENSION = 32


def by_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector [n, 32] of each text: its words, each at a place of its own and weighed."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for word in tokens(text):
            number = zlib.crc32(word.encode())
            row[number % DIMENSION] += 1.0 + number % 7 / 10
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0), np.float32)


@pytest.fixture(scope="session")
def toy_snapshot() -> Snapshot:
    """The toy shop in arrays."""
    return embedded(snapshot_of(open_source(TOY_SHOP)), by_words, "by words")


@pytest.fixture(scope="session")
def toy_memory(toy_snapshot: Snapshot) -> MemoryGraph:
    """The toy shop as a Graph without a server."""
    return MemoryGraph(toy_snapshot)
