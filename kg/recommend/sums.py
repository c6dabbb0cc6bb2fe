"""Add up what sources give to products."""

import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.recommend.fuse import DECIMALS

Array = NDArray[Any]

COMPILED = "kg.recommend.compiled_sums"


class Given(NamedTuple):
    """What sources lead to, end to end: m places with a product `to` and two numbers each."""

    to: Array
    first: Array
    second: Array


class Sources(NamedTuple):
    """Those of request i are `offsets[i]:offsets[i + 1]`; a source leads to the places from `start`
    to `stop` and gives each `one` of its first number and `two` of its second."""

    offsets: Array
    start: Array
    stop: Array
    one: Array
    two: Array


class Sums(NamedTuple):
    """What was added up; of request i `offsets[i]:offsets[i + 1]`. `by` is the source that gave
    most, of equals the first, and `at` the place by which it did."""

    offsets: Array
    codes: Array
    strengths: Array
    by: Array
    at: Array


def summed(sources: Sources, given: Given, limits: Array) -> Sums:
    """Products by the sums of what sources give, rounded to 9 decimals: of each request [r] those
    above 0, and of more than limits [r] those at least as strong as the last within the limit.

    A lone request does not wait half a second for compiled loops to load, unless they are there.
    """
    if len(limits) == 1 and COMPILED not in sys.modules:
        return summed_alone(sources, given, limits)
    from kg.recommend.compiled_sums import summed_together

    return summed_together(sources, given, limits)


def summed_alone(sources: Sources, given: Given, limits: Array) -> Sums:
    """The like of the compiled loop for one request, in numpy."""
    spans = [np.arange(*span) for span in zip(sources.start, sources.stop, strict=True)]
    at = np.concatenate([np.zeros(0, np.int64), *spans])
    by = np.repeat(np.arange(len(spans)), [len(each) for each in spans])
    addends = sources.one[by] * given.first[at] + sources.two[by] * given.second[at]
    codes, place = np.unique(given.to[at], return_inverse=True)
    strengths = np.round(np.bincount(place, addends, len(codes)), DECIMALS)
    most = np.zeros(len(codes), np.intp)
    rising = np.argsort(-addends, kind="stable")[::-1]
    most[place[rising]] = rising  # of a product's places the last one stays: the first of equals
    least, limit = -np.inf, int(limits[0])
    if limit < len(strengths):
        least = np.partition(strengths, -limit)[-limit]
    kept = np.flatnonzero((strengths > 0) & (strengths >= least))
    told = most[kept]
    return Sums(np.array([0, len(kept)]), codes[kept], strengths[kept], by[told], at[told])
