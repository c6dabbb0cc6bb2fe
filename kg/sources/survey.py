"""What must be known of a whole products file before its first row can be read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from kg.catalog import SCHEMAS, Rejects
from kg.sources.category_names import (
    KnownPaths,
    Names,
    deepest,
    names_in,
    paths_in,
    product_paths,
)
from kg.sources.columns import Plan
from kg.sources.prices import signs

LONGEST_PATH = 2000
"""Bytes: what Neo4j can hold in the index of a key, with room for escapes."""

_CELLS = ["category_path", "categories", "category_id"]


@dataclass(frozen=True)
class Survey:
    """The currency that most prices are in (None: no price says), and where each name belongs."""

    currency: str | None = None
    known: KnownPaths = field(default_factory=KnownPaths)


def survey(plans: Sequence[Plan], currency: str | None) -> Survey:
    """Read through products tables for their currency and the places of category names."""
    known = KnownPaths()
    counts: Counter[str] = Counter()
    for plan in plans:
        for frame in _surveyed(plan):
            _learn(frame, known)
            counts.update(dict(_currencies(frame).value_counts().iter_rows()))
    most = max(counts, key=lambda name: (counts[name], name), default=None)
    return Survey(currency or most, known)


def _surveyed(plan: Plan) -> Iterator[pl.DataFrame]:
    """The columns of a table that tell of the whole, if it has any."""
    names = ["price", "currency"]
    if "categories" in plan.columns:
        names += ["categories", "category_path"]
    columns = {name: plan.columns[name] for name in names if name in plan.columns}
    return plan.table.read(columns, Rejects()) if columns else iter(())


def _learn(frame: pl.DataFrame, known: KnownPaths) -> None:
    for column, cells in (("category_path", paths_in), ("categories", names_in)):
        if column in frame.columns:
            for cell in frame[column].unique(maintain_order=True):
                for path in cells(cell):
                    if column == "category_path" or len(path) > 1:
                        known.add(path)


def _currencies(frame: pl.DataFrame) -> pl.Series:
    """The currency [<= n] of every row that names one, in its column or by a sign."""
    if "currency" in frame.columns:
        named = frame["currency"].str.strip_chars().str.to_uppercase()
        return named.filter(named.str.contains(r"^[A-Z]{3}$"))
    if "price" in frame.columns:
        return signs(frame["price"]).drop_nulls()
    return pl.Series(dtype=pl.String)


def placed_products(
    frame: pl.DataFrame,
    known: KnownPaths,
    tree: dict[str, Names] | None,
    file: str,
    rejects: Rejects,
) -> pl.DataFrame:
    """The frame [n] with `categories` as lists of paths, read from its three columns of text.

    Equal cells are read once. Ids that the tree has not, and overlong paths, are forgotten.
    """
    cells = frame.select(_CELLS).unique(maintain_order=True)
    paths, forgotten = [], []
    for path_cell, names_cell, id_cell in cells.iter_rows():
        found = _paths_of_row(path_cell, names_cell, id_cell, known, tree)
        kept = [path for path in found if path and len("/".join(path).encode()) <= LONGEST_PATH]
        paths.append([list(path) for path in kept] or None)
        forgotten.append(len(found) - len(kept))
    dtype = SCHEMAS["products"]["categories"]
    read = cells.with_columns(
        pl.Series("paths", paths, dtype), pl.Series("forgotten", forgotten, pl.Int64)
    )
    joined = frame.join(read, on=_CELLS, how="left", nulls_equal=True, maintain_order="left")
    rejects.forget(file, "categories", int(joined["forgotten"].sum()))
    return joined.with_columns(pl.col("paths").alias("categories"))


def _paths_of_row(
    path_cell: str | None,
    names_cell: str | None,
    id_cell: str | None,
    known: KnownPaths,
    tree: dict[str, Names] | None,
) -> list[Names]:
    """The paths of a product; an empty one for each id that is in no tree."""
    if tree is None:
        return product_paths(path_cell, names_cell, known)
    named = tree.get((path_cell or "").strip())
    own = [named] if named else product_paths(path_cell, names_cell, known)
    ids = ["".join(path) for path in names_in(id_cell)]
    return [
        *deepest([*own, *(tree[i] for i in ids if i in tree)]),
        *(() for i in ids if i not in tree),
    ]
