"""The fifty nearest texts of Beauty's products to users' tastes, beside one product in float32."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.embed.blas import one_blas_thread
from kg.graph.memory.nearest import nearest
from kg.graph.neo4j import Neo4jGraph
from kg.snapshot import Snapshot, export
from tests.bench.beauty import beauty_server, missing
from tests.bench.figures import Figure

USERS, LIMIT, TIMES, SEED = 400, 50, 5, 7
TOGETHER = (1, 8)

Tastes = NDArray[np.float32]


def run() -> list[Figure]:
    """Milliseconds a taste, alone and eight together, and how many times as quick."""
    if missing():
        return []
    with Neo4jGraph(beauty_server()) as graph:
        snapshot = export(graph)
    text = snapshot.text
    if text is None:
        raise ValueError("expected products with vectors")
    asked = tastes(snapshot, text.product)
    found = [Figure("axes that are compared first", text.coarse_product.axes.shape[1], "")]
    with one_blas_thread():
        for together in TOGETHER:
            plain = _milliseconds(asked, together, lambda some: _plain(text.product, some))
            own = _milliseconds(
                asked,
                together,
                lambda some: [
                    *nearest(text.product, text.coarse_product, [*some], text.has_product, LIMIT)
                ],
            )
            found += [
                Figure(f"float32 product and partition, {together} together", plain, "ms"),
                Figure(f"nearest, {together} together", own, "ms"),
                Figure(f"plain / nearest, {together} together", plain / own, "times"),
            ]
    return found


def tastes(snapshot: Snapshot, texts: NDArray[np.float32]) -> Tastes:
    """Mean texts [USERS, d] of what users bought."""
    start = snapshot.events.start
    users = np.random.default_rng(SEED).permutation(len(start) - 1)[:USERS]
    products = [snapshot.events.product[start[user] : start[user + 1]] for user in users]
    return np.stack([texts[each].mean(axis=0) for each in products])


def _plain(texts: NDArray[np.float32], asked: Tastes) -> list[NDArray[np.intp]]:
    return [np.argpartition(-cosines, LIMIT)[:LIMIT] for cosines in asked @ texts.T]


def _milliseconds(
    asked: Tastes, together: int, find: Callable[[Tastes], Sequence[object]]
) -> float:
    """The least of several rounds, a taste."""
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        for start in range(0, USERS, together):
            find(asked[start : start + together])
        spent.append(1000 * (time.perf_counter() - begun) / USERS)
    return min(spent)
