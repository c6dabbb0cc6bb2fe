"""How accurate kgrec is on Beauty: `python -m tests.bench.accuracy [validation|test] [SEEDS]`.

Leave-one-out, every product ranked, each user's own left out. Everything is learned from what is
known before the part's items: at test time the validation items are in the graph. The lists are
those of the recommender itself, in memory; the baselines are ours, the published rows name their
source. A line for each seed, then the whole report. Minutes for each seed.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.report import Report, evaluate
from gnn.evaluate.served import served, trained
from gnn.evaluate.splits import Split, leave_one_out
from gnn.evaluate.text import as_text
from kg.embed.encoder import encoder_named
from kg.snapshot import Snapshot, embedded, snapshot_of
from kg.sources import open_source
from tests.bench.beauty import BEAUTY
from tests.bench.data import here

MEASURES = ("recall@5", "ndcg@5", "recall@10", "ndcg@10")
COMPARED = ("popularity", "item-knn", "bought-next", "text")


def beauty() -> Snapshot:
    """The shop with vectors of its texts."""
    encoder = encoder_named()
    snapshot = snapshot_of(open_source(BEAUTY))
    return embedded(snapshot, encoder.encode, encoder.name, encoder.revision)


def learned(seed: int, gnn: bool) -> Ranker:
    """The recipe `learned`, trained on what is known with this seed."""
    items = replace(ITEMS, seed=seed) if gnn else None
    return served("learned", trained(LearnConfig(items, replace(RANKER, seed=seed))))


def by_seed(split: Split, seeds: Sequence[int], gnn: bool) -> None:
    """Say what each seed reaches, their mean and their spread (standard deviation)."""
    name = "kgrec learned" if gnn else "kgrec learned, no GNN"
    found = []
    for seed in seeds:
        started = time.perf_counter()
        model = evaluate(split, {name: learned(seed, gnn)}).models[0]
        found.append([float(model.values[each].mean()) for each in MEASURES])
        seconds = time.perf_counter() - started
        print(f"{name}, seed {seed}: {_said(found[-1])} in {seconds:.0f} s", flush=True)
    spread = np.std(found, axis=0, ddof=min(1, len(found) - 1)).tolist()
    print(f"{name}, mean: {_said(np.mean(found, axis=0).tolist())} spread: {_said(spread)}")


def _said(values: Sequence[float]) -> str:
    return " ".join(f"{each} {value:.4f}" for each, value in zip(MEASURES, values, strict=True))


def report(split: Split) -> Report:
    """The fixed blend and the baselines beside what is published."""
    rankers = {name: scored(BASELINES[name]) for name in COMPARED}
    rankers["kgrec paper"] = served("paper")
    return evaluate(split, rankers)


def main(arguments: Sequence[str]) -> int:
    """Print it all; 1 where the data is not there."""
    if not here("amazon-beauty"):
        return 1
    part: Literal["validation", "test"] = "validation" if "validation" in arguments else "test"
    counts = [int(each) for each in arguments if each.isdigit()]
    seeds = range(counts[0] if counts else 3)
    split = leave_one_out(beauty(), part)
    for gnn in (True, False):
        by_seed(split, seeds, gnn)
    print(as_text(report(split)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
