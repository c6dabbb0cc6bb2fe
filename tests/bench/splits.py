"""How accurate kgrec is on Beauty in other ways: `python -m tests.bench.splits [SEEDS] [NAME ...]`.

strict  the item network alone, trained without validation and test items; at test time the
        validation item only lengthens the history, as with SASRec and others
random  the random 70/30 split of PGPR: the recommender's lists, the ranker fitted on a drawn
        quarter of what is known, since the order of events means nothing there
book    Amazon-Book in the split of KGAT, ids alone: the recommender without a network, the ranker
        fitted on everybody's last product, since the order of lines says something
cold    a tenth of the products that nobody was seen with, among all products and among themselves:
        the recommender by what products are (content) and by the fixed blend, network and texts

Every product is ranked, each user's own left out. Minutes for each seed.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import content, served, trained
from gnn.evaluate.split import Split, of_rows
from gnn.evaluate.splits import (
    among,
    by_file,
    drawn_products,
    leave_last,
    leave_one_out,
    leave_share,
    new_products,
)
from gnn.evaluate.trained import network
from gnn.validation import some
from kg.snapshot import Snapshot
from tests.bench.accuracy import beauty
from tests.bench.amazon_book import amazon_book
from tests.bench.beauty import BEAUTY, missing
from tests.bench.figures import DATA

HELD_OUT = 0.25
"""The share that the ranker learns to name on the random split; a like share validates."""

BOOK = DATA / "amazon-book"
KNN = BASELINES["item-knn"]

SOME_READERS = 15_000
"""Of how many users it learns on Amazon-Book."""


def strict(shop: Snapshot, seeds: Sequence[int]) -> None:
    """The item network alone."""
    validation, test = (leave_one_out(shop, part) for part in ("validation", "test"))

    def of(seed: int) -> Ranker:
        return scored(lambda _: network(replace(ITEMS, seed=seed), validation.known, test.known))

    _say(test, "gnn alone, strict", of, seeds, ("recall@10", "ndcg@10"))


def random(shop: Snapshot, seeds: Sequence[int]) -> None:
    """The recommender on the random split, with the network and without."""
    split = by_file(shop, BEAUTY / "split_70_30.csv.gz", "test")
    measures = ("ndcg@10", "recall@10", "hit_rate@10", "precision@10")
    for name, gnn in (("learned", True), ("learned, no GNN", False)):

        def of(seed: int, gnn: bool = gnn) -> Ranker:
            items = replace(ITEMS, seed=seed) if gnn else None
            ranker = replace(RANKER, held_out=HELD_OUT, seed=seed)
            return served("learned", trained(LearnConfig(items, ranker)))

        _say(split, f"70/30, {name}", of, seeds, measures)
    _say(split, "70/30, item-knn", _same(scored(KNN)), (0,), measures)


def book(seeds: Sequence[int]) -> None:
    """The recommender on Amazon-Book, whose products have neither text nor brand nor category."""
    if not BOOK.exists():
        print("  skipped: ../shared/data/amazon-book is not here")
        return
    split, measures = amazon_book(BOOK), ("recall@20", "ndcg@20")
    known, untrained = split.known, {"paper": served("paper"), "item-knn": scored(KNN)}
    for part in (leave_last(known, 1), leave_share(known, 0.1)):  # does the order say anything?
        asked = _some(part, 3_000)
        for name, ranker in untrained.items():
            _say(asked, f"amazon-book, {part.name}, {name}", _same(ranker), (0,), measures)

    def of(seed: int) -> Ranker:
        ranker = replace(RANKER, most_users=SOME_READERS, seed=seed)
        return served("learned", trained(LearnConfig(None, ranker)))

    _say(split, "amazon-book, learned, no GNN", of, seeds, measures)
    for name, ranker in untrained.items():
        _say(split, f"amazon-book, {name}", _same(ranker), (0,), measures)


def cold(shop: Snapshot, seeds: Sequence[int]) -> None:
    """The recommender, the network and the texts on products without events, a draw a seed."""
    measures = ("recall@10", "ndcg@10")
    for seed in seeds:
        split = new_products(shop, 0.1, seed)
        alone = among(split, drawn_products(shop, 0.1, seed))
        items = scored(partial(network, replace(ITEMS, seed=seed)))
        text = scored(BASELINES["text"])
        fitted = served("content", content(replace(RANKER, seed=seed)))
        for name, ranker in (("content", fitted), ("paper", served("paper"))):
            _say(split, f"cold among all, {name}", _same(ranker), (seed,), measures)
        for name, ranker in (("gnn alone", items), ("text", text)):
            _say(split, f"cold among all, {name}", _same(ranker), (seed,), measures)
            _say(alone, f"cold among cold, {name}", _same(ranker), (seed,), measures)


def _some(split: Split, most: int) -> Split:
    """The split with at most so many of its users."""
    rows = some(len(split.users), most, 0)
    targets, seen = of_rows(split.targets, rows), of_rows(split.seen, rows)
    return replace(split, users=split.users[rows], targets=targets, seen=seen)


def _same(ranker: Ranker) -> Callable[[int], Ranker]:
    """One that no seed changes."""
    return lambda _: ranker


def _say(
    split: Split,
    name: str,
    of: Callable[[int], Ranker],
    seeds: Sequence[int],
    measures: Sequence[str],
) -> None:
    """Each seed's figures, their mean and their spread (standard deviation)."""
    found = []
    for seed in seeds:
        values = evaluate(split, {name: of(seed)}).models[0].values
        found.append([float(values[each].mean()) for each in measures])
        print(f"{name}, seed {seed}: {_row(measures, found[-1])}", flush=True)
    if len(found) > 1:
        print(f"{name}, mean: {_row(measures, np.mean(found, axis=0).tolist())}")
        print(f"{name}, spread: {_row(measures, np.std(found, axis=0, ddof=1).tolist())}")


def _row(measures: Sequence[str], values: Sequence[float]) -> str:
    return ", ".join(f"{each} {value:.4f}" for each, value in zip(measures, values, strict=True))


BEAUTYS = {"strict": strict, "random": random, "cold": cold}


def main(arguments: Sequence[str]) -> int:
    """Print what is named, or all of it."""
    counts = [int(each) for each in arguments if each.isdigit()]
    names = [each for each in arguments if not each.isdigit()]
    if unknown := {*names} - {*BEAUTYS, "book"}:
        print(f"no split {unknown.pop()}; there are {', '.join(BEAUTYS)}, book", file=sys.stderr)
        return 2
    seeds = range(counts[0] if counts else 3)
    asked = [name for name in BEAUTYS if name in names or not names]
    if asked and not missing():
        shop = beauty()
        for name in asked:
            BEAUTYS[name](shop, seeds)
    if "book" in names or not names:
        book(seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
