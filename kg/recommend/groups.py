"""Walk through brands and categories: from the seeds and from those that are meant themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Row
from kg.recommend.fuse import DECIMALS
from kg.recommend.seeds import Seed
from kg.recommend.served import Members, Served
from kg.recommend.types import Entity

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
    strengths: dict[str, float] = {}
    most: dict[str, tuple[float, str]] = {}
    for group in sorted(bag.groups):
        shared, meant = bag.shared.get(group, 0.0), bag.meant.get(group, 0.0)
        for product_id, strength, via_id in members[group]:
            weight = meant + shared if via_id == group[1] else meant
            if weight:
                addend = weight * strength
                strengths[product_id] = strengths.get(product_id, 0.0) + addend
                claim = -addend, via_id
                most[product_id] = min(claim, most.get(product_id, claim))
    rounded = {product_id: round(total, DECIMALS) for product_id, total in strengths.items()}
    best = sorted(rounded, key=lambda product_id: (-rounded[product_id], product_id))[:limit]
    label = next(iter(bag.groups), ("", ""))[0]
    return {
        each: {
            "strength": rounded[each],
            "via_id": most[each][1],
            "seed_id": bag.seeds.get((label, most[each][1])),
        }
        for each in best
    }
