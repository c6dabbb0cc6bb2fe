"""Work out what differs between derived and stored, and put it into rows for the graph."""

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.derive.arrays import Derived, Edges
from kg.derive.reading import Ranked, Stored
from kg.errors import KgrecError
from kg.load.pipeline import Pipeline

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

EDGES = 10_000
"""Edges a transaction, about: those of one product are never parted."""


@dataclass(frozen=True)
class Change:
    """Edges to create, to weigh anew, to remove, as frames; and how many stay as they are."""

    new: pl.DataFrame
    changed: pl.DataFrame
    gone: pl.DataFrame
    unchanged: int
    doubled: bool = False


def edge_changes(stored: Edges, wanted: Edges) -> Change:
    """What makes `wanted` of `stored`. An edge that is stored twice is removed and made anew."""
    ends = ("source", "target")
    now = _frame(stored).with_columns(once=pl.struct(ends).is_unique())
    once = now.filter("once")
    want = _frame(wanted)
    both = want.join(once, on=ends, how="left", maintain_order="left", suffix="_now")
    known = pl.col("once").is_not_null()
    same = known & pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in ("weight", "support")
    )
    doubled = now.filter(~pl.col("once"))
    return Change(
        new=both.filter(~known),
        changed=both.filter(known & ~same),
        gone=pl.concat((once.join(want, on=ends, how="anti"), doubled)),
        unchanged=both.filter(same).height,
        doubled=doubled.height > 0,
    )


def write_edges(
    graph: "Neo4jGraph", pipeline: Pipeline, kind: str, ids: pl.Series, change: Change
) -> None:
    """Write a change. New edges come before others go, so that a reader never finds none."""
    changed, gone = edge_rows(change.changed, ids), id_rows(change.gone, ids)
    rest = partial(graph.write, f"derive/changed_{kind}", changed=changed, gone=gone)
    if change.doubled:  # what is there twice has to go before it is made once
        rest()
    for rows in _transactions(edge_rows(change.new, ids)):
        pipeline.put(partial(graph.create, f"derive/new_{kind}", rows=rows), _raise)
    if (changed or gone) and not change.doubled:
        pipeline.wait()
        rest()


def _raise(error: KgrecError | None) -> None:
    """A creation is tried once: where it is not known whether it was done, the next run looks."""
    if error is not None:
        raise error


def edge_rows(edges: pl.DataFrame, ids: pl.Series) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Edges by source: (source id, [(target id, weight, support), ...])."""
    ordered = edges.sort("source", maintain_order=True)
    columns = (
        ids.gather(ordered["source"]).to_list(),
        ids.gather(ordered["target"]).to_list(),
        ordered["weight"].to_list(),
        ordered["support"].to_list(),
    )
    rows = groupby(zip(*columns, strict=True), key=lambda row: row[0])
    return [(source, [row[1:] for row in group]) for source, group in rows]


def id_rows(edges: pl.DataFrame, ids: pl.Series) -> list[tuple[str, list[str]]]:
    """Edges by source: (source id, [target id, ...]), each once."""
    return [
        (source, list(dict.fromkeys(row[0] for row in rows)))
        for source, rows in edge_rows(edges, ids)
    ]


def fact_rows(products: Stored, derived: Derived) -> list[tuple[Any, ...]]:
    """(id, popularity, mean_age, mean_place) of the products where one of them differs."""
    wanted = np.column_stack((derived.popularity, derived.mean_age, derived.mean_place))
    now = products.facts
    differs = ((wanted != now) & ~(np.isnan(wanted) & np.isnan(now))).any(axis=1)
    codes = np.flatnonzero(differs)
    ids = products.ids.gather(codes).to_list()
    return [
        (id_, *(None if np.isnan(value) else value for value in values))
        for id_, values in zip(ids, wanted[codes].tolist(), strict=True)
    ]


def rank_rows(products: Stored, now: Ranked, wanted: NDArray[np.int32]) -> list[tuple[Any, ...]]:
    """(product id, owner id, rank) of the relationships whose rank differs."""
    places = np.flatnonzero(now.rank != wanted)
    columns = (
        products.ids.gather(now.product[places]).to_list(),
        now.owner.gather(places).to_list(),
        wanted[places].tolist(),
    )
    return list(zip(*columns, strict=True))


def _transactions(rows: list[tuple[str, list[Any]]]) -> list[list[tuple[str, list[Any]]]]:
    transactions: list[list[tuple[str, list[Any]]]] = []
    size = EDGES
    for row in rows:
        if size >= EDGES:
            transactions.append([])
            size = 0
        transactions[-1].append(row)
        size += len(row[1])
    return transactions


def _frame(edges: Edges) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source": edges.source,
            "target": edges.target,
            "weight": edges.weight,
            "support": edges.support,
        }
    )
