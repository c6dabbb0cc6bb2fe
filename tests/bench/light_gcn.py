"""A LightGCN step on a graph of amazon-book's size: CSR as kgrec has it against PyG by edge_index.

Each measured in a process of its own, since the allocator's setting holds for a whole process.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from tests.bench.figures import Figure

USERS, PRODUCTS, EDGES, DIMENSION, LAYERS, BATCH = 70_679, 24_915, 652_514, 64, 3, 4_096
STEPS = 5
HUGE = "THP_MEM_ALLOC_ENABLE"
"""torch's setting to ask for memory in huge pages."""


def run() -> list[Figure]:
    """Seconds of a step both ways, with torch's allocator as it is and with huge pages."""
    shipped, huge = _measured("shipped", "0"), _measured("shipped", "1")
    csr, huge_csr = _measured("csr", "0"), _measured("csr", "1")
    return [
        Figure("PyG's LightGCN by edge_index, a step", shipped, "s"),
        Figure("the same with huge pages", huge, "s"),
        Figure("kgrec's by CSR, a step", csr, "s"),
        Figure("the same with huge pages", huge_csr, "s"),
        Figure("PyG as shipped / kgrec with huge pages", shipped / huge_csr, "times", 10.0),
        Figure("PyG / kgrec, neither with huge pages", shipped / csr, "times", 5.0),
        Figure("PyG / kgrec, both with huge pages", huge / huge_csr, "times", 5.0),
    ]


def _measured(name: str, huge: str) -> float:
    command = [sys.executable, "-m", "tests.bench.light_gcn", name]
    done = subprocess.run(
        command, env={**os.environ, HUGE: huge}, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def seconds(name: str, device: str = "cpu") -> float:
    """Of a step, `shipped` or `csr`: the median of STEPS."""
    import torch

    def wait() -> None:
        if device == "cuda":
            torch.cuda.synchronize()

    step = _step(name, device)
    step()
    taken = []
    for _ in range(STEPS):
        wait()
        started = time.perf_counter()
        step()
        wait()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _step(name: str, device: str) -> Callable[[], None]:
    """A forward and a backward pass with the loss of a batch, every node's vector made."""
    import numpy as np
    import torch
    from torch_geometric.nn import LightGCN as Shipped

    from gnn.graphs import adjacency
    from gnn.models.light_gcn import LightGCN

    chance = np.random.default_rng(7)
    popular = 1 / np.arange(1, PRODUCTS + 1) ** 0.7
    user = chance.integers(0, USERS, EDGES)
    product = USERS + chance.choice(PRODUCTS, EDGES, p=popular / popular.sum())
    some = torch.from_numpy(np.stack([user[:BATCH], product[:BATCH]])).to(device)
    nodes = USERS + PRODUCTS
    if name == "csr":
        graph = adjacency((user, product, np.ones(EDGES)), nodes, device)
        ours = LightGCN(nodes, DIMENSION, LAYERS).to(device)

        def by_csr() -> None:
            vectors = ours(graph)
            loss = -(vectors[some[0]] * vectors[some[1]]).sum(1).sigmoid().log().mean()
            torch.autograd.backward(loss)

        return by_csr
    pairs = torch.from_numpy(np.stack([np.r_[user, product], np.r_[product, user]])).to(device)
    theirs = Shipped(nodes, DIMENSION, LAYERS).to(device)

    def by_edge_index() -> None:
        loss = -theirs(pairs, some).sigmoid().log().mean()
        torch.autograd.backward(loss)

    return by_edge_index


if __name__ == "__main__":
    print(seconds(sys.argv[1]))
