"""The kinds of inputs, in the order that they are tried in: the last empties the server."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fuzz import commands, engines, http, loads, queries, sources
from tests.fuzz.cases import Case
from tests.fuzz.world import World

SLOW = "took "
"""How a complaint of slowness begins."""


@dataclass(frozen=True)
class Kind:
    """How inputs are made and judged, of a hundred thousand how many are tried, and of the few
    that a test has time for."""

    make: Callable[[Random], dict[str, Any]]
    judge: Callable[[World, dict[str, Any]], list[str]]
    share: int
    tested: int


def _alone(
    judge: Callable[[dict[str, Any]], list[str]],
) -> Callable[[World, dict[str, Any]], list[str]]:
    """For what needs no server."""
    return lambda _, given: judge(given)


KINDS: dict[str, Kind] = {
    "sources": Kind(sources.make, _alone(sources.judge), 15_000, 150),
    "queries": Kind(queries.make, _alone(queries.judge), 65_000, 300),
    "engines": Kind(engines.make, engines.judge, 2_000, 25),
    "commands": Kind(commands.make, commands.judge, 800, 15),
    "http": Kind(http.make, http.judge, 17_000, 250),
    "loads": Kind(loads.make, loads.judge, 200, 3),
}


def case(kind: str, seed: int, number: int) -> Case:
    """An input by its kind, the seed of a run and its number there: always the same."""
    return Case(kind, KINDS[kind].make(Random(f"{seed}/{kind}/{number}")))


def judge(world: World, case: Case) -> list[str]:
    """What is wrong; what took too long is tried once more, for the machine may have been busy."""
    wrong = KINDS[case.kind].judge(world, case.given)
    if any(each.startswith(SLOW) for each in wrong):
        return KINDS[case.kind].judge(world, case.given)
    return wrong
