"""How training grows with the shop: `python -m tests.bench.growth [batches]`.

The sample shop at 1, 4 and 16 times as many products and users; seconds of CPU (others' work on
the machine does not count) of one epoch of the item network and of the ranker with its examples,
and how much faster these grow than the events do: 1 is linear. Below some 4,000 products the
network grows faster: a batch is compared with 4,000 of them, or all.

With `batches` instead how good the network is with the batch that its catalogue gives it, beside
that of Beauty's: NDCG@10 of the last products but one, by the best of its epochs.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gnn.config import CATALOGUE, ITEMS, LearnConfig
from gnn.evaluate.splits import leave_one_out
from gnn.items import train_items
from gnn.learn import learn
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.bench.figures import Figure

PRODUCTS, USERS, TIMES = 1_000, 1_200, (1, 4, 16)
SEEDS = (0, 1)
LINEAR = 1.5
"""Growth of the seconds over growth of the events, at most."""

STEPS: dict[str, Callable[[Snapshot], object]] = {
    "network": lambda shop: train_items(shop, replace(ITEMS, epochs=1, device="cpu")),
    "ranker": lambda shop: learn(shop, LearnConfig(items=None)),
}


def shop(times: float) -> Snapshot:
    """The sample shop, so many times as large."""
    with tempfile.TemporaryDirectory(prefix="kgrec-bench-") as folder:
        sample_shop(Path(folder), round(PRODUCTS * times), round(USERS * times), seed=7)
        return snapshot_of(open_source(Path(folder)))


def seconds(step: Callable[[Snapshot], object], given: Snapshot) -> float:
    """CPU time of this process."""
    started = time.process_time()
    step(given)
    return time.process_time() - started


def run() -> list[Figure]:
    """Seconds of each size and how they grow."""
    shops = {times: shop(times) for times in TIMES}
    figures = []
    for name, step in STEPS.items():
        step(shops[1])  # what is compiled and imported once is not counted
        before = None
        for times, given in shops.items():
            events, taken = len(given.events.at), seconds(step, given)
            figures.append(Figure(f"{name}, {events:,} events", taken, "s"))
            if before is not None:
                growth = taken / before[1] / (events / before[0])
                told = f"{name}, {times}x beside {times // 4}x, by event"
                figures.append(Figure(told, growth, "times", LINEAR, "<="))
            before = events, taken
    return figures


def batches() -> list[Figure]:
    """NDCG@10 of the network by catalogue, batch and seed."""
    figures = []
    for times in (0.5, *TIMES):
        split = leave_one_out(shop(times), "validation")
        products = len(split.known.products.ids)
        for batch in (ITEMS.batch, ITEMS.within(products).batch):
            for seed in SEEDS:
                chosen = round(batch * CATALOGUE / products)  # of which `within` makes the batch
                config = replace(ITEMS, batch=chosen, seed=seed, device="cpu")
                measured = max(train_items(split.known, config, validation=split).measured)
                name = f"{products:,} products, batch {batch:,}, seed {seed}: ndcg@10"
                figures.append(Figure(name, measured, ""))
    return figures


def main(arguments: Sequence[str]) -> int:
    """Print them; 1 where growth is worse than linear."""
    figures = batches() if "batches" in arguments else run()
    for figure in figures:
        print(figure.line())
    return int(any(not figure.met for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
