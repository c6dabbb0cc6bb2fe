"""V_U': the nodes that walks went through or reached on the way from V_U to candidates."""

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
        reached = rows.get(walk, {}).items()
        firsts: dict[str, float] = {}
        for product_id, row in reached:  # the strongest come first
            firsts.setdefault(product_id if label == "Product" else row["via_id"], row["strength"])
            if len(firsts) == EACH:
                break
        found += [Neighbour(label, id_, "", strength, via) for id_, strength in firsts.items()]
    return found
