"""Turn scores into lists of products, with every tie decided against the model."""

import numpy as np
from numpy.typing import NDArray

from kg.compiled import compiled
from kg.snapshot.types import MISSING, Flags, Floats, Ints, Rows

Lists = NDArray[np.int32]
Scores = NDArray[np.floating]

_PLAIN, _OUT, _TARGET = 0, 1, 2


def ranked(
    scores: Scores,
    targets: Rows,
    k: int,
    seen: Rows | None = None,
    among: Flags | None = None,
) -> Lists:
    """The best k products [n, k] by scores [n, products], MISSING where there are no more.

    Of equal scores those in row i of `targets` come last, the others by code. Left out are what
    row i of `seen` holds, what `among` [products] does not mask, and scores of minus infinity.
    Raises ValueError for a score that is not a number.
    """
    _check(scores)
    return _best(scores, _out(scores, among), _filled(seen, len(scores)), targets, k)


def auc_of_users(
    scores: Scores, targets: Rows, seen: Rows | None = None, among: Flags | None = None
) -> Floats:
    """For each user [n] the share of (target, other product) pairs that scores [n, products] order
    right, equal scores counting half: the area under the ROC curve over the whole catalogue."""
    _check(scores)
    return _areas(scores, _out(scores, among), _filled(seen, len(scores)), targets)


def _check(scores: Scores) -> None:
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores).any(axis=1))[0])
        raise ValueError(f"scores are numbers; row {row} has one that is not")


def _out(scores: Scores, among: Flags | None) -> Flags:
    return np.zeros(scores.shape[1], np.bool_) if among is None else ~among


def _filled(rows: Rows | None, n: int) -> Rows:
    return Rows(np.zeros(n + 1, np.int64), np.empty(0, np.int32)) if rows is None else rows


def _best(scores: Scores, out: Flags, seen: Rows, targets: Rows, k: int) -> Lists:
    return _best_kernel(scores, out, seen.start, seen.to, targets.start, targets.to, k)


def _areas(scores: Scores, out: Flags, seen: Rows, targets: Rows) -> Floats:
    return _areas_kernel(scores, out, seen.start, seen.to, targets.start, targets.to)


@compiled
def _marks(out: Flags, seen: Ints, targets: Ints) -> NDArray[np.int8]:
    """What each product is to a user: _PLAIN, _OUT (not ranked) or _TARGET."""
    marks = out.astype(np.int8)
    for code in targets:
        if marks[code] == _PLAIN:
            marks[code] = _TARGET
    for code in seen:
        marks[code] = _OUT
    return marks


@compiled
def _best_kernel(
    scores: Scores,
    out: Flags,
    seen_start: NDArray[np.int64],
    seen: Ints,
    target_start: NDArray[np.int64],
    targets: Ints,
    k: int,
) -> Lists:
    """Keep the best k of each row in order, by insertion: a row is read once."""
    n, products = scores.shape
    lists = np.full((n, k), MISSING, np.int32)
    for row in range(n):
        mine = targets[target_start[row] : target_start[row + 1]]
        marks = _marks(out, seen[seen_start[row] : seen_start[row + 1]], mine)
        found = lists[row]
        filled = 0
        for code in range(products):
            score, mark = scores[row, code], marks[code]
            if mark == _OUT or score == -np.inf:
                continue
            place = filled
            while place > 0:
                above = found[place - 1]
                better = score > scores[row, above]
                tied = score == scores[row, above]
                if not (better or (tied and mark == _PLAIN and marks[above] == _TARGET)):
                    break
                if place < k:
                    found[place] = above
                place -= 1
            if place < k:
                found[place] = code
                filled = min(filled + 1, k)
    return lists


@compiled
def _areas_kernel(
    scores: Scores,
    out: Flags,
    seen_start: NDArray[np.int64],
    seen: Ints,
    target_start: NDArray[np.int64],
    targets: Ints,
) -> Floats:
    n, products = scores.shape
    areas = np.full(n, np.nan)
    for row in range(n):
        mine = targets[target_start[row] : target_start[row + 1]]
        marks = _marks(out, seen[seen_start[row] : seen_start[row + 1]], mine)
        others = (marks == _PLAIN).sum()
        right, counted = 0.0, 0
        for target in mine:
            if marks[target] != _TARGET:
                continue
            counted += 1
            for code in range(products):
                if marks[code] == _PLAIN and scores[row, code] < scores[row, target]:
                    right += 1.0
                elif marks[code] == _PLAIN and scores[row, code] == scores[row, target]:
                    right += 0.5
        if counted and others:
            areas[row] = right / (counted * others)
    return areas
