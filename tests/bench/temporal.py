"""One moment for all users: `python -m tests.bench.temporal [shop|gift-cards] [SEED]`.

What four fifths of a shop's purchases came before is known, of everybody; what users wanted first
from then on is to be guessed. Leave-one-out lets a model learn from other users' future, and a shop
has none. Users without a history at that moment are not judged: there is nobody to recommend to.

shop        that of README, made up: `kgrec sample-shop shop --products 500 --users 600 --seed 7`
gift-cards  Amazon Gift Cards, McAuley's crawl of 2018; left out where it is not here

Nothing was chosen on either, and all of the recommender is as it is shipped. ± is half the 95%
interval over users (bootstrap), of one seed; the recommender's lists are made in memory.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.rankings import scored
from gnn.evaluate.report import Report, evaluate
from gnn.evaluate.served import served, trained
from gnn.evaluate.splits import Split, temporal
from gnn.evaluate.text import as_text
from kg.derive.sequences import evidence_of
from kg.embed.encoder import encoder_named
from kg.snapshot import Snapshot, columns_of, embedded, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.bench.figures import DATA

KNOWN = 0.8
"""The share of what was wanted that comes before the moment."""

GIFT_CARDS = DATA / "amazon-gift-cards"
COMPARED = ("popularity", "item-knn", "user-knn", "bought-next", "text")


def at_one_moment(shop: Snapshot) -> Split:
    """The temporal split at the first moment before which KNOWN of what was wanted lies."""
    moments = evidence_of(columns_of(shop)).at
    return temporal(shop, int(np.quantile(moments, KNOWN, method="higher")))


def report(shop: Snapshot, seed: int = 0) -> Report:
    """The recommender beside the baselines, at one moment."""
    rankers = {name: scored(BASELINES[name]) for name in COMPARED}
    rankers["kgrec paper"] = served("paper")
    for name, items in (("learned", replace(ITEMS, seed=seed)), ("learned, no GNN", None)):
        config = LearnConfig(items, replace(RANKER, seed=seed))
        rankers[f"kgrec {name}"] = served("learned", trained(config))
    return evaluate(at_one_moment(shop), rankers)


def _read(folder: Path) -> Snapshot:
    encoder = encoder_named()
    shop = snapshot_of(open_source(folder))
    return embedded(shop, encoder.encode, encoder.name, encoder.revision)


def _sample() -> Snapshot:
    with tempfile.TemporaryDirectory(prefix="kgrec-bench-") as folder:
        sample_shop(Path(folder) / "shop", 500, 600, 7)
        return _read(Path(folder) / "shop")


def main(arguments: Sequence[str]) -> int:
    """Print the reports of the shops that are named, or of both."""
    seed = next((int(each) for each in arguments if each.isdigit()), 0)
    names = {each for each in arguments if not each.isdigit()} or {"shop", "gift-cards"}
    if unknown := names - {"shop", "gift-cards"}:
        print(f"no shop {unknown.pop()}; there are shop, gift-cards", file=sys.stderr)
        return 2
    if "shop" in names:
        print(as_text(report(_sample(), seed)), flush=True)
    if "gift-cards" in names:
        if not GIFT_CARDS.exists():
            print(f"gift-cards is left out: {GIFT_CARDS} is not here")
        else:
            print(as_text(report(_read(GIFT_CARDS), seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
