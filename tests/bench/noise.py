"""What noise costs: `python -m tests.bench.noise [gnn]`, Beauty's validation items.

A share of the known events gets each other's products, drawn; everything is derived and learned
again from them, and judged by the same targets: NDCG@10 of the recipe `learned` (with `gnn` its
network too, minutes for each share) beside item-KNN.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.judge import TOP
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import served, trained
from gnn.evaluate.split import Split
from gnn.evaluate.splits import leave_one_out
from kg.snapshot import Snapshot, only
from tests.bench.accuracy import beauty
from tests.bench.beauty import missing

SHARES = (0.0, 0.05, 0.2)
NDCG = f"ndcg@{TOP}"


def shuffled(known: Snapshot, share: float, seed: int = 0) -> Snapshot:
    """The snapshot with the products of a share of its events exchanged among these."""
    chance = np.random.default_rng(seed)
    product = known.events.product.copy()
    drawn = np.flatnonzero(chance.random(len(product)) < share)
    product[drawn] = product[chance.permutation(drawn)]
    events = replace(known.events, product=product)
    return only(replace(known, events=events), np.ones(len(product), np.bool_), None)


def noisy(split: Split, share: float) -> Split:
    """The same targets and the same products left out, guessed from noise."""
    return replace(split, known=shuffled(split.known, share))


def rankers(gnn: bool) -> dict[str, Ranker]:
    """Ours beside item-KNN."""
    learn = trained(LearnConfig(ITEMS if gnn else None, RANKER))
    return {"learned": served("learned", learn), "item-knn": scored(BASELINES["item-knn"])}


def lines(split: Split, gnn: bool) -> None:
    """Print NDCG for each share, and what is left of that without noise."""
    plain: dict[str, float] = {}
    for share in SHARES:
        models = evaluate(noisy(split, share), rankers(gnn)).models
        found = {model.name: model.measures[NDCG].value for model in models}
        plain = plain or found
        told = ", ".join(
            f"{name} {value:.4f} ({value / plain[name]:.1%})"
            for name, value in sorted(found.items())
        )
        print(f"{share:.0%} of the events shuffled: {NDCG} {told}", flush=True)


def main(arguments: Sequence[str]) -> int:
    """Print it all."""
    if not missing():
        lines(leave_one_out(beauty(), "validation"), "gnn" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
