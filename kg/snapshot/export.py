"""Read a whole graph out of Neo4j as a snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, replace
from itertools import chain
from threading import Event
from typing import Any

import numpy as np
import polars as pl

from kg.derive import EVENT_CODES, EventColumns
from kg.derive import Derived as DerivedColumns
from kg.derive import Edges as EdgeColumns
from kg.errors import GraphError
from kg.garbage import no_collecting
from kg.graph import Graph, Row
from kg.progress import Progress, silent
from kg.snapshot.assemble import Tables, assemble, code_of
from kg.snapshot.build import numbered
from kg.snapshot.types import Blend, Floats, Matrix, Meta, Snapshot, Vectors

PAGE = 5_000
ATTEMPTS = 3
AT_ONCE = 2
"""Kinds that are read side by side."""

_TEXT = pl.String
_PRODUCTS = pl.Schema(
    {
        "product_id": pl.String(),
        "title": pl.String(),
        "description": pl.String(),
        "image_url": pl.String(),
        "price_minor": pl.Int64(),
        "in_stock": pl.Boolean(),
        "released_at": pl.Int64(),
        "brand_id": pl.String(),
        "category_ids": pl.List(pl.String()),
        "popularity": pl.Float64(),
        "mean_age": pl.Float64(),
        "mean_place": pl.Float64(),
    }
)
_BRANDS = pl.Schema(dict.fromkeys(("brand_id", "name", "name_key"), pl.String()))
_CATEGORIES = pl.Schema(
    dict.fromkeys(("category_id", "name", "name_key", "parent_id"), pl.String())
)

_BLEND = ("weights", "temperatures")


def export(graph: Graph, progress: Progress = silent, vectors: bool = True) -> Snapshot:
    """A snapshot of everything the graph holds and serves, with its vectors unless told not to.

    Reads in pages, several kinds side by side; where a writer was at work meanwhile, all is read
    again. Raises GraphError for an empty graph or one that keeps changing, ConnectionFailed.
    """
    for _ in range(ATTEMPTS):
        meta = _meta(graph)
        kinds = _kinds(meta, vectors)
        with no_collecting(), _side_by_side(graph, kinds, progress) as rows_of:
            snapshot = _assembled(meta, rows_of)
            if vectors:
                snapshot = _with_vectors(graph, snapshot, meta, rows_of)
        if _meta(graph).revision == meta.revision:
            return snapshot
    raise GraphError("the graph keeps changing while it is read; wait until its writer is done")


def _meta(graph: Graph) -> Meta:
    rows = graph.read("resolve/meta")
    if not rows:
        raise GraphError("the graph is empty: fill it with kgrec build-graph SOURCE")
    return Meta(**{field.name: rows[0][field.name] for field in fields(Meta)})


def _kinds(meta: Meta, vectors: bool) -> dict[str, str]:
    """What is read in pages, by which key; in the order of need, the longest early."""
    kinds = {
        "products": "product_id",
        "bought_with": "product_id",
        "bought_next": "product_id",
        "users": "user_id",
        "brands": "brand_id",
        "categories": "category_id",
    }
    if vectors and meta.text_slot is not None:
        kinds[f"text_vectors_{meta.text_slot}"] = "product_id"
    if vectors and meta.gnn_slot is not None:
        kinds[f"gnn_vectors_{meta.gnn_slot}"] = "product_id"
    return kinds


@contextmanager
def _side_by_side(
    graph: Graph, kinds: Mapping[str, str], progress: Progress
) -> Iterator[Callable[[str], list[Row]]]:
    """Yield what gives all rows of a kind; the kinds are read meanwhile, in their order."""
    ended = Event()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="kgrec-export") as beside:
        coming = {
            kind: beside.submit(_all_rows, graph, kind, key, progress, ended)
            for kind, key in kinds.items()
        }
        try:
            yield lambda kind: coming.pop(kind).result()
        finally:
            ended.set()


def _all_rows(graph: Graph, kind: str, key: str, progress: Progress, ended: Event) -> list[Row]:
    rows: list[Row] = []
    while not ended.is_set():
        after = rows[-1][key] if rows else ""
        page = graph.read(f"export/{kind}", after=after, limit=PAGE)
        rows += page
        progress(f"read {kind}", len(rows), None)
        if len(page) < PAGE:
            break
    return rows


def _assembled(meta: Meta, rows_of: Callable[[str], list[Row]]) -> Snapshot:
    """The snapshot without vectors."""
    products = _frame(rows_of("products"), _PRODUCTS)
    ids = products["product_id"]
    placements = products.select("product_id", category_id="category_ids").explode("category_id")
    derived = DerivedColumns(
        together=_edges(rows_of("bought_with"), ids),
        next=_edges(rows_of("bought_next"), ids),
        popularity=_numbers(products["popularity"].fill_null(0.0)),
        mean_age=_numbers(products["mean_age"]),
        mean_place=_numbers(products["mean_place"]),
    )
    users, events = _events(rows_of("users"), ids)
    tables = Tables(
        products=products,
        brands=_frame(rows_of("brands"), _BRANDS),
        categories=_frame(rows_of("categories"), _CATEGORIES),
        placements=placements.drop_nulls(),
        users=users,
        events=events,
    )
    bare = replace(meta, text_slot=None, gnn_slot=None, model_revision=None)
    return assemble(bare, tables, derived)


def _frame(rows: list[Row], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema).sort(schema.names()[0])


def _events(rows: list[Row], product_ids: pl.Series) -> tuple[tuple[str, ...], EventColumns]:
    found = sorted(rows, key=lambda row: row["user_id"])
    sizes = [len(row["events"]) for row in found]
    events = _end_to_end(found, "events")
    product, type_, at, value, order = zip(*events, strict=True) if events else [()] * 5
    return tuple(row["user_id"] for row in found), EventColumns(
        user=np.repeat(np.arange(len(found), dtype=np.int32), sizes),
        product=code_of(pl.Series(product, dtype=_TEXT), product_ids),
        type=np.array([EVENT_CODES[each] for each in type_], np.int8),
        at=np.array(at, np.int64),
        value=np.array([np.nan if each is None else each for each in value], np.float64),
        order=numbered(pl.Series(order, dtype=_TEXT)),
    )


def _edges(found: list[Row], product_ids: pl.Series) -> EdgeColumns:
    sizes = [len(row["to"]) for row in found]
    sources = code_of(pl.Series([row["product_id"] for row in found], dtype=_TEXT), product_ids)
    source = np.repeat(sources, sizes)
    target = code_of(pl.Series(_end_to_end(found, "to"), dtype=_TEXT), product_ids)
    weight = np.array(_end_to_end(found, "weights"), np.float64)
    support = np.array(_end_to_end(found, "supports"), np.int32)
    order = np.lexsort((target, -weight, source))
    return EdgeColumns(source[order], target[order], weight[order], support[order])


def _end_to_end(rows: Sequence[Row], column: str) -> list[Any]:
    return list(chain.from_iterable(row[column] for row in rows))


def _numbers(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _with_vectors(
    graph: Graph, snapshot: Snapshot, meta: Meta, rows_of: Callable[[str], list[Row]]
) -> Snapshot:
    text, gnn = None, None
    if meta.text_slot is not None:
        text = _text(graph, snapshot, meta, rows_of(f"text_vectors_{meta.text_slot}"))
    if meta.gnn_slot is not None:
        rows = rows_of(f"gnn_vectors_{meta.gnn_slot}")
        gnn = _matrix(rows, "product_id", snapshot.products.code, None)
    model = next((bytes(row["packed"]) for row in graph.read("resolve/model")), None)
    paper = next((_blend(row) for row in graph.read("resolve/paper")), None)
    return replace(snapshot, text=text, gnn=gnn, model=model, paper=paper, meta=meta)


def _blend(row: Row) -> Blend:
    weights, temperatures = (np.array(row[name], np.float64) for name in _BLEND)
    return Blend(tuple(row["terms"]), weights, temperatures)


def _text(graph: Graph, snapshot: Snapshot, meta: Meta, products: list[Row]) -> Vectors:
    brands, categories, dimension = snapshot.brands, snapshot.categories, meta.dimension or 0
    entities = graph.read(
        f"score/entity_vectors_{meta.text_slot}",
        brand_ids=brands.ids,
        category_ids=categories.ids,
    )
    of = {label: [r for r in entities if r["label"] == label] for label in ("Brand", "Category")}
    return Vectors(
        product=_matrix(products, "product_id", snapshot.products.code, dimension),
        brand=_matrix(of["Brand"], "id", brands.code, dimension),
        category=_matrix(of["Category"], "id", categories.code, dimension),
    )


def _matrix(rows: list[Row], key: str, code: Mapping[str, int], dimension: int | None) -> Matrix:
    """Vectors [nodes, d] by code, as they are stored; zeros where a node has none.

    `dimension` None takes that of the first vector.
    """
    given = [(code[row[key]], row["embedding"]) for row in rows if row["embedding"] is not None]
    if dimension is None:
        dimension = len(given[0][1]) if given else 0
    matrix = np.zeros((len(code), dimension), np.float32)
    for place, vector in given:
        matrix[place] = vector
    return matrix
