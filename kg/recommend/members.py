"""The most popular products of brands and categories; each one's are read once for all requests."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

import numpy as np

from kg.graph import Call, Graph, Row
from kg.recommend.leads import Leads, Part, Parts
from kg.recommend.numbered import Numbered

MEMBERS = 50
"""How many of a brand's or category's most popular products are reached through it."""

MEMBERS_OF = {"Brand": "brands", "Category": "categories"}
"""What the walks through brands and through categories call them."""

Group = tuple[str, str]
"""A label and an id: ("Brand", "acme")."""

HELD = 10_000
"""Brands and categories that are remembered."""

PAGE = 200
"""Brands or categories whose products are read at once."""


class Membership:
    """The members of brands and categories, remembered. Safe to share between threads.

    A part's first numbers are the strengths of the members that the brand or category holds
    directly, 0 for the others; the second those of all; `also` is what holds each directly.
    """

    def __init__(self, graph: Graph, products: Numbered) -> None:
        self._graph = graph
        self._products = products
        self._holders = Numbered()
        self._held: Leads[Group] = Leads(self._read, HELD)

    def of(self, groups: Iterable[Group]) -> Parts[Group]:
        """The members of brands and categories, read where they are not remembered."""
        return self._held.of(groups)

    def holder(self, parts: Parts[Group], at: int) -> str:
        """The id of the brand or category that holds a member directly."""
        return self._holders.ids[int(parts.flat.also[at])]

    def apart(self, parts: Parts[Group], gone: frozenset[Group]) -> Parts[Group]:
        """Without the members that are held by a brand or category that is gone."""
        kept: dict[Group, tuple[int, int]] = {}
        places: list[int] = []
        for (label, id_), (start, stop) in parts.spans.items():
            some = [at for at in range(start, stop) if (label, self.holder(parts, at)) not in gone]
            kept[label, id_] = len(places), len(places) + len(some)
            places += some
        flat = [getattr(parts.flat, each.name)[places] for each in fields(Part)]
        return Parts(kept, Part(*flat))

    def _read(self, groups: list[Group]) -> dict[Group, Part]:
        pages = [
            (label, ids[start : start + PAGE])
            for label in MEMBERS_OF
            for ids in [[id_ for each, id_ in groups if each == label]]
            for start in range(0, len(ids), PAGE)
        ]
        calls: list[Call] = [
            (f"walk/{label.lower()}", {"requests": [_alone(label, id_) for id_ in page]})
            for label, page in pages
        ]
        found: dict[Group, list[Row]] = {each: [] for each in groups}
        for (label, page), rows in zip(pages, self._graph.read_all(calls), strict=True):
            for row in rows:
                found[label, page[row["request"]]].append(row)
        return {each: self._part(each[1], rows) for each, rows in found.items()}

    def _part(self, group: str, rows: Sequence[Row]) -> Part:
        strengths = np.array([row["strength"] for row in rows], np.float64)
        via = [row["via_id"] for row in rows]
        codes = self._products.of([row["product_id"] for row in rows])
        direct = strengths * np.array([each == group for each in via], np.float64)
        return Part(codes, direct, strengths, self._holders.of(via))


def _alone(label: str, id_: str) -> dict[str, object]:
    """What asks a walk for the products of one brand or category."""
    asked = {"seeds": [], MEMBERS_OF[label]: [{"id": id_, "weight": 1.0}]}
    return {**asked, "per_entity": MEMBERS, "limit": MEMBERS}
