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
        reached = rows.get(walk)
        if not reached:
            continue
        strengths = dict(zip(reached, reached.strengths.tolist(), strict=True))
        firsts: dict[str, float] = {}
        for id_ in sorted(reached, key=lambda each: (-strengths[each], each)):
            firsts.setdefault(id_ if label == "Product" else reached[id_]["via_id"], strengths[id_])
            if len(firsts) == EACH:
                break
        found += [Neighbour(label, id_, "", strength, via) for id_, strength in firsts.items()]
    return found
