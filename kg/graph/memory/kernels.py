"""Walk from seeds to candidates, for many requests at once, over integer codes.

Nothing here knows ids or rows: serving decodes what comes out, learning uses it as it is. The seeds
of request i are `seed.offsets[i]:seed.offsets[i + 1]` of `seed.codes` and `seed.weights`. Strengths
are rounded to 9 decimals before they are ordered, the strongest first, ties by code.
"""

from typing import NamedTuple

import numpy as np

from kg.compiled import compiled
from kg.graph.memory.tally import Array, Reached, add, clear, filled, room_for, settle, tally_of


class Seeds(NamedTuple):
    """Weighted codes of r requests: offsets [r + 1]; codes and weights one a seed."""

    offsets: Array
    codes: Array
    weights: Array


class Links(NamedTuple):
    """Weighted relationships of n products: start [n + 1]; to and weight one a relationship."""

    start: Array
    to: Array
    weight: Array


class Groups(NamedTuple):
    """Products and their brands or categories: of product p `of[of_start[p]:of_start[p + 1]]`.

    `members[start[g]:start[g + 1]]` are the products of group g, by rank.
    """

    of_start: Array
    of: Array
    start: Array
    members: Array


@compiled
def along_links(seeds: Seeds, limits: Array, links: Links) -> Reached:
    """Follow derived relationships: a candidate gets the sum of seed weight * weight.

    limits [r] says how many candidates each request keeps. In the answer `by` is the seed of the
    largest addend, `also` the place of its relationship.
    """
    n = len(links.start) - 1
    tally, found = tally_of(n), room_for(limits, n)
    for request in range(len(limits)):
        count = 0
        for s in range(seeds.offsets[request], seeds.offsets[request + 1]):
            seed = seeds.codes[s]
            for place in range(links.start[seed], links.start[seed + 1]):
                addend = seeds.weights[s] * links.weight[place]
                count = add(tally, count, links.to[place], addend, addend, seed, place)
        settle(tally, count, limits[request], found, request)
    return filled(found)


@compiled
def through_groups(
    seeds: Seeds, direct: Seeds, limits: Array, per_group: Array, groups: Groups
) -> Reached:
    """Walk to brands or categories and on to their most popular products.

    Seeds reach the groups of their product, `direct` are groups reached as they are; the member
    of rank n gets its group's weight / sqrt(n), n at most per_group [r]. In the answer `by` is the
    group that gave most, `also` the heaviest seed that reached it.
    """
    n, g = len(groups.of_start) - 1, len(groups.start) - 1
    tally, reach, found = tally_of(n), tally_of(g), room_for(limits, n)
    for request in range(len(limits)):
        wide = 0
        for s in range(seeds.offsets[request], seeds.offsets[request + 1]):
            seed, weight = seeds.codes[s], seeds.weights[s]
            for group in groups.of[groups.of_start[seed] : groups.of_start[seed + 1]]:
                wide = add(reach, wide, group, weight, weight, seed, seed)
        for s in range(direct.offsets[request], direct.offsets[request + 1]):
            wide = add(reach, wide, direct.codes[s], direct.weights[s], -1.0, -1, -1)
        count = 0
        for group in reach.touched[:wide]:
            first = groups.start[group]
            last = min(groups.start[group + 1], first + per_group[request])
            for place in range(first, last):
                addend = reach.total[group] / np.sqrt(place - first + 1.0)
                product = groups.members[place]
                count = add(tally, count, product, addend, addend, group, reach.by[group])
        clear(reach, wide)
        settle(tally, count, limits[request], found, request)
    return filled(found)
