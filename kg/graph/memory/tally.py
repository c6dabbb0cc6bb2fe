"""Add up what reaches each node, remember what gave most, keep the strongest."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.compiled import compiled

Array = NDArray[Any]


class Tally(NamedTuple):
    """Sums over n nodes, cleared by what was touched: one serves a whole batch.

    total [n]; the largest claim on each node so far, who made it and what goes with it.
    """

    total: Array
    seen: Array
    claim: Array
    by: Array
    also: Array
    touched: Array


class Reached(NamedTuple):
    """Candidates of a batch; those of request i are `offsets[i]:offsets[i + 1]` of the columns.

    `by` is the code of what gave most (a seed, or the brand or category on the way); `also` the
    place of the relationship that led here, or the seed that reached that brand (-1: none).
    """

    offsets: Array
    product: Array
    strength: Array
    by: Array
    also: Array


@compiled
def tally_of(n: int) -> Tally:
    """An empty tally over n nodes."""
    return Tally(
        np.zeros(n, np.float64),
        np.zeros(n, np.bool_),
        np.full(n, -1.0),
        np.full(n, -1, np.int32),
        np.full(n, -1, np.int32),
        np.empty(n, np.int32),
    )


@compiled
def room_for(limits: Array, n: int) -> Reached:
    """Columns with room for every request's limit of n nodes."""
    most = np.minimum(limits, n).sum()
    return Reached(
        np.zeros(len(limits) + 1, np.int64),
        np.empty(most, np.int32),
        np.empty(most, np.float64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
    )


@compiled
def add(
    tally: Tally, count: int, node: int, addend: float, claim: float, by: int, also: int
) -> int:
    """Give `node` its addend; the largest claim (ties: smallest `by`) is remembered.

    `count` nodes were touched before; returns how many are now.
    """
    if not tally.seen[node]:
        tally.seen[node] = True
        tally.touched[count] = node
        count += 1
    tally.total[node] += addend
    if claim > tally.claim[node] or (claim == tally.claim[node] and by < tally.by[node]):
        tally.claim[node], tally.by[node], tally.also[node] = claim, by, also
    return count


@compiled
def clear(tally: Tally, count: int) -> None:
    """Make the tally empty again."""
    touched = tally.touched[:count]
    tally.total[touched] = 0.0
    tally.seen[touched] = False
    tally.claim[touched] = -1.0
    tally.by[touched] = -1
    tally.also[touched] = -1


@compiled
def rounded(strength: float) -> float:
    """To 9 decimals, so that another order of adding up makes no other order of products."""
    return np.floor(strength * 1e9 + 0.5) / 1e9  # type: ignore[no-any-return]


@compiled
def before(a: int, b: int, strength: Array) -> bool:
    """Does code a come before code b: stronger, or as strong and smaller."""
    return bool(strength[a] > strength[b] or (strength[a] == strength[b] and a < b))


@compiled
def sink(codes: Array, strength: Array, place: int, size: int) -> None:
    """Let the code at `place` of a heap of `size` sink below all that come after it."""
    while 2 * place + 1 < size:
        last = 2 * place + 1
        if last + 1 < size and before(codes[last], codes[last + 1], strength):
            last += 1
        if before(codes[last], codes[place], strength):
            return
        codes[place], codes[last] = codes[last], codes[place]
        place = last


@compiled
def put_strongest_first(codes: Array, strength: Array, limit: int) -> int:
    """Order `codes` so that the `limit` strongest come first, ties by code; how many those are.

    A heap of the best so far, its worst on top: numpy's sorts take numba half a minute to compile.
    """
    size = min(limit, len(codes))
    for i in range(size // 2 - 1, -1, -1):
        sink(codes, strength, i, size)
    for i in range(size, len(codes)):
        if size and before(codes[i], codes[0], strength):
            codes[0], codes[i] = codes[i], codes[0]
            sink(codes, strength, 0, size)
    for end in range(size - 1, 0, -1):
        codes[0], codes[end] = codes[end], codes[0]
        sink(codes, strength, 0, end)
    return size


@compiled
def settle(tally: Tally, count: int, limit: int, found: Reached, request: int) -> None:
    """Write the request's strongest nodes behind those of the requests before it, and clear."""
    for i in range(count):
        tally.total[tally.touched[i]] = rounded(tally.total[tally.touched[i]])
    best = put_strongest_first(tally.touched[:count], tally.total, limit)
    end = found.offsets[request]
    for node in tally.touched[:best]:
        found.product[end] = node
        found.strength[end] = tally.total[node]
        found.by[end] = tally.by[node]
        found.also[end] = tally.also[node]
        end += 1
    found.offsets[request + 1] = end
    clear(tally, count)


@compiled
def filled(found: Reached) -> Reached:
    """Without the room that was not needed."""
    end = found.offsets[-1]
    return Reached(
        found.offsets,
        found.product[:end],
        found.strength[:end],
        found.by[:end],
        found.also[:end],
    )
