"""Read the rules of a graph, whichever engine has it."""

import time

from kg.graph import Graph, Row
from kg.rules.types import Rule, Target


def list_rules(graph: Graph, *, ended: bool = False, now: int | None = None) -> list[Rule]:
    """The rules that hold or are to come, the earliest first; with `ended`, all there ever were.

    Raises ConnectionFailed.
    """
    moment = int(time.time()) if now is None else now
    return [rule_of(row) for row in graph.read("resolve/rules", now=0 if ended else moment)]


def rule_of(row: Row) -> Rule:
    """The rule in a row of resolve/rules."""
    return Rule(**{**row, "targets": tuple(Target(**each) for each in row["targets"])})
