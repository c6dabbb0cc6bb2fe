"""How accurate kgrec is in other ways: `python -m tests.bench.splits [SEEDS] [NAME ...]`.

strict  the item network alone, trained without validation and test items; at test time the
        validation item only lengthens the history, as with SASRec and others
random  the random 70/30 split of PGPR: the recommender's lists, the ranker fitted on a drawn
        quarter of what is known, since the order of events means nothing there
book    Amazon-Book in the split of KGAT, ids alone (tests/bench/book.py): without the order of
        lines and with it; with `validation` on what is known instead of the test items
cold    a tenth of the products that nobody was seen with, among all products and among themselves:
        the recommender by what products are (content) and by the fixed blend, network and texts

Every product is ranked, each user's own left out. ± is half the 95% interval over users
(bootstrap), the spread that over seeds (standard deviation). Minutes for each seed.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.served import content, served, trained
from gnn.evaluate.splits import (
    among,
    by_file,
    drawn_products,
    leave_one_out,
    new_products,
)
from gnn.evaluate.trained import network
from kg.snapshot import Snapshot
from tests.bench.accuracy import beauty
from tests.bench.beauty import BEAUTY
from tests.bench.book import book
from tests.bench.data import here
from tests.bench.saying import same, say

HELD_OUT = 0.25
"""The share that the ranker learns to name on the random split; a like share validates."""

KNN = BASELINES["item-knn"]


def strict(shop: Snapshot, seeds: Sequence[int]) -> None:
    """The item network alone."""
    validation, test = (leave_one_out(shop, part) for part in ("validation", "test"))

    def of(seed: int) -> Ranker:
        return scored(lambda _: network(replace(ITEMS, seed=seed), validation.known, test.known))

    say(test, "gnn alone, strict", of, seeds, ("recall@10", "ndcg@10"))


def random(shop: Snapshot, seeds: Sequence[int]) -> None:
    """The recommender on the random split, with the network and without."""
    split = by_file(shop, BEAUTY / "split_70_30.csv.gz", "test")
    measures = ("ndcg@10", "recall@10", "hit_rate@10", "precision@10")
    for name, gnn in (("learned", True), ("learned, no GNN", False)):

        def of(seed: int, gnn: bool = gnn) -> Ranker:
            items = replace(ITEMS, seed=seed) if gnn else None
            ranker = replace(RANKER, held_out=HELD_OUT, seed=seed)
            return served("learned", trained(LearnConfig(items, ranker)))

        say(split, f"70/30, {name}", of, seeds, measures)
    say(split, "70/30, item-knn", same(scored(KNN)), (0,), measures)


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
            say(split, f"cold among all, {name}", same(ranker), (seed,), measures)
        for name, ranker in (("gnn alone", items), ("text", text)):
            say(split, f"cold among all, {name}", same(ranker), (seed,), measures)
            say(alone, f"cold among cold, {name}", same(ranker), (seed,), measures)


BEAUTYS = {"strict": strict, "random": random, "cold": cold}


def main(arguments: Sequence[str]) -> int:
    """Print what is named, or all of it; 1 where data is not there."""
    counts = [int(each) for each in arguments if each.isdigit()]
    named = {each for each in arguments if not each.isdigit()}
    validation, names = "validation" in named, named - {"validation"}
    if unknown := names - {*BEAUTYS, "book"}:
        print(f"no split {unknown.pop()}; there are {', '.join(BEAUTYS)}, book", file=sys.stderr)
        return 2
    seeds = range(counts[0] if counts else 3)
    asked = [name for name in BEAUTYS if name in names or not names]
    needed = ["amazon-beauty"] * bool(asked) + ["amazon-book"] * ("book" in names or not names)
    if not all(here(each) for each in needed):
        return 1
    if asked:
        shop = beauty()
        for name in asked:
            BEAUTYS[name](shop, seeds)
    if "amazon-book" in needed:
        book(seeds, validation=validation)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
