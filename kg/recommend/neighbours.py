"""V_U': the nodes that walks went through or reached on the way from V_U to candidates."""

from collections.abc import Mapping

from kg.graph import Row
from kg.recommend.types import Neighbour
from kg.recommend.walk import Rows

EACH = 10
"""How many nodes are named for each kind of relationship."""

VIA = {
    "next": ("Product", "BOUGHT_NEXT"),
    "together": ("Product", "BOUGHT_WITH"),
    "brand": ("Brand", "MADE_BY"),
    "category": ("Category", "IN_CATEGORY"),
}
"""By walk: what it reaches or goes through, and by which relationship."""


def strongest(rows: Rows) -> list[Neighbour]:
    """The strongest nodes of each kind, nameless yet. `rows` is what each walk reached."""
    found: list[Neighbour] = []
    for walk, (label, via) in VIA.items():
        strengths = _strengths(rows.get(walk, {}), label)
        best = sorted(strengths, key=lambda id_: (-strengths[id_], id_))[:EACH]
        found += [Neighbour(label, id_, "", strengths[id_], via) for id_ in best]
    return found


def _strengths(rows: Mapping[str, Row], label: str) -> dict[str, float]:
    """How strongly products, or the groups that they were reached through, were reached."""
    found: dict[str, float] = {}
    for product_id, row in rows.items():
        id_ = product_id if label == "Product" else row["via_id"]
        found[id_] = max(found.get(id_, 0.0), row["strength"])
    return found
