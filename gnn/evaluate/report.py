"""How good models are on one split, side by side, with what others have published on it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gnn.evaluate.groups import met
from gnn.evaluate.judge import TOP, Judgement, audience_of, judge
from gnn.evaluate.metrics import KS
from gnn.evaluate.published import Benchmark, published
from gnn.evaluate.rankings import Curve, Ranker
from gnn.evaluate.significance import paired
from gnn.evaluate.split import Split
from kg.progress import Progress, silent

DECISIVE = f"ndcg@{TOP}"
"""What models are ordered and compared by."""


@dataclass(frozen=True, eq=False)
class Report:
    """Models on one split. `p_values` of two models differing in DECISIVE, by both names; `met` of
    the targets are of users who had done something else with them before."""

    split: str
    users: int
    products: int
    targets: int
    known_events: int
    met: int
    models: tuple[Judgement, ...]
    p_values: Mapping[str, Mapping[str, float]]
    benchmark: Benchmark | None = None
    curves: Mapping[str, Curve] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Everything but the values of single users; None where there is no number."""
        bare = replace(self, models=tuple(replace(model, values={}) for model in self.models))
        plain = asdict(bare)
        for model in plain["models"]:
            del model["values"]
        return _without_nan(plain)  # type: ignore[no-any-return]


def evaluate(
    split: Split,
    rankers: Mapping[str, Ranker],
    ks: Sequence[int] = KS,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Rank for every user of the split by each of the rankers, and measure the lists.

    The best comes first. `seed` is that of intervals and tests.
    """
    audience, k = audience_of(split), max(*ks, TOP)
    rankings = {name: rank(split, k, progress) for name, rank in rankers.items()}
    models = [judge(audience, name, ranking, ks, seed) for name, ranking in rankings.items()]
    models.sort(key=lambda model: -model.values[DECISIVE].mean())
    return Report(
        split=split.name,
        users=len(split.users),
        products=len(split.known.products.ids) if split.among is None else int(split.among.sum()),
        targets=len(split.targets.to),
        known_events=len(split.known.events.at),
        met=int(met(split).sum()),
        models=tuple(models),
        p_values=_p_values(models, seed),
        benchmark=published(split),
        curves={name: each.curve for name, each in rankings.items() if each.curve},
    )


def _p_values(models: Sequence[Judgement], seed: int) -> dict[str, dict[str, float]]:
    return {
        one.name: {
            other.name: paired(one.values[DECISIVE], other.values[DECISIVE], seed)
            for other in models
            if other is not one
        }
        for one in models
    }


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
