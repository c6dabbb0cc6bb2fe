"""Shops loaded into Neo4j: counts add up, and the graph is the one that memory makes of them."""

from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

import numpy as np

from kg.build import BuildOptions, BuildSummary, build_graph
from kg.catalog import Source
from kg.schema import EVENTS
from kg.snapshot import export, snapshot_of
from tests.fuzz import sources
from tests.fuzz.cases import judged
from tests.fuzz.world import World

ASIDE = ("meta", "text", "gnn", "model", "paper")
COUNTED = ("created", "changed", "unchanged", "after until")


def make(rng: Random) -> dict[str, Any]:
    """A shop with something changed."""
    return sources.make(rng)


def judge(world: World, given: dict[str, Any]) -> list[str]:
    """What is wrong with how a shop is loaded."""
    wrong: list[str] = []
    with judged(wrong):
        source = sources.opened(given, sources.scratch())
        rows = _rows(source)
        world.empty()
        summary = build_graph(world.graph, source, BuildOptions(embed=False))
        wrong += _uncounted(summary, rows)
        wrong += differences(export(world.graph), snapshot_of(source))
        again = build_graph(world.graph, source, BuildOptions(embed=False, force=True))
        if not again.unchanged:
            wrong.append(f"loading it again changes {again.changes}")
    return wrong


def _rows(source: Source) -> dict[str, int]:
    """How many products and events the source gives, leaves out and repeats."""
    rows = {"products": 0, "events": 0}
    for batch in source.batches():
        if batch.kind in rows:
            rows[batch.kind] += batch.frame.height
    return {**rows, "left out": source.rejects.total, "repeated": source.rejects.repeated.total()}


def _uncounted(summary: BuildSummary, rows: dict[str, int]) -> list[str]:
    def told(*kinds: str) -> int:
        counts = (summary.changes.get(kind, {}) for kind in kinds)
        return sum(each.get(what, 0) for each in counts for what in COUNTED)

    wrong = []
    if (products := told("Product")) != rows["products"]:
        wrong.append(f"{rows['products']} products read, {products} counted")
    more = sum(summary.rejects.values()) - rows["left out"]
    repeated = sum(summary.repeated.values()) - rows["repeated"]
    events = told(*EVENTS, "events") + more + repeated
    if events != rows["events"]:
        wrong.append(f"{rows['events']} events read, {events} counted, {more} of them rejected")
    return wrong


def differences(one: Any, other: Any, name: str = "graph") -> list[str]:
    """Where two snapshots of a shop differ, numbers apart by no more than rounding."""
    if is_dataclass(one) and type(one) is type(other):
        named = [each.name for each in fields(one) if each.name not in ASIDE]
        parts = [(f"{name}.{n}", getattr(one, n), getattr(other, n)) for n in named]
        return [each for label, a, b in parts for each in differences(a, b, label)]
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        same = one.shape == other.shape and np.allclose(one, other, atol=1e-9, equal_nan=True)
    else:
        same = one == other
    return [] if same else [f"{name}: Neo4j {str(one)[:200]}, memory {str(other)[:200]}"]
