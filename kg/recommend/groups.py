"""Walk through brands and categories: from the seeds and from those that are meant themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Row
from kg.recommend.facts import Facts
from kg.recommend.leads import Ask, Parts, Source
from kg.recommend.members import Group
from kg.recommend.reached import Reached
from kg.recommend.seeds import Seed
from kg.recommend.served import Served
from kg.recommend.types import Entity

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
) -> list[dict[str, Reached]]:
    """What brands and categories lead to from the seeds of requests [n] and from those met in V_U:
    at most limits [n] products by each, with the group that gave most. Those that are `gone` [n]
    lead nowhere."""
    facts = [served.facts.of([seed.product_id for seed in some]) for some in seeds]
    found = {
        name: [_bag(label, *each) for each in zip(facts, seeds, met, gone, strict=True)]
        for name, label in GROUPS.items()
    }
    groups = {group for bags in found.values() for bag in bags for group in bag.groups}
    parts = served.members.of(sorted(groups))
    reached = {name: _reached(served, bags, parts, limits) for name, bags in found.items()}
    return [{name: some[at] for name, some in reached.items()} for at in range(len(limits))]


def _bag(
    label: str,
    facts: Facts,
    seeds: Sequence[Seed],
    met: Sequence[Entity],
    gone: frozenset[Group],
) -> Bag:
    groups: Sequence[Sequence[str]] = facts.categories
    if label == "Brand":
        groups = [(brand,) if brand else () for brand in facts.brands]
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


def _reached(
    served: Served, bags: Sequence[Bag], parts: Parts[Group], limits: Sequence[int]
) -> list[Reached]:
    """What the bags of requests [n] lead to."""
    if not any(bag.gone for bag in bags):
        asked = [_ask(served, *each, parts) for each in zip(bags, limits, strict=True)]
        return parts.reached(served.products, asked)
    found = []
    for bag, limit in zip(bags, limits, strict=True):
        left = served.members.apart(_of(parts, bag.groups), bag.gone) if bag.gone else parts
        found += left.reached(served.products, [_ask(served, bag, limit, left)])
    return found


def _of(parts: Parts[Group], groups: Iterable[Group]) -> Parts[Group]:
    return Parts({each: parts.spans[each] for each in groups}, parts.flat)


def _ask(served: Served, bag: Bag, limit: int, parts: Parts[Group]) -> Ask[Group]:
    """The sources of a bag: what they hold directly gets their weight in both parts, what their
    subcategories hold just what they are meant with."""

    def tell(group: Group, at: int) -> Row:
        """The brand or category that holds a member directly, and the heaviest seed there."""
        via = served.members.holder(parts, at)
        return {"via_id": via, "seed_id": bag.seeds.get((group[0], via))}

    sources = [
        Source(group, bag.shared.get(group, 0.0), bag.meant.get(group, 0.0))
        for group in sorted(bag.groups)
    ]
    return Ask(sources, limit, tell)
