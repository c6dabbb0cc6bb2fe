"""What diversity costs on Beauty: `python -m tests.bench.diversity [dial] [lambda] [USERS]`.

Validation items, every product ranked. The dial is a request's `diversity`, over the lists of the
recommender (recipe `learned` without a GNN); lambda is `--diversity-weight`, over the lists of the
item network alone, a training of minutes for each. A line for each value; the goal is that some
value loses at most 5% of NDCG@10 with 1.5 times the coverage and 1.2 times the diversity of lists.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from gnn.config import ITEMS, RANKER, LearnConfig
from gnn.evaluate.judge import TOP
from gnn.evaluate.lists import Lists
from gnn.evaluate.rankings import Ranker, given, scored
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import trained
from gnn.evaluate.split import Split, of_rows
from gnn.evaluate.splits import leave_one_out
from gnn.evaluate.trained import network
from gnn.validation import some
from kg.graph.memory import MemoryGraph
from kg.progress import silent
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot.types import MISSING
from tests.bench.accuracy import beauty
from tests.bench.beauty import missing

DIALS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
LAMBDAS = (0.0, 0.3, 1.0, 2.0, 4.0)
USERS = 4_000
LOSS, COVERAGE, DIVERSITY = 0.95, 1.5, 1.2
SHOWN = (
    f"ndcg@{TOP}",
    f"coverage@{TOP}",
    f"text_diversity@{TOP}",
    f"category_diversity@{TOP}",
    "auc",
)

Measured = Mapping[str, float]


def among(split: Split, users: int) -> Split:
    """The split of some of its users, drawn."""
    rows = some(len(split.users), users, 0)
    return replace(
        split,
        users=split.users[rows],
        targets=of_rows(split.targets, rows),
        seen=of_rows(split.seen, rows),
    )


def measured(split: Split, name: str, ranker: Ranker) -> Measured:
    """SHOWN of one way to rank; ROC AUC where products have scores."""
    found = evaluate(split, {name: ranker}).models[0].measures
    return {each: found[each].value for each in SHOWN if each in found}


def by_dial(split: Split) -> Callable[[float], Measured]:
    """The lists of the recommender, trained once."""
    known = trained(LearnConfig(None, RANKER))(split.known, silent)
    recommender = Recommender(MemoryGraph(known))
    recommender.warm(len(known.products.ids))

    def measure(dial: float) -> Measured:
        return measured(split, "dial", given(listed(recommender, split, dial)))

    return measure


def listed(recommender: Recommender, split: Split, dial: float) -> Lists:
    """The lists [n, 20] of all users of the split, as codes."""
    names = [split.known.users[code] for code in split.users]
    requests = [Request(each, k=20, diversity=dial, explain=False) for each in names]
    lists, code = np.full((len(names), 20), MISSING, np.int32), split.known.products.code
    for row, answer in enumerate(recommender.recommend_many(requests)):
        codes = [code[each.product_id] for each in answer.results]
        lists[row, : len(codes)] = codes
    return lists


def by_lambda(split: Split) -> Callable[[float], Measured]:
    """The lists of the item network, trained for each."""

    def measure(weight: float) -> Measured:
        config = replace(ITEMS, diversity_weight=weight)
        return measured(split, "lambda", scored(partial(network, config)))

    return measure


def curve(name: str, values: Sequence[float], measure: Callable[[float], Measured]) -> None:
    """A line for each value, and whether it meets the goal beside the first."""
    plain: Measured = {}
    for value in values:
        found = measure(value)
        plain = plain or found
        told = " ".join(f"{each} {number:.4f}" for each, number in found.items())
        print(f"{name} {value:g}: {told}{_beside(plain, found)}", flush=True)


def _beside(plain: Measured, found: Measured) -> str:
    ndcg, coverage, diversity = (found[each] / plain[each] for each in SHOWN[:3])
    met = ndcg >= LOSS and coverage >= COVERAGE and diversity >= DIVERSITY
    said = f"; times plain: {ndcg:.3f} {coverage:.2f} {diversity:.2f}"
    return said + (" goal met" if met else "")


CURVES = {"dial": (DIALS, by_dial), "lambda": (LAMBDAS, by_lambda)}


def main(arguments: Sequence[str]) -> int:
    """Print the curves."""
    if missing():
        return 0
    counts = [int(each) for each in arguments if each.isdigit()]
    split = among(leave_one_out(beauty(), "validation"), counts[0] if counts else USERS)
    for name in [each for each in CURVES if each in arguments] or list(CURVES):
        values, of = CURVES[name]
        curve(name, values, of(split))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
