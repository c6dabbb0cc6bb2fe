"""Beauty's networks and LightGCN's step on a CUDA card, beside the CPU of the same machine.

An epoch's seconds are those of its batches and of its validation. The CPU trains for two epochs of
six: it is as fast in the others.
"""

import statistics
import time
from dataclasses import dataclass, replace

from gnn.config import MODELS
from gnn.evaluate.splits import Split, leave_one_out
from gnn.items import train_items
from tests.bench.accuracy import beauty
from tests.bench.beauty import missing
from tests.bench.figures import Figure
from tests.bench.light_gcn import seconds

EPOCHS = 2
FASTER = 2.0
"""A card that is not this many times as fast as the CPU is not worth its being the default."""


@dataclass(frozen=True)
class Training:
    """Seconds in all and of each epoch, and the NDCG@10 after each."""

    seconds: float
    epochs: tuple[float, ...]
    measured: tuple[float, ...]


def run() -> list[Figure]:
    """Seconds of training, of an epoch and of a step, and how good the networks are."""
    import torch

    if not torch.cuda.is_available():
        print("  skipped: torch finds no CUDA card on this machine")
        return []
    print(f"  {torch.cuda.get_device_name()}, {torch.get_num_threads()} threads of the CPU")
    figures = []
    if not missing():
        split = leave_one_out(beauty(), "validation")
        trained("items", split, "cuda", 1)  # what is loaded and compiled once is not counted
        figures = [figure for name in MODELS for figure in _of_network(name, split)]
    return figures + _of_step()


def _of_network(name: str, split: Split) -> list[Figure]:
    card, cpu = trained(name, split, "cuda"), trained(name, split, "cpu", EPOCHS)
    epoch, slow = statistics.median(card.epochs), statistics.median(cpu.epochs)
    return [
        Figure(f"{name}, a whole training on the card", card.seconds, "s"),
        Figure(f"{name}, an epoch on the card", epoch, "s"),
        Figure(f"{name}, an epoch on the CPU", slow, "s"),
        Figure(f"{name}, CPU / card", slow / epoch, "times", FASTER),
        Figure(f"{name}, ndcg@10 of the card, epoch {EPOCHS}", card.measured[EPOCHS - 1], ""),
        Figure(f"{name}, ndcg@10 of the CPU, epoch {EPOCHS}", cpu.measured[EPOCHS - 1], ""),
        Figure(f"{name}, ndcg@10 of the card, the best", max(card.measured), ""),
    ]


def trained(name: str, split: Split, device: str, epochs: int | None = None) -> Training:
    """Train a network on what the split knows."""
    taken = list[float]()
    started = time.perf_counter()
    learned = train_items(
        split.known,
        replace(MODELS[name], device=device),
        validation=split,
        epochs=epochs,
        log=lambda _, told: taken.append(told["seconds"]),
    )
    return Training(time.perf_counter() - started, tuple(taken), learned.measured)


def _of_step() -> list[Figure]:
    shipped, csr, cpu = seconds("shipped", "cuda"), seconds("csr", "cuda"), seconds("csr")
    return [
        Figure("PyG's LightGCN by edge_index, a step on the card", shipped, "s"),
        Figure("kgrec's by CSR, a step on the card", csr, "s"),
        Figure("kgrec's by CSR, a step on the CPU", cpu, "s"),
        Figure("kgrec's, CPU / card", cpu / csr, "times", FASTER),
    ]
