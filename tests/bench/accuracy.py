"""How accurate kgrec is on Beauty: `python -m tests.bench.accuracy [WORDS] [SEEDS]`.

Leave-one-out, every product ranked, each user's own left out. The lists are those of the
recommender itself, in memory; the baselines are ours, the published rows name their source. WORDS:

test        refitted and strict, as below
refitted    what is known before the test items is learned from, the validation items included
strict      nothing is learned from validation items, as with SASRec and others: relationships,
            popularity, networks and rankers know what came before them, and at test time they
            lengthen the histories
validation  the validation items are what is to be found; choose by these
shuffled    each ascent of ids in a user's sequence is put in a drawn order first: purchases of one
            day are written in the order of their ids, from which all that mind the order profit
no-gnn      without graph neural networks

± is half the 95% interval over users (bootstrap), the spread that over seeds (standard deviation).
Minutes for each seed; trained networks are kept below KGREC_HOME.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.judge import Judgement
from gnn.evaluate.order import SHUFFLED, shuffled_ascents
from gnn.evaluate.rankings import Ranker, scored
from gnn.evaluate.report import Report, evaluate
from gnn.evaluate.served import Prepare, served, strictly, trained
from gnn.evaluate.splits import Split, leave_one_out
from gnn.evaluate.text import as_text
from gnn.prefixes import histories_of
from kg.embed.encoder import encoder_named
from kg.snapshot import Snapshot, embedded, snapshot_of
from kg.snapshot.types import Flags
from kg.sources import open_source
from tests.bench.beauty import BEAUTY
from tests.bench.data import here
from tests.bench.kept import kept
from tests.bench.saying import say

MEASURES = ("recall@5", "ndcg@5", "recall@10", "ndcg@10")
COMPARED = ("popularity", "item-knn", "item-knn-recent", "bought-next", "text")
PARTS = {"test": ("refitted", "strict"), "validation": ("validation",)}


def beauty() -> Snapshot:
    """The shop with vectors of its texts."""
    encoder = encoder_named()
    snapshot = snapshot_of(open_source(BEAUTY))
    return embedded(snapshot, encoder.encode, encoder.name, encoder.revision)


def splits(shuffled: bool) -> tuple[Split, Split]:
    """The validation items and the test items."""
    shop = shuffled_ascents(beauty()) if shuffled else beauty()
    told = f", {SHUFFLED}" if shuffled else ""
    validation, test = (leave_one_out(shop, part) for part in ("validation", "test"))
    return (
        replace(validation, name=f"{validation.name}{told}"),
        replace(test, name=f"{test.name}{told}"),
    )


def learned(seed: int, gnn: bool, folder: str) -> Prepare:
    """The recipe `learned`, trained on what is known with this seed; `folder` keeps networks."""
    items = replace(ITEMS, seed=seed) if gnn else None
    return trained(LearnConfig(items, replace(RANKER, seed=seed)), kept(folder))


def by_seed(
    split: Split, name: str, earlier: Snapshot | None, seeds: Sequence[int], gnn: bool
) -> None:
    """Say what each seed reaches. What is known is learned from, or what was known `earlier`."""
    folder = "refitted" if name == "refitted" else "strict"  # as validation trains

    def of(seed: int) -> Ranker:
        prepare = learned(seed, gnn, folder)
        return served("learned", strictly(earlier, prepare) if earlier else prepare)

    told = f"learned{'' if gnn else ', no GNN'}, {name}"
    for model in say(split, told, of, seeds, MEASURES):
        _say_ascents(split, model)


def _say_ascents(split: Split, model: Judgement) -> None:
    """Recall of users whose target has a greater id than their last known product, and of the
    others."""
    mask = _ascents(split)
    values = model.values["recall@10"]
    print(
        f"{model.name}: recall@10 where the last two ids ascend {values[mask].mean():.4f}"
        f" ({mask.mean():.0%} of users), elsewhere {values[~mask].mean():.4f}",
        flush=True,
    )


def _ascents(split: Split) -> Flags:
    """Mask [n] of the split's users; everybody has one target."""
    last = histories_of(split.known, split.users, 1)[:, 0]
    return split.targets.to > last


def report(split: Split, earlier: Snapshot | None) -> Report:
    """The fixed blends and the baselines, refitted, beside what is published."""
    rankers: dict[str, Ranker] = {name: served(name) for name in ("paper", "design")}
    if earlier is not None:
        rankers["paper, strict"] = served("paper", strictly(earlier))
    rankers |= {name: scored(BASELINES[name]) for name in COMPARED}
    found = evaluate(split, rankers)
    for model in found.models:
        _say_ascents(split, model)
    return found


def main(arguments: Sequence[str]) -> int:
    """Print it all; 1 where the data is not there."""
    if not here("amazon-beauty"):
        return 1
    part = next((each for each in arguments if each in ("refitted", "strict", *PARTS)), "test")
    counts = [int(each) for each in arguments if each.isdigit()]
    seeds = range(counts[0] if counts else 3)
    validation, test = splits("shuffled" in arguments)
    for each in PARTS.get(part, (part,)):
        split = validation if each == "validation" else test
        for gnn in (False,) if "no-gnn" in arguments else (True, False):
            by_seed(split, each, validation.known if each == "strict" else None, seeds, gnn)
    split = validation if part == "validation" else test
    print(as_text(report(split, validation.known if part in ("test", "strict") else None)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
