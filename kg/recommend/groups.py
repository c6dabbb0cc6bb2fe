"""Walk through brands and categories: from the seeds and from those that are meant themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Row
from kg.recommend.members import Group, Members
from kg.recommend.reached import Codes, Reached
from kg.recommend.seeds import Seed
from kg.recommend.served import Served
from kg.recommend.types import Entity, Numbers

GROUPS = {"brand": "Brand", "category": "Category"}
"""By way of a node that products share: the name of the walk, and the node's label."""

REACHED = 50
"""How many products a request reaches through its brands, and as many through its categories."""


@dataclass(frozen=True)
class Bag:
    """Brands or categories with their weights.

    `shared` weighs those of the seeds, which lead to what they hold directly, and `seeds` is the
    heaviest seed of each; `meant` weighs those of V_U, which lead to their subcategories as well,
    but not through those that are `gone`.
    """

    shared: Mapping[Group, float]
    meant: Mapping[Group, float]
    seeds: Mapping[Group, str]
    gone: frozenset[Group] = frozenset()

    @property
    def groups(self) -> set[Group]:
        """All of them."""
        return {*self.shared, *self.meant}


def through(
    served: Served,
    seeds: Sequence[Sequence[Seed]],
    met: Sequence[Sequence[Entity]],
    limits: Sequence[int],
    gone: Sequence[frozenset[Group]],
) -> list[dict[str, Mapping[str, Row]]]:
    """What brands and categories lead to from the seeds of requests [n] and from those met in V_U:
    at most limits [n] products by each, with the group that gave most. Those that are `gone` [n]
    lead nowhere."""
    found = {
        name: [_bag(served, label, *each) for each in zip(seeds, met, gone, strict=True)]
        for name, label in GROUPS.items()
    }
    groups = {group for bags in found.values() for bag in bags for group in bag.groups}
    members = served.members(sorted(groups))
    return [
        {name: _reached(served, bags[at], members, limit) for name, bags in found.items()}
        for at, limit in enumerate(limits)
    ]


def _bag(
    served: Served,
    label: str,
    seeds: Sequence[Seed],
    met: Sequence[Entity],
    gone: frozenset[Group],
) -> Bag:
    facts = served.facts.of([seed.product_id for seed in seeds])
    brands = [(brand,) if brand else () for brand in facts.brands]
    groups = brands if label == "Brand" else facts.categories
    shared: dict[Group, float] = {}
    heaviest: dict[Group, tuple[float, str]] = {}
    for seed, ids in zip(seeds, groups, strict=True):
        for id_ in ids:
            group, claim = (label, id_), (-seed.weight, seed.product_id)
            if group in gone:
                continue
            shared[group] = shared.get(group, 0.0) + seed.weight
            heaviest[group] = min(claim, heaviest.get(group, claim))
    meant = {(label, each.id): each.score for each in met if each.label == label}
    return Bag(shared, meant, {group: seed for group, (_, seed) in heaviest.items()}, gone)


@dataclass(frozen=True, eq=False)
class Led:
    """A brand or category of a request, and where it leads."""

    group: Group
    bag: Bag
    members: Members

    @property
    def codes(self) -> Codes:
        """Its members [m]."""
        return self.members.codes

    @property
    def addends(self) -> Numbers:
        """What it gives each of them [m]: those of subcategories get nothing for its seeds."""
        given = self.bag.shared.get(self.group, 0.0) * self.members.direct
        meant = self.bag.meant.get(self.group)
        return given + meant * self.members.strengths if meant else given

    def row(self, at: int) -> Row:
        """The brand or category that holds a member directly, and the heaviest seed there."""
        via = self.members.via[at]
        return {"via_id": via, "seed_id": self.bag.seeds.get((self.group[0], via))}


def _reached(
    served: Served, bag: Bag, members: Mapping[Group, Members], limit: int
) -> Mapping[str, Row]:
    led = [
        Led(group, bag, _apart(members[group], group[0], bag.gone)) for group in sorted(bag.groups)
    ]
    return Reached(served.products, led, limit)


def _apart(members: Members, label: str, gone: frozenset[Group]) -> Members:
    """The members that are not held by a brand or category that is gone."""
    if not gone:
        return members
    kept = [at for at, via in enumerate(members.via) if (label, via) not in gone]
    via = [members.via[at] for at in kept]
    return Members(members.codes[kept], members.strengths[kept], via, members.direct[kept])
