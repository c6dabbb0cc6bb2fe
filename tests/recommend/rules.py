"""Rules for tests: as the graph tells them, and over the toy shop in memory."""

from typing import Any

from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import Rules
from kg.recommend.recommender import Recommender
from kg.rules.types import Rule, Target
from tests.recommend.conftest import ByAxes

NOW = 1_750_000_000

LABELS = {"products": "Product", "brands": "Brand", "categories": "Category"}


def row(rule_id: str, kind: str, **given: Any) -> Row:
    """A row of resolve/rules; products, brands and categories are ids."""
    targets = [
        {"label": label, "id": id_, "name": id_}
        for name, label in LABELS.items()
        for id_ in given.pop(name, ())
    ]
    empty = dict.fromkeys(Rule.__dataclass_fields__)
    said = {"rule_id": rule_id, "kind": kind, "since": 0, "created_at": 0, "targets": targets}
    return {**empty, **said, **given}


def rule(rule_id: str, kind: str, **given: Any) -> Rule:
    """The same as a rule."""
    told = row(rule_id, kind, **given)
    return Rule(**{**told, "targets": tuple(Target(**each) for each in told["targets"])})


def ruled(toy: MemoryGraph, *rows: Row, now: int = NOW) -> Recommender:
    """Recommends from the toy shop under rules."""
    graph = MemoryGraph(toy.snapshot, Rules(1, rows))
    return Recommender(graph, lambda _: ByAxes(), clock=lambda: now)
