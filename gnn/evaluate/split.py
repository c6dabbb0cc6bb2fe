"""What is known and what is to be guessed: the one value that every evaluation starts from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kg.derive import EVENT_CODES
from kg.errors import GraphError
from kg.snapshot import Snapshot
from kg.snapshot.types import Flags, Ints, Longs, Rows, rows

OWNED = tuple(EVENT_CODES[event] for event in ("BOUGHT", "RATED"))
"""Events after which a product is no longer recommended (kg.recommend leaves out the same)."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """Hidden ratings: user and product [m] by code, and whether the user liked it [m]."""

    user: Ints
    product: Ints
    liked: Flags


@dataclass(frozen=True, eq=False)
class Split:
    """A graph as it was, and what its users wanted afterwards.

    `known` is all that a model may look at. users [n] are the codes judged; row i of `targets` are
    the products that users[i] wanted later, none of them in row i of `seen`: what the user has
    bought or rated in `known`, which no list holds. `among` [products] masks those that are ranked
    (None: all of them). `ratings` are what was given later, where that is judged too.
    """

    name: str
    known: Snapshot
    users: Ints
    targets: Rows
    seen: Rows
    among: Flags | None = None
    ratings: Ratings | None = None


def judged(
    name: str, known: Snapshot, user: NDArray[np.integer], product: NDArray[np.integer]
) -> Split:
    """The split whose targets are the pairs of user [m] and product [m] that are new in `known`.

    Raises GraphError where no pair is.
    """
    wanted = pair(known, user, product)
    own = np.unique(_owned(known))
    wanted = np.setdiff1d(wanted, own)
    if not len(wanted):
        raise GraphError(f"nobody can be judged by {name}: it leaves no user anything to guess")
    width = len(known.products.ids)
    users, row = np.unique(wanted // width, return_inverse=True)
    everybody = rows(own // width, own % width, len(known.users))
    return Split(
        name,
        known,
        users.astype(np.int32),
        rows(row, wanted % width, len(users)),
        of_rows(everybody, users),
    )


def among(split: Split, products: Ints) -> Split:
    """The same users and targets, where only `products` are ranked."""
    mask = np.zeros(len(split.known.products.ids), np.bool_)
    mask[products] = True
    return replace(split, name=f"{split.name}, among {len(products)} products", among=mask)


def pair(snapshot: Snapshot, user: NDArray[np.integer], product: NDArray[np.integer]) -> Longs:
    """One number [m] for each pair of codes: user * products + product."""
    return user.astype(np.int64) * len(snapshot.products.ids) + product


def of_rows(whole: Rows, nodes: NDArray[np.integer]) -> Rows:
    """The rows of `nodes` [n] alone, in their order."""
    sizes = whole.start[nodes + 1] - whole.start[nodes]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.arange(start[-1]) + np.repeat(whole.start[nodes] - start[:-1], sizes)
    return Rows(start, whole.to[places])


def _owned(known: Snapshot) -> Longs:
    events = known.events
    owned = np.isin(events.type, OWNED)
    return pair(known, events.user[owned], events.product[owned])
