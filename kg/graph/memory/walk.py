"""The walks of `cypher/walk` over a snapshot: ids in, kernels, rows out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kg.graph import Row
from kg.graph.memory.filters import codes, in_categories, made_by, passing
from kg.graph.memory.kernels import Groups, Links, Seeds, along_links, through_groups
from kg.graph.memory.tally import Array, Reached
from kg.graph.memory.vectors import cosines
from kg.snapshot.types import Edges, Longs, Rows, Snapshot

Requests = Sequence[Mapping[str, Any]]


def bought_next(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """What was bought soon after the seeds."""
    return _along(snapshot, requests, snapshot.derived.bought_next)


def bought_before(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """What the seeds were bought soon after."""
    return _along(snapshot, requests, snapshot.derived.bought_before)


def bought_with(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """What was bought together with the seeds."""
    return _along(snapshot, requests, snapshot.derived.bought_with)


def relationships(snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    """Where the derived relationships of products lead, by type."""
    derived = {
        "BOUGHT_BEFORE": snapshot.derived.bought_before,
        "BOUGHT_NEXT": snapshot.derived.bought_next,
        "BOUGHT_WITH": snapshot.derived.bought_with,
    }
    return [
        {
            "product_id": snapshot.products.ids[code],
            "type": name,
            **_strongest(snapshot, edges, code),
        }
        for code in np.unique(codes(snapshot.products.code, ids)).tolist()
        for name, edges in derived.items()
        if edges.start[code] < edges.start[code + 1]
    ]


def _strongest(snapshot: Snapshot, edges: Edges, product: int) -> Row:
    of = slice(edges.start[product], edges.start[product + 1])
    return {
        "to_ids": [snapshot.products.ids[code] for code in edges.to[of].tolist()],
        "weights": edges.weight[of].tolist(),
        "supports": edges.support[of].tolist(),
    }


def brand(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """The most popular products of the seeds' brands and of the brands asked for."""
    direct = seeds_of(requests, "brands", snapshot.brands.code)
    groups = brand_groups(snapshot)
    return _through(snapshot, requests, direct, groups, snapshot.brands.ids)


def category(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """The most popular products of the seeds' categories and below the categories asked for."""
    named = seeds_of(requests, "categories", snapshot.categories.code)
    direct = expanded(named, snapshot.subtree)
    groups = category_groups(snapshot)
    return _through(snapshot, requests, direct, groups, snapshot.categories.ids)


def popular(snapshot: Snapshot, requests: Requests) -> list[Row]:
    """The most popular products, of the shop or within categories and brands."""
    popularity = np.round(snapshot.derived.popularity, 9)
    rows: list[Row] = []
    for number, request in enumerate(requests):
        best = snapshot.by_popularity
        if request["category_ids"] is not None:
            best = best[in_categories(snapshot, request["category_ids"])[best]]
        if request["brand_ids"] is not None:
            best = best[made_by(snapshot, request["brand_ids"])[best]]
        rows += [
            {
                "request": number,
                "product_id": snapshot.products.ids[code],
                "strength": float(popularity[code]),
            }
            for code in best[: request["limit"]]
        ]
    return rows


def filtered(
    snapshot: Snapshot,
    filter: Mapping[str, Any],  # noqa: A002
    vector: Sequence[float] | None,
    limit: int,
) -> list[Row]:
    """Products that pass a filter, the nearest to a vector first, else the most popular."""
    strength = snapshot.derived.popularity
    if vector is not None:
        strength = cosines(snapshot, vector)
    strength = np.round(strength, 9)
    found = np.flatnonzero(passing(snapshot, filter))
    best = found[np.argsort(-strength[found], kind="stable")][:limit]
    return [
        {"product_id": snapshot.products.ids[code], "strength": float(strength[code])}
        for code in best
    ]


def brand_groups(snapshot: Snapshot) -> Groups:
    """Products and their brands for the kernel: a product has one or none."""
    branded = snapshot.products.brand >= 0
    start = np.concatenate([[0], np.cumsum(branded)]).astype(np.int64)
    members = snapshot.brand_products
    return Groups(start, snapshot.products.brand[branded], members.start, members.to)


def category_groups(snapshot: Snapshot) -> Groups:
    """Products and their direct categories for the kernel."""
    of, members = snapshot.product_categories, snapshot.category_products
    return Groups(of.start, of.to, members.start, members.to)


def links(edges: Edges) -> Links:
    """Derived relationships for the kernel."""
    return Links(edges.start, edges.to, edges.weight)


def seeds_of(requests: Requests, part: str, known: Mapping[str, int]) -> Seeds:
    """The weighted ids of each request's `part` as codes; unknown ids are left out."""
    found = [
        [(known[each["id"]], each["weight"]) for each in request[part] if each["id"] in known]
        for request in requests
    ]
    flat = [pair for pairs in found for pair in pairs]
    return Seeds(
        np.concatenate([[0], np.cumsum([len(pairs) for pairs in found])]).astype(np.int64),
        np.array([code for code, _ in flat], np.int32),
        np.array([weight for _, weight in flat], np.float64),
    )


def expanded(seeds: Seeds, subtree: Rows) -> Seeds:
    """Categories with all of their descendants, each with its ancestor's weight."""
    below = [subtree.of(code) for code in seeds.codes]
    sizes = np.array([len(codes) for codes in below], np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return Seeds(
        ends[seeds.offsets],
        np.concatenate([np.zeros(0, np.int32), *below]),
        np.repeat(seeds.weights, sizes),
    )


def _along(snapshot: Snapshot, requests: Requests, edges: Edges) -> list[Row]:
    seeds = seeds_of(requests, "seeds", snapshot.products.code)
    reached = along_links(seeds, _each(requests, "limit"), links(edges))
    ids = snapshot.products.ids
    return [
        {
            "request": request,
            "product_id": ids[product],
            "strength": strength,
            "seed_id": ids[by],
            "weight": float(edges.weight[place]),
            "support": int(edges.support[place]),
        }
        for request, product, strength, by, place in _columns(reached)
    ]


def _through(
    snapshot: Snapshot,
    requests: Requests,
    direct: Seeds,
    groups: Groups,
    group_ids: Sequence[str],
) -> list[Row]:
    seeds = seeds_of(requests, "seeds", snapshot.products.code)
    limits, per_group = _each(requests, "limit"), _each(requests, "per_entity")
    reached = through_groups(seeds, direct, limits, per_group, groups)
    ids = snapshot.products.ids
    return [
        {
            "request": request,
            "product_id": ids[product],
            "strength": strength,
            "seed_id": None if seed < 0 else ids[seed],
            "via_id": group_ids[by],
        }
        for request, product, strength, by, seed in _columns(reached)
    ]


def _each(requests: Requests, name: str) -> Longs:
    return np.array([request[name] for request in requests], np.int64)


def _columns(reached: Reached) -> Iterator[tuple[int, int, float, int, int]]:
    sizes: Array = np.diff(reached.offsets)
    request = np.repeat(np.arange(len(sizes)), sizes)
    columns = (request, reached.product, reached.strength, reached.by, reached.also)
    return zip(*(column.tolist() for column in columns), strict=True)
