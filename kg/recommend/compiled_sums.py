"""Add up what sources give to products, for all requests of a batch in one compiled loop."""

from typing import NamedTuple

import numpy as np

from kg.compiled import compiled
from kg.recommend.sums import Array, Given, Sources, Sums


class Tally(NamedTuple):
    """Sums of one request. A product's slot is found by hashing; `slots` [2^k] hold its number."""

    slots: Array
    codes: Array
    total: Array
    claim: Array
    by: Array
    at: Array


@compiled
def summed_together(sources: Sources, given: Given, limits: Array) -> Sums:
    """What `kg.recommend.sums.summed` says, for any number of requests."""
    sizes = np.zeros(len(limits), np.int64)
    for request in range(len(limits)):
        for s in range(sources.offsets[request], sources.offsets[request + 1]):
            sizes[request] += sources.stop[s] - sources.start[s]
    tally = tally_for(sizes.max() if len(sizes) else 0)
    found = room_for(sizes)
    for request in range(len(limits)):
        count = add_up(tally, sources, given, request, mask_for(sizes[request]))
        settle(tally, count, limits[request], found, request)
        tally.slots[: mask_for(sizes[request]) + 1] = -1
    end = found.offsets[-1]
    return Sums(
        found.offsets, found.codes[:end], found.strengths[:end], found.by[:end], found.at[:end]
    )


@compiled
def mask_for(size: int) -> int:
    """One less than the power of two that leaves at least half of the slots free."""
    slots = 2
    while slots < 2 * size:
        slots *= 2
    return slots - 1


@compiled
def tally_for(size: int) -> Tally:
    """An empty tally for `size` addends."""
    return Tally(
        np.full(mask_for(size) + 1, -1, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.float64),
        np.empty(size, np.float64),
        np.empty(size, np.int32),
        np.empty(size, np.int64),
    )


@compiled
def room_for(sizes: Array) -> Sums:
    """Room for as many products as there are addends."""
    size = sizes.sum()
    return Sums(
        np.zeros(len(sizes) + 1, np.int64),
        np.empty(size, np.int32),
        np.empty(size, np.float64),
        np.empty(size, np.int32),
        np.empty(size, np.int64),
    )


@compiled
def add_up(tally: Tally, sources: Sources, given: Given, request: int, mask: int) -> int:
    """Add up a request's addends; how many products there are."""
    count = 0
    for s in range(sources.offsets[request], sources.offsets[request + 1]):
        one, two = sources.one[s], sources.two[s]
        for place in range(sources.start[s], sources.stop[s]):
            addend = one * given.first[place] + two * given.second[place]
            code = given.to[place]
            slot = (code * 2654435761) & mask
            while tally.slots[slot] >= 0 and tally.codes[tally.slots[slot]] != code:
                slot = (slot + 1) & mask
            i = tally.slots[slot]
            if i < 0:
                i, tally.slots[slot] = count, count
                tally.codes[i], tally.total[i], tally.claim[i] = code, 0.0, -np.inf
                count += 1
            tally.total[i] += addend
            if addend > tally.claim[i]:
                tally.claim[i], tally.by[i], tally.at[i] = addend, s, place
    return count


@compiled
def settle(tally: Tally, count: int, limit: int, found: Sums, request: int) -> None:
    """Write down the strongest of a request behind those of the requests before it."""
    for i in range(count):
        tally.total[i] = np.rint(tally.total[i] * 1e9) / 1e9
    least = least_of(tally.total[:count], limit)
    end = found.offsets[request]
    for i in range(count):
        if tally.total[i] > 0 and tally.total[i] >= least:
            found.codes[end], found.strengths[end] = tally.codes[i], tally.total[i]
            found.by[end], found.at[end] = tally.by[i], tally.at[i]
            end += 1
    found.offsets[request + 1] = end


@compiled
def least_of(values: Array, limit: int) -> float:
    """The limit-th largest of values [n], the least of a heap of the largest; -inf for fewer."""
    if len(values) <= limit:
        return -np.inf
    heap = values[:limit].copy()
    for place in range(limit // 2 - 1, -1, -1):
        sink(heap, place)
    for value in values[limit:]:
        if value > heap[0]:
            heap[0] = value
            sink(heap, 0)
    return float(heap[0])


@compiled
def sink(heap: Array, place: int) -> None:
    """Let the value at `place` sink below the smaller ones under it."""
    while 2 * place + 1 < len(heap):
        low = 2 * place + 1
        if low + 1 < len(heap) and heap[low + 1] < heap[low]:
            low += 1
        if heap[place] <= heap[low]:
            return
        heap[place], heap[low] = heap[low], heap[place]
        place = low
