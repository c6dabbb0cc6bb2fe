"""How much the loss heeds each product that a user wanted, by the events that say so."""

import numpy as np

from gnn.config import Evidence
from gnn.prefixes import Prefixes
from kg.derive import EVENT_CODES
from kg.snapshot.types import Events, Floats, Longs, Matrix, Snapshot

BEST, WORST = 5.0, 1.0
"""Stars."""


def weights_of(snapshot: Snapshot, prefixes: Prefixes, evidence: Evidence) -> Matrix:
    """A weight [n] for each prefix, that of its user's wanting its target."""
    n = len(snapshot.products.ids)
    wanted = prefixes.user.astype(np.int64) * n + prefixes.target
    strongest = _strongest(snapshot.events, n, wanted, evidence)
    return (strongest * _left(snapshot.events, n, wanted, evidence)).astype(np.float32)


def _strongest(events: Events, n: int, wanted: Longs, evidence: Evidence) -> Floats:
    """The weight of the strongest event of each wanted pair [m] of user and product."""
    by_type = np.zeros(len(EVENT_CODES))
    for name in ("bought", "liked", "rated"):
        by_type[EVENT_CODES[name.upper()]] = getattr(evidence, name)
    of_pair = events.user.astype(np.int64) * n + events.product
    order = np.lexsort((by_type[events.type], of_pair))
    last = np.searchsorted(of_pair[order], wanted, side="right") - 1
    return np.asarray(by_type[events.type[order[last]]], np.float64)


def _left(events: Events, n: int, wanted: Longs, evidence: Evidence) -> Floats:
    """What the latest rating leaves of each wanted pair [m]; all where there is none."""
    rated = np.flatnonzero((events.type == EVENT_CODES["RATED"]) & ~np.isnan(events.value))
    if not len(rated):
        return np.ones(len(wanted))
    of_pair = events.user[rated].astype(np.int64) * n + events.product[rated]
    order = np.argsort(of_pair, kind="stable")  # events of a user are in order of time
    place = np.searchsorted(of_pair[order], wanted, side="right") - 1
    found = (place >= 0) & (of_pair[order[place]] == wanted)
    stars = events.value[rated[order[place]]]
    return np.where(found, np.interp(stars, [WORST, BEST], [evidence.worst, 1.0]), 1.0)
