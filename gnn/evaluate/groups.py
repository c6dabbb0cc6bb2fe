"""Who is served how well: targets by how popular they are and whether the user had met them, users
by how long their history is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gnn.evaluate.lists import Lists
from gnn.evaluate.metrics import per_user
from gnn.evaluate.split import Split, pair
from kg.derive.sequences import sequences_of
from kg.snapshot import Snapshot, columns_of
from kg.snapshot.types import MISSING, Flags, Floats, Ints, Longs, Rows

POPULARITY = ("head", "middle", "tail")
SHARES = (0.5, 0.8)
"""Where head and middle end, as shares of what users wanted, the most popular products first."""

TENTHS = 10

LENGTHS = (0, 3, 5, 10, 20)
"""Where the groups of history lengths begin."""


def counts_of(known: Snapshot) -> Longs:
    """How many users wanted each product [products]."""
    sequences = sequences_of(columns_of(known))
    return np.bincount(sequences.product, minlength=len(known.products.ids))


def buyers_of(known: Snapshot) -> int:
    """How many users wanted any product; a graph of the past also names users of its future."""
    return len(np.unique(sequences_of(columns_of(known)).user))


def lengths_of(split: Split) -> Longs:
    """How many products each user judged [n] is known to have wanted."""
    sequences = sequences_of(columns_of(split.known))
    return np.bincount(sequences.user, minlength=len(split.known.users))[split.users]


def popularity_groups(counts: NDArray[np.integer]) -> Ints:
    """The place in POPULARITY of each product [products], by its count: half of all that was wanted
    is in the head, the last fifth in the tail."""
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    groups = np.empty(len(counts), np.int32)
    groups[order] = np.searchsorted(np.array(SHARES) * max(counts.sum(), 1), before, side="right")
    return groups


def exposure(codes: Ints, counts: NDArray[np.integer]) -> Floats:
    """How codes (MISSING left out) are spread over ten groups of products [10], as shares of 1.

    Each group holds a tenth of all that was wanted, the most popular products first; what nobody
    wanted is in the last. Lists as popular as what users wanted have a tenth in each.
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    group = np.empty(len(counts), np.int64)
    group[order] = np.minimum(before * TENTHS // max(counts.sum(), 1), TENTHS - 1)
    listed = codes[codes != MISSING]
    return np.bincount(group[listed], minlength=TENTHS) / max(len(listed), 1)


def popularity_of_histories(split: Split, counts: NDArray[np.integer]) -> Floats:
    """The mean count of the products that each user judged [n] is known to have wanted."""
    sequences = sequences_of(columns_of(split.known))
    users = len(split.known.users)
    sums = np.bincount(sequences.user, counts[sequences.product], users)[split.users]
    lengths = lengths_of(split)
    means = np.full(len(lengths), np.nan)
    np.divide(sums, lengths, out=means, where=lengths > 0)
    return means


def by_popularity(
    lists: Lists, split: Split, k: int, counts: NDArray[np.integer]
) -> dict[str, dict[str, Floats]]:
    """MEASURES for the targets of each popularity group alone: group -> "recall@10" -> [its users].

    Whoever has no target of a group is not in it; the other targets are in nobody's way.
    """
    groups = popularity_groups(counts)
    found = {}
    for code, name in enumerate(POPULARITY):
        rows, targets = _only(split.targets, groups[split.targets.to] == code)
        found[name] = per_user(lists[rows], targets, (k,))
    return found


def met(split: Split) -> Flags:
    """Mask [targets]: the user did something with the product in what is known, such as a view."""
    known, events = split.known, split.known.events
    users = np.repeat(split.users, np.diff(split.targets.start))
    done = np.unique(pair(known, events.user, events.product))
    return np.isin(pair(known, users, split.targets.to), done)


def by_acquaintance(lists: Lists, split: Split, k: int) -> dict[str, dict[str, Floats]]:
    """The like of by_popularity for targets that the user had met before, which are easy to find
    again, and for the others. Nothing where nobody had met any."""
    known = met(split)
    if not known.any():
        return {}
    found = {}
    for name, mask in (("met before", known), ("never met", ~known)):
        rows, targets = _only(split.targets, mask)
        found[name] = per_user(lists[rows], targets, (k,))
    return found


def by_length(values: Floats, lengths: NDArray[np.integer]) -> dict[str, Floats]:
    """Values [n] of the users of each group of history lengths [n]: "5-9" -> [its users]."""
    group = np.searchsorted(LENGTHS, lengths, side="right") - 1
    ends: Sequence[str] = [*(str(end - 1) for end in LENGTHS[1:]), ""]
    names = [
        f"{start}-{end}" if end else f"{start}+" for start, end in zip(LENGTHS, ends, strict=True)
    ]
    return {name: values[group == place] for place, name in enumerate(names)}


def _only(targets: Rows, mask: Flags) -> tuple[Longs, Rows]:
    """The rows that have targets of mask [targets], and those of them."""
    row = np.repeat(np.arange(len(targets.start) - 1), np.diff(targets.start))[mask]
    rows, sizes = np.unique(row, return_counts=True)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return rows, Rows(start, targets.to[mask])
