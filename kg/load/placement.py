"""Lay products to their brand and categories: what is new is added, what moved is taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from kg.load.writer import BATCH, Writer

STAGE = "relationships"

Pair = tuple[str, str]


def write_places(writer: Writer, places: pl.DataFrame) -> None:
    """Make MADE_BY and IN_CATEGORY what the rows of `places` (PLACES) say.

    A row without brand or categories leaves those that another source gave its product.
    """
    for done, part in _slices(places):
        wanted = part.with_columns(
            pl.col("brand_id").cast(pl.String), pl.col("category_ids").cast(pl.List(pl.String))
        ).to_dicts()
        now = _placed(writer, wanted)
        brands = [_difference(writer, row, now, "brand_ids") for row in wanted]
        categories = [_difference(writer, row, now, "category_ids") for row in wanted]
        _apply(writer, "MADE_BY", "made_by", brands)
        _apply(writer, "IN_CATEGORY", "in_category", categories)
        writer.progress(STAGE, done, places.height)


def _slices(places: pl.DataFrame) -> Iterable[tuple[int, pl.DataFrame]]:
    done = 0
    for part in places.iter_slices(BATCH):
        done += part.height
        yield done, part


def _placed(writer: Writer, wanted: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Product id -> where it belongs in the graph; nothing where there is nothing yet."""
    if not writer.before["MADE_BY"] and not writer.before["IN_CATEGORY"]:
        return {}
    rows = writer.graph.read("load/placed", ids=[row["product_id"] for row in wanted])
    return {row["product_id"]: row for row in rows}


def _difference(
    writer: Writer, row: Mapping[str, Any], now: Mapping[str, Any], key: str
) -> tuple[list[Pair], list[Pair], int]:
    """(target, product) pairs to add and to remove, and how many stay."""
    if key == "brand_ids":
        wanted = None if row["brand_id"] is None else [row["brand_id"]]
    else:
        wanted = row["category_ids"] or None
    id_ = row["product_id"]
    before = now.get(id_, {key: [], "source": writer.source})
    if wanted is None:
        wanted = [] if before["source"] == writer.source else before[key]
    added = [(target, id_) for target in wanted if target not in before[key]]
    removed = [(target, id_) for target in before[key] if target not in wanted]
    return added, removed, len(wanted) - len(added)


def _apply(
    writer: Writer, type_: str, query: str, differences: list[tuple[list[Pair], list[Pair], int]]
) -> None:
    added = [pair for new, _, _ in differences for pair in new]
    removed = [pair for _, old, _ in differences for pair in old]
    # The new before the old: a reader meanwhile sees both, and never neither.
    writer.write_rows(f"load/{query}", _by_target(added))
    writer.write_rows(f"load/no_longer_{query}", _by_target(removed))
    writer.tally.add(type_, "created", len(added))
    writer.tally.add(type_, "removed", len(removed))
    writer.tally.add(type_, "unchanged", sum(stayed for _, _, stayed in differences))


def _by_target(pairs: list[Pair]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for target, product in pairs:
        grouped.setdefault(target, []).append(product)
    return list(grouped.items())
