"""Let the shop's rules change a list: hide, pin, boost, bury, and sponsored places.

Where rules meet: hide comes before pin, pin before boost and bury, which add up, and these before
promotions. What the user has, and what a filter refuses, stays out whatever a rule says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kg.recommend.diversify import Listed
from kg.recommend.facts import Facts
from kg.recommend.fuse import Fused
from kg.recommend.rulebook import Ruling, Rulings, of_kind
from kg.recommend.served import Served
from kg.recommend.types import Numbers
from kg.recommend.walk import Walked
from kg.rules.types import PROMOTION, Rule
from kg.stock import MOVED

SHARE = 0.2
"""How much of a list may be sponsored: of the first n products n / 5, so that the first sponsored
place is the fifth."""

FLOOR = 0.5
"""How relevant a sponsored product has to be: at least half as far above the worst candidate as the
last product that the list has by merit. The best would be no measure: its score is an outlier."""


def with_pinned(walked: Sequence[Walked]) -> list[Walked]:
    """Candidates of requests [n] and what is pinned, which no walk needs to reach."""
    return [_with_pinned(each) if each.start.asked.rules else each for each in walked]


def _with_pinned(walked: Walked) -> Walked:
    asked = walked.start.asked
    known = asked.left_out.union(walked.ids)
    pins = of_kind(asked.rules, "pin")
    rows = {each.pinned: {"rule_id": each.rule.rule_id} for each in reversed(pins)}
    new = {id_: row for id_, row in rows.items() if id_ not in known}
    if not new:
        return walked
    return walked.with_more("pinned", [{"product_id": id_, **row} for id_, row in new.items()])


def unhidden(served: Served, walked: Sequence[Walked]) -> list[Walked]:
    """Candidates of requests [n] without those that a rule hides."""
    return [_unhidden(served, each) for each in walked]


def _unhidden(served: Served, walked: Walked) -> Walked:
    hides = of_kind(walked.start.asked.rules, "hide")
    if not hides or not len(walked.codes):
        return walked
    facts = served.facts.at(walked.codes)
    hidden = np.any([each.reaches(facts) for each in hides], axis=0)
    return replace(walked, codes=walked.codes[~hidden])


SIGNS = {"boost": 1.0, "bury": -1.0}


def weighed(rulings: Rulings, facts: Facts, fused: Fused) -> Fused:
    """Scores [n] with what boosts and buries give: weight * (best score - worst score), so that a
    weight of 1 lifts the worst candidate to the best one, in every recipe."""
    lifts = of_kind(rulings, *SIGNS)
    if not lifts or not len(facts.codes):
        return fused
    spread = float(np.ptp(fused.scores)) or 1.0
    parts = {
        each.rule.name: np.where(each.reaches(facts), _lift(each.rule) * spread, 0.0)
        for each in lifts
    }
    return replace(fused, scores=fused.scores + sum(parts.values()), rules=parts)


def _lift(rule: Rule) -> float:
    return SIGNS[rule.kind] * (rule.weight or 0.0)


Best = Callable[[Sequence[int]], Sequence[int]]
"""Makes a list out of candidates by score."""


def placed(
    rulings: Rulings,
    facts: Facts,
    fused: Fused,
    ranked: Sequence[int],
    best: Best,
    k: int,
    no_place: frozenset[int] = frozenset(),
) -> Listed:
    """The best of the `ranked` candidates [n] around what is pinned, and sponsored places, which
    those of `no_place` do not get."""
    places = {id_: at for at, id_ in enumerate(facts.ids)}
    pins = pinned(of_kind(rulings, "pin"), places, k)
    fixed = {position: index for position, (index, _) in pins.items()}
    taken = set(fixed.values())
    merit = best([index for index in ranked if index not in taken])
    merit_scores = fused.scores - sum(fused.rules.values(), np.zeros(len(fused.scores)))
    promoted = relevant(_promoted(rulings, facts), merit_scores, merit)
    offered = [(at, promoted[at]) for at in ranked if at in promoted and at not in no_place]
    paid = sponsored(offered, merit, fixed, k)
    picked = around(merit, {**fixed, **{at: index for at, (index, _) in paid.items()}}, k)
    put = dict([*pins.values(), *paid.values()])
    return Listed(picked, ranked, {index: put[index] for index in picked if index in put})


Put = Mapping[int, tuple[int, Rule]]
"""By position, counted from 0: a candidate, and the rule that puts it there."""


def pinned(pins: Sequence[Ruling], places: Mapping[str, int], k: int) -> Put:
    """Where pins put candidates (`places` by id) of a list of k.

    Of two for one product or one position the earlier, then the smaller id, goes first; the other
    product takes the next position that is free. `pins` come in that order.
    """
    first: dict[int, Rule] = {}
    for each in pins:
        if each.pinned in places:
            first.setdefault(places[each.pinned], each.rule)
    found: dict[int, tuple[int, Rule]] = {}
    for index, rule in sorted(first.items(), key=lambda pair: pair[1].position or 0):
        position = _free(found, (rule.position or 1) - 1)
        if position < k:
            found[position] = index, rule
    return found


def _free(taken: Mapping[int, object], position: int) -> int:
    while position in taken:
        position += 1
    return position


def _promoted(rulings: Rulings, facts: Facts) -> dict[int, Rule]:
    """The candidates of promotions; of several for one the first."""
    found: dict[int, Rule] = {}
    for each in of_kind(rulings, PROMOTION):
        for index in np.flatnonzero(each.reaches(facts)).tolist():
            found.setdefault(index, each.rule)
    return found


def relevant(
    promoted: Mapping[int, Rule], scores: Numbers, merit: Sequence[int]
) -> dict[int, Rule]:
    """Those promoted that pass the floor. scores [n] are those without rules, `merit` the list."""
    if not promoted or not merit:
        return {}
    worst, last = float(scores.min()), float(scores[list(merit)].min())
    least = worst + FLOOR * (last - worst)
    return {index: rule for index, rule in promoted.items() if scores[index] >= least}


def sponsored(
    offered: Sequence[tuple[int, Rule]], merit: Sequence[int], fixed: Mapping[int, int], k: int
) -> Put:
    """Sponsored places in a list of k for what is offered, the most relevant first.

    Places are each fifth position, or the next that no pin has. What stands there or higher by
    merit needs none.
    """
    found: dict[int, tuple[int, Rule]] = {}
    listed = around(merit, fixed, k)
    waiting = [pair for pair in offered if pair[0] not in fixed.values()]
    step = round(1 / SHARE)
    for number in range(1, len(listed) // step + 1):
        position = _free({**fixed, **found}, number * step - 1)
        now = around(merit, {**fixed, **{at: index for at, (index, _) in found.items()}}, k)
        waiting = [pair for pair in waiting if pair[0] not in now[: position + 1]]
        if not waiting or position >= len(listed):
            break
        found[position] = waiting.pop(0)
    return found


def around(merit: Sequence[int], fixed: Mapping[int, int], k: int) -> list[int]:
    """A list of k at most: `fixed` candidates at their positions, counted from 0, the others of
    `merit` between them in their order; at its end where that is too short."""
    taken = set(fixed.values())
    others = iter([index for index in merit if index not in taken])
    found: list[int] = []
    left = dict(sorted(fixed.items()))
    for position in range(k):
        index = left.pop(position, None)
        if index is None:
            index = next(others, None)
        if index is None and left:
            index = left.pop(next(iter(left)))
        if index is None:
            break
        found.append(index)
    return found


def movers(listed: Listed) -> dict[int, str]:
    """What gave candidates of a list another rank than their scores: the rule that put them there,
    that they are out of stock, a rule that was put from one side of them to the other, else
    diversity."""
    stock = dict.fromkeys(listed.behind - listed.put.keys(), MOVED)
    if list(listed.picked) == list(listed.ranked[: len(listed.picked)]):
        return stock
    by_score = {index: rank for rank, index in enumerate(listed.ranked)}
    rank = {index: at for at, index in enumerate(listed.picked)}
    found = {}
    for index, at in rank.items():
        if by_score[index] != at:
            own = [listed.put[index].name] if index in listed.put else []
            crossed = [
                rule.name
                for put, rule in listed.put.items()
                if (by_score[put] < by_score[index]) != (rank[put] < at)
            ]
            found[index] = [*own, *crossed, "diversity"][0]
    return found | stock
