"""How accurate kgrec is on Amazon-Book in the split of KGAT, ids alone: `... splits book`.

The lines of users have an order, and it goes on in their hidden parts (DECISIONS.md), of which the
published models make nothing. So there are two tables:

without order  all events at one moment, items with drawn numbers: the walk matrix, EASE, item-KNN,
               `paper`, and `learned` without a network, its ranker fitted on a drawn tenth of what
               is known
with order     the lines as they are: the walk along decayed transitions, item-KNN, `paper`, and
               `learned` without a network, its ranker fitted on everybody's last product

`validation` judges on a drawn tenth of what is known instead, by which things were chosen. ± is
half the 95% interval over users (bootstrap), the spread that over seeds (standard deviation). EASE
takes 8 GB of memory.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from gnn.config import RANKER, LearnConfig, RankerConfig
from gnn.evaluate.baselines import BASELINES, Baseline, Scorer, ease, gram
from gnn.evaluate.groups import counts_of
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.served import served, trained
from gnn.evaluate.sparse import added, histories
from gnn.evaluate.split import Split, of_rows
from gnn.evaluate.splits import leave_last, leave_share
from gnn.validation import some
from kg.snapshot import Snapshot
from tests.bench.amazon_book import amazon_book
from tests.bench.figures import DATA
from tests.bench.saying import same, say

BOOK = DATA / "amazon-book"

MEASURES = ("recall@20", "ndcg@20")

READERS = 15_000
"""Of how many users the ranker learns."""

JUDGED = 3_000
"""Users that validation judges."""

PENALTY = 100.0
"""EASE's lambda, as in the figure that was known beforehand."""


def walk_matrix(known: Snapshot) -> Scorer:
    """From a user's products to their buyers and on to what these bought, normalised by the degrees
    of all three: d_i^-.5 X^T d_u^-.5 X d_i^-.3 with a diagonal of zeros."""
    own, n = histories(known), len(known.products.ids)
    degrees = np.maximum(counts_of(known), 1).astype(np.float32)
    weights = gram(own, n, 0.25)
    np.fill_diagonal(weights, 0.0)
    weights *= degrees[:, None] ** -0.5
    weights *= degrees**-0.3
    return lambda users: added(own, users, weights)


UNORDERED: dict[str, Baseline] = {
    "walk matrix": walk_matrix,
    "ease": partial(ease, penalty=PENALTY),
    "item-knn": BASELINES["item-knn"],
}
ORDERED: dict[str, Baseline] = {
    "decayed transitions": BASELINES["bought-next"],
    "item-knn": BASELINES["item-knn"],
}


def book(seeds: Sequence[int], *, validation: bool = False) -> None:
    """Both tables."""
    for unordered, title, baselines, held_out in (
        (0, "without order", UNORDERED, 0.1),
        (None, "with order", ORDERED, None),
    ):
        split = _split(amazon_book(BOOK, unordered=unordered), held_out, validation=validation)
        name = f"amazon-book, {title}"
        for each, baseline in baselines.items():
            say(split, f"{name}, {each}", same(scored(baseline)), (0,), MEASURES)
        say(split, f"{name}, paper", same(served("paper")), (0,), MEASURES)
        of = partial(_learned, replace(RANKER, most_users=READERS, held_out=held_out))
        say(split, f"{name}, learned, no GNN", of, seeds, MEASURES)


def _split(test: Split, held_out: float | None, *, validation: bool) -> Split:
    """The test, or what is chosen by: some of the known items of some users."""
    if not validation:
        return test
    known = test.known
    part = leave_last(known, 1) if held_out is None else leave_share(known, held_out)
    rows = some(len(part.users), JUDGED, 0)
    targets, seen = of_rows(part.targets, rows), of_rows(part.seen, rows)
    return replace(part, users=part.users[rows], targets=targets, seen=seen)


def _learned(ranker: RankerConfig, seed: int) -> Ranker:
    return served("learned", trained(LearnConfig(None, replace(ranker, seed=seed))))
