"""What tuning `paper` gains on Beauty: `python -m tests.bench.tune [validation|test] [USERS]`.

Fitted as `kgrec tune --recipe paper` does, on what precedes the part's items, and judged on these
by the lists of the recommender itself, for USERS drawn users (5,000; 0 for all). The recipe as it
is shipped was chosen on validation items (tests/bench/paper_weights.py), so that `test` is the
fairer part. Minutes.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from gnn.config import TUNE
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import as_it_is, served
from gnn.evaluate.split import Split, of_rows
from gnn.evaluate.splits import leave_one_out
from gnn.tune import tune_paper, with_paper
from gnn.validation import some
from kg.recommend.recipes import PAPER
from tests.bench.accuracy import beauty
from tests.bench.beauty import missing

USERS, SEED = 5_000, 0


def drawn(split: Split, most: int) -> Split:
    """The split with at most so many of its users."""
    rows = some(len(split.users), most or len(split.users), SEED)
    return replace(
        split,
        users=split.users[rows],
        targets=of_rows(split.targets, rows),
        seen=of_rows(split.seen, rows),
    )


def main(arguments: Sequence[str]) -> int:
    """Print what was fitted, what the held-out past requests say, and what the part's items do."""
    if missing():
        return 0
    part = "test" if "test" in arguments else "validation"
    counts = [int(each) for each in arguments if each.isdigit()]
    split = drawn(leave_one_out(beauty(), part), counts[0] if counts else USERS)
    fitted, trial = tune_paper(split.known, TUNE)
    print(
        f"{trial.fitted:,} past requests fitted, {trial.judged:,} held out:"
        f" NDCG@10 {trial.before:.4f} as shipped, {trial.after:.4f} as fitted"
    )
    for name, weight in fitted.weights.items():
        print(
            f"  {name:<12} weight {PAPER.weights[name]:.4g} -> {weight:.4g}, temperature"
            f" {PAPER.temperature(name):.4g} -> {fitted.temperature(name):.4g}"
        )
    rankers = {
        "paper": served("paper", as_it_is),
        "paper-tuned": served("paper", lambda known, _: with_paper(known, fitted)),
    }
    report = evaluate(split, rankers)
    for each in report.models:
        said = {name: each.measures[name].value for name in ("recall@10", "ndcg@10")}
        told = " ".join(f"{name} {value:.4f}" for name, value in said.items())
        print(f"{report.split}, {report.users:,} users, {each.name}: {told}")
    print(f"p = {report.p_values['paper']['paper-tuned']:.2g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
