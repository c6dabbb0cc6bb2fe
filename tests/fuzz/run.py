"""Try inputs of every kind: how many were wrong, each written down as small as it was made."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.cases import Case
from tests.fuzz.kinds import case, judge
from tests.fuzz.shrink import shrunk
from tests.fuzz.world import World

TOLD = 20
"""Wrong answers of a kind that are made smaller and written down; the rest are counted."""


@dataclass
class Tried:
    """Inputs of a kind: how many, how many wrong, and some of the wrong ones with the reason."""

    inputs: int = 0
    seconds: float = 0.0
    wrong: int = 0
    found: list[tuple[Case, list[str]]] = field(default_factory=list)


def run(
    world: World,
    counts: Mapping[str, int],
    seed: int,
    start: int = 0,
    seconds: float | None = None,
    said: Callable[[str], None] = print,
) -> dict[str, Tried]:
    """Try so many inputs of each kind, from a number on; with `seconds` each kind has an equal part
    of them."""
    limit = None if seconds is None else seconds / len(counts)
    return {
        name: _tried(world, name, range(start, start + count), seed, limit, said)
        for name, count in counts.items()
    }


def _tried(
    world: World,
    kind: str,
    numbers: range,
    seed: int,
    limit: float | None,
    said: Callable[[str], None],
) -> Tried:
    told, started, seen = Tried(), time.monotonic(), Counter[str]()
    for number in numbers:
        told.seconds = time.monotonic() - started
        if limit is not None and told.seconds > limit:
            break
        tried = case(kind, seed, number)
        wrong = judge(world, tried)
        told.inputs += 1
        if wrong:
            told.wrong += 1
            seen[wrong[0][:60]] += 1
            said(f"{kind} {number} of seed {seed}: {wrong[0][:300]}")
            if seen[wrong[0][:60]] == 1 and len(told.found) < TOLD:
                told.found.append(_smallest(world, tried, wrong))
        if told.inputs % 1000 == 0:
            said(f"{kind}: {told.inputs:,} of {len(numbers):,}, {told.wrong} wrong")
    told.seconds = time.monotonic() - started
    return told


def _smallest(world: World, found: Case, wrong: list[str]) -> tuple[Case, list[str]]:
    """The input made smaller, as long as it fails alike."""
    begins = wrong[0][:40]

    def fails(given: dict[str, object]) -> bool:
        try:
            return any(each[:40] == begins for each in judge(world, Case(found.kind, given)))
        except KeyError:  # a part was left out that an input has to have
            return False

    small = Case(found.kind, shrunk(found.given, fails))
    return small, judge(world, small) or wrong


def written(told: Mapping[str, Tried], folder: Path) -> Iterator[Path]:
    """Write down what was wrong, one file an input."""
    for tried in told.values():
        for case_, wrong in tried.found:
            yield case_.write(folder, wrong)
