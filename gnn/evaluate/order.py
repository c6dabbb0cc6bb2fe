"""What the order of events is worth where their clock is too coarse: shuffle what may be a tie."""

from dataclasses import replace

import numpy as np

from kg.snapshot import Snapshot, only
from kg.snapshot.types import Flags

SHUFFLED = "ascents shuffled"
"""What the name of a split of such a shop says."""


def shuffled_ascents(snapshot: Snapshot, seed: int = 0) -> Snapshot:
    """The shop with the products of each ascent in a drawn order, everything derived again.

    An ascent is a run of a user's events, as long as can be, whose products ascend by id. Events of
    one day that were written in the order of their ids are inside one. So no order by id is left,
    and of the true order only what lies between two ascents: what is reached then is a lower bound.
    """
    events = snapshot.events
    ascent = np.cumsum(~ascending(snapshot))
    drawn = np.random.default_rng(seed).random(len(events.product))
    product = events.product[np.lexsort((drawn, ascent))]
    moved = replace(snapshot, events=replace(events, product=product))
    return only(moved, np.ones(len(product), np.bool_))


def ascending(snapshot: Snapshot) -> Flags:
    """Mask [events] of those whose product has a greater id than the user's event before."""
    events = snapshot.events
    same_user = events.user[1:] == events.user[:-1]
    rising = same_user & (events.product[1:] > events.product[:-1])
    return np.concatenate([np.zeros(1, np.bool_), rising])
