"""Print what a model reaches on a split, seed by seed, with where it can lie."""

from collections.abc import Callable, Sequence

import numpy as np

from gnn.evaluate.judge import Judgement
from gnn.evaluate.rankings import Ranker
from gnn.evaluate.report import evaluate
from gnn.evaluate.split import Split


def same(ranker: Ranker) -> Callable[[int], Ranker]:
    """One that no seed changes."""
    return lambda _: ranker


def say(
    split: Split,
    name: str,
    of: Callable[[int], Ranker],
    seeds: Sequence[int],
    measures: Sequence[str],
) -> list[Judgement]:
    """Each seed's figures, ± half their 95% interval over users (bootstrap); then their mean, and
    their spread over seeds (standard deviation). Returns what each seed was judged to reach."""
    found, models = [], []
    for seed in seeds:
        model = evaluate(split, {name: of(seed)}).models[0]
        models.append(model)
        figures = [model.measures[each] for each in measures]
        found.append([each.value for each in figures])
        halves = [(each.high - each.low) / 2 for each in figures]
        print(f"{name}, seed {seed}: {_row(measures, found[-1], halves)}", flush=True)
    if len(found) > 1:
        mean, spread = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        print(f"{name}, mean of {len(found)} seeds: {_row(measures, mean.tolist())}")
        print(f"{name}, spread over seeds: {_row(measures, spread.tolist())}", flush=True)
    return models


def _row(
    measures: Sequence[str], values: Sequence[float], halves: Sequence[float] | None = None
) -> str:
    """The figures by name, with what follows ± where it is given."""
    more = [""] * len(values) if halves is None else [f" ± {each:.4f}" for each in halves]
    return ", ".join(
        f"{each} {value:.4f}{half}"
        for each, value, half in zip(measures, values, more, strict=True)
    )
