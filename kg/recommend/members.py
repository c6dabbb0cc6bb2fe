"""The most popular products of brands and categories; each one's are read once for all requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kg.graph import Call, Graph, Row
from kg.recommend.reached import Codes, Numbered
from kg.recommend.remembered import Remembered
from kg.recommend.types import Numbers

MEMBERS = 50
"""How many of a brand's or category's most popular products are reached through it."""

MEMBERS_OF = {"Brand": "brands", "Category": "categories"}
"""What the walks through brands and through categories call them."""

Group = tuple[str, str]
"""A label and an id: ("Brand", "acme")."""

PAGE = 200
"""Brands or categories whose products are read at once."""


@dataclass(frozen=True)
class Members:
    """Products of a brand or category, the strongest first: codes [m], strengths [m], the id of
    the brand or category that holds each directly, via [m]; direct [m] are the strengths of those
    that this one holds directly, 0 for the others."""

    codes: Codes
    strengths: Numbers
    via: Sequence[str]
    direct: Numbers


class Membership:
    """The members of brands and categories, remembered. Safe to share between threads."""

    def __init__(self, graph: Graph, products: Numbered) -> None:
        self._graph = graph
        self._products = products
        self._held: Remembered[Group, Members] = Remembered()

    def of(self, groups: Iterable[Group]) -> dict[Group, Members]:
        """The members of brands and categories, read where they are not remembered."""
        return self._held.of(groups, self._read)

    def _read(self, groups: list[Group]) -> dict[Group, Members]:
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
        return {each: self._columns(each[1], rows) for each, rows in found.items()}

    def _columns(self, group: str, rows: Sequence[Row]) -> Members:
        strengths = np.array([row["strength"] for row in rows], np.float64)
        via = [row["via_id"] for row in rows]
        codes = self._products.of([row["product_id"] for row in rows])
        return Members(codes, strengths, via, strengths * [each == group for each in via])


def _alone(label: str, id_: str) -> dict[str, object]:
    """What asks a walk for the products of one brand or category."""
    asked = {"seeds": [], MEMBERS_OF[label]: [{"id": id_, "weight": 1.0}]}
    return {**asked, "per_entity": MEMBERS, "limit": MEMBERS}
