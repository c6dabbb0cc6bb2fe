"""Walk through brands and categories: from the seeds and from those that are meant themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.graph import Row
from kg.recommend.fuse import DECIMALS
from kg.recommend.seeds import Seed
from kg.recommend.served import Members, Served
from kg.recommend.types import Entity, Numbers

Group = tuple[str, str]
"""A label and an id: ("Brand", "acme")."""

REACHED = 50
"""How many products a request reaches through its brands, and as many through its categories."""


@dataclass(frozen=True)
class Bag:
    """Brands or categories with their weights.

    `shared` weighs those of the seeds, which lead to what they hold directly, and `seeds` is the
    heaviest seed of each; `meant` weighs those of V_U, which lead to their subcategories as well.
    """

    shared: Mapping[Group, float]
    meant: Mapping[Group, float]
    seeds: Mapping[Group, str]

    @property
    def groups(self) -> set[Group]:
        """All of them."""
        return {*self.shared, *self.meant}


def bags(
    served: Served, label: str, seeds: Sequence[Sequence[Seed]], met: Sequence[Sequence[Entity]]
) -> list[Bag]:
    """The brands, or the categories, of requests [n]: their seeds' and those met in V_U."""
    return [_bag(served, label, *each) for each in zip(seeds, met, strict=True)]


def _bag(served: Served, label: str, seeds: Sequence[Seed], met: Sequence[Entity]) -> Bag:
    facts = served.facts.of([seed.product_id for seed in seeds])
    brands = [(brand,) if brand else () for brand in facts.brands]
    groups = brands if label == "Brand" else facts.categories
    shared: dict[Group, float] = {}
    heaviest: dict[Group, tuple[float, str]] = {}
    for seed, ids in zip(seeds, groups, strict=True):
        for id_ in ids:
            group, claim = (label, id_), (-seed.weight, seed.product_id)
            shared[group] = shared.get(group, 0.0) + seed.weight
            heaviest[group] = min(claim, heaviest.get(group, claim))
    meant = {(label, each.id): each.score for each in met if each.label == label}
    return Bag(shared, meant, {group: seed for group, (_, seed) in heaviest.items()})


def through(bag: Bag, members: Mapping[Group, Members], limit: int) -> dict[str, Row]:
    """The products reached, the strongest first.

    Each with the group that gave most: the one that holds it directly, and the heaviest seed there.
    """
    groups = sorted(bag.groups)
    if not groups:
        return {}
    ids = np.concatenate([members[group].ids for group in groups])
    via = np.concatenate([members[group].via for group in groups])
    addends = np.concatenate([_addends(bag, group, members[group]) for group in groups])
    reached, place = np.unique(ids, return_inverse=True)
    strengths = np.round(np.bincount(place, addends, len(reached)), DECIMALS)
    best = np.argsort(-strengths, kind="stable")[:limit]  # ids ascend, so that equals do
    first = _largest(place, addends)
    label = groups[0][0]
    return {
        str(reached[at]): _row(label, float(strengths[at]), str(via[first[at]]), bag)
        for at in best[strengths[best] > 0].tolist()
    }


def _addends(bag: Bag, group: Group, members: Members) -> Numbers:
    """What a group gives each of its members [m]."""
    direct = members.via == group[1]
    weights = bag.meant.get(group, 0.0) + bag.shared.get(group, 0.0) * direct
    return np.asarray(weights * members.strengths)


def _largest(place: NDArray[np.intp], addends: Numbers) -> NDArray[np.intp]:
    """For each product, by place, where its largest addend is; of equals the first."""
    order = np.lexsort((-addends, place))
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    return np.asarray(order[starts])


def _row(label: str, strength: float, via_id: str, bag: Bag) -> Row:
    seed_id = bag.seeds.get((label, via_id))
    return {"strength": strength, "via_id": via_id, "seed_id": seed_id}
