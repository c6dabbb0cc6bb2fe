"""Everything that is measured of one model's lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gnn.evaluate.beyond import (
    category_diversity,
    coverage,
    lift,
    mean_over,
    novelty,
    personalization,
    text_diversity,
)
from gnn.evaluate.groups import (
    buyers_of,
    by_acquaintance,
    by_length,
    by_popularity,
    counts_of,
    exposure,
    lengths_of,
    popularity_of_histories,
)
from gnn.evaluate.lists import Lists
from gnn.evaluate.metrics import per_user
from gnn.evaluate.rankings import Ranking
from gnn.evaluate.ratings import measured
from gnn.evaluate.significance import bootstrap, bootstraps
from gnn.evaluate.split import Split
from kg.snapshot.types import MISSING, Floats, Longs

TOP = 10
"""How much of a list is judged beyond accuracy, and by groups."""

GROUPED = ("recall", "ndcg")


@dataclass(frozen=True)
class Figure:
    """A mean over `users` and the interval it lies in with 95%; nan where there is no interval."""

    value: float
    low: float = float("nan")
    high: float = float("nan")
    users: int = 0


@dataclass(frozen=True, eq=False)
class Judgement:
    """One model. `measures` by name, as ndcg@10; `groups` by measure, then group; `exposure` [10]
    how the places of its lists are spread from the most to the least popular products; `values`
    what each user [n] had, for paired tests."""

    name: str
    measures: Mapping[str, Figure]
    groups: Mapping[str, Mapping[str, Figure]]
    exposure: tuple[float, ...]
    fit_s: float
    ms_a_user: float
    values: Mapping[str, Floats] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Audience:
    """What judging needs of a split beside its targets, read once: counts [products] of users who
    wanted a product, `buyers` who wanted any, lengths [n] of histories, owned [n] their mean
    popularity."""

    split: Split
    counts: Longs
    buyers: int
    lengths: Longs
    owned: Floats


def audience_of(split: Split) -> Audience:
    """Read the split's audience."""
    counts = counts_of(split.known)
    owned = popularity_of_histories(split, counts)
    return Audience(split, counts, buyers_of(split.known), lengths_of(split), owned)


def judge(
    audience: Audience, name: str, ranking: Ranking, ks: Sequence[int], seed: int = 0
) -> Judgement:
    """Measure a model's lists; intervals by bootstrap over users."""
    lists, split = ranking.lists, audience.split
    top = lists[:, :TOP]
    values = per_user(lists, split.targets, ks) | {**ranking.also, **_beyond(audience, top)}
    whole = {
        f"coverage@{TOP}": coverage(top, _ranked_products(split)),
        f"personalization@{TOP}": personalization(top),
        f"popularity_lift@{TOP}": lift(values[f"popularity@{TOP}"], audience.owned),
    }
    if split.ratings is not None and ranking.rated is not None:
        whole |= measured(split.ratings, ranking.rated)
    return Judgement(
        name=name,
        measures=_figures(values, seed) | {key: Figure(each) for key, each in whole.items()},
        groups=_groups(audience, values, lists, seed),
        exposure=tuple(exposure(top, audience.counts).tolist()),
        fit_s=ranking.fit_s,
        ms_a_user=1_000 * ranking.rank_s / len(split.users),
        values=values,
    )


def _ranked_products(split: Split) -> int:
    return len(split.known.products.ids) if split.among is None else int(split.among.sum())


def _beyond(audience: Audience, top: Lists) -> dict[str, Floats]:
    known = audience.split.known
    found = {
        "filled": (top != MISSING).mean(axis=1),
        "popularity": mean_over(top, audience.counts),
        "novelty": novelty(top, audience.counts, audience.buyers),
    }
    if len(known.product_categories.to):
        found["category_diversity"] = category_diversity(top, known.product_categories)
    if known.text is not None:
        found["text_diversity"] = text_diversity(top, known.text.product)
    return {f"{name}@{TOP}": values for name, values in found.items()}


def _groups(
    audience: Audience, values: Mapping[str, Floats], lists: Lists, seed: int
) -> dict[str, dict[str, Figure]]:
    """GROUPED by popularity of the target, by whether it was met, and by length of the history."""
    by_target = {
        **by_popularity(lists, audience.split, TOP, audience.counts),
        **by_acquaintance(lists, audience.split, TOP),
    }
    found: dict[str, dict[str, Figure]] = {}
    for name in (f"{measure}@{TOP}" for measure in GROUPED):
        targets = {group: each[name] for group, each in by_target.items()}
        users = by_length(values[name], audience.lengths)
        found[name] = {
            group: _figure(each, seed) for group, each in (targets | users).items() if len(each)
        }
    return found


def _figures(values: Mapping[str, Floats], seed: int) -> dict[str, Figure]:
    """All at once where every user has a value: the samples are the same."""
    whole = {name: each for name, each in values.items() if not np.isnan(each).any()}
    low, high = bootstraps(np.stack(list(whole.values()), axis=1), seed)
    figures = {
        name: Figure(float(each.mean()), float(low[place]), float(high[place]), len(each))
        for place, (name, each) in enumerate(whole.items())
    }
    return {name: figures.get(name) or _figure(each, seed) for name, each in values.items()}


def _figure(values: Floats, seed: int) -> Figure:
    """Of the users who have a value."""
    there = values[~np.isnan(values)]
    mean = float(there.mean()) if len(there) else float("nan")
    return Figure(mean, *bootstrap(there, seed), len(there))
