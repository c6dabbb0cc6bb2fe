"""Read a categories table: rows with whole paths, or with ids, parents and names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from kg.catalog import SCHEMAS, Rejects
from kg.sources.category_names import Names, paths_in
from kg.sources.category_tree import CategoryRow, category_paths
from kg.sources.checks import Check, sift
from kg.sources.columns import Plan
from kg.sources.table import LINE, completed
from kg.sources.texts import clean_column, ids

_COLUMNS = ("path", "category_id", "parent_id", "name")


@dataclass(frozen=True)
class Tree:
    """The categories of a file: `paths` by id, and canonical rows `frame` [n] of them all."""

    paths: dict[str, Names]
    frame: pl.DataFrame


def read_categories(plan: Plan, rejects: Rejects) -> Tree:
    """Read a categories table whole: a shop has few. Rows without id or path are rejected."""
    rows = list(_rows(plan, rejects))
    if "path" in plan.columns:
        paths = {
            (row["category_id"] or str(row[LINE])): next(iter(paths_in(row["path"])), ())
            for row in rows
        }
    else:
        given = (CategoryRow(r[LINE], r["category_id"], r["parent_id"], r["name"]) for r in rows)
        paths = category_paths(given, plan.table.name, rejects)
    lines = {row["category_id"] or str(row[LINE]): row[LINE] for row in reversed(rows)}
    listed = {"path": [list(path) for path in paths.values()], LINE: [lines[i] for i in paths]}
    return Tree(paths, pl.DataFrame(listed, SCHEMAS["categories"]))


def _rows(plan: Plan, rejects: Rejects) -> Iterator[dict[str, Any]]:
    key = "path" if "path" in plan.columns else "category_id"
    check = Check("no_category", pl.col(key).is_null(), f"no {key}")
    for frame in plan.table.read(plan.columns, rejects):
        full = completed(frame, _COLUMNS)
        clean = full.with_columns(
            *(ids(full[column]) for column in ("path", "category_id", "parent_id")),
            clean_column(full["name"]).fill_null(full["category_id"]),
        )
        yield from sift(clean, (check,), plan.table.name, rejects).iter_rows(named=True)
