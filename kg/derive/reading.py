"""Read from the graph what deriving starts from, and what it gave the last time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.derive.arrays import Edges
from kg.derive.sequences import EVENT_CODES, EventColumns
from kg.graph import Row
from kg.progress import Progress

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PAGE = 2_000
STAGE = "derive: read"

Ints = NDArray[np.int32]

NO_EDGES = Edges(
    np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int32)
)


@dataclass(frozen=True)
class Ranked:
    """Relationships [m] to brands or categories: product codes, owners' ids, ranks (-1: none)."""

    product: Ints
    owner: pl.Series
    rank: Ints


@dataclass(frozen=True)
class Stored:
    """Products [p] by id, with what is derived for them now. facts [p, 3] as in Derived."""

    ids: pl.Series
    facts: NDArray[np.float64]
    made_by: Ranked
    in_category: Ranked

    def codes(self, ids: pl.Series) -> Ints:
        """Codes [n] of product ids [n]; all of them are in the graph."""
        return _codes(self.ids, ids)


def read_products(graph: "Neo4jGraph", progress: Progress) -> Stored:
    """All products with what is derived for them."""
    ids: list[pl.Series] = []
    facts: list[NDArray[np.float64]] = []
    owned: dict[str, list[pl.DataFrame]] = {"made_by": [], "in_category": []}
    done = 0
    for page in _pages(graph, "derive/products", "product_id"):
        ids.append(pl.Series([row["product_id"] for row in page], dtype=pl.String))
        facts.append(_facts(page))
        for kind, parts in owned.items():
            parts.append(_owned(page, kind, done))
        done += len(page)
        progress(STAGE, done, None)
    return Stored(
        ids=pl.concat([pl.Series(dtype=pl.String), *ids]),
        facts=np.concatenate([np.empty((0, 3)), *facts]),
        made_by=_ranked(owned["made_by"]),
        in_category=_ranked(owned["in_category"]),
    )


def read_events(graph: "Neo4jGraph", products: Stored, progress: Progress) -> EventColumns:
    """All events as columns; a user's code is the user's place among the sorted ids."""
    parts = [_event_columns([], 0, products)]
    users = 0
    for page in _pages(graph, "export/users", "user_id"):
        parts.append(_event_columns(page, users, products))
        users += len(page)
        progress(STAGE, users, None)
    fields = ("user", "product", "type", "at", "value", "order")
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in fields)
    return EventColumns(*columns)


def read_edges(graph: "Neo4jGraph", kind: str, products: Stored, first: int, last: int) -> Edges:
    """The stored edges of the products with codes first..last-1."""
    after = products.ids[first - 1] if first else ""
    page = graph.read(f"export/{kind}", after=after, limit=last - first)
    sources = products.codes(pl.Series([row["product_id"] for row in page], dtype=pl.String))
    target, weight, support = (
        [each for row in page for each in row[name]] for name in ("to", "weights", "supports")
    )
    return Edges(
        source=np.repeat(sources, [len(row["to"]) for row in page]),
        target=products.codes(pl.Series(target, dtype=pl.String)),
        weight=np.array(weight, np.float64),
        support=np.array(support, np.int32),
    )


def _pages(graph: "Neo4jGraph", query: str, key: str) -> Iterator[list[Row]]:
    after = ""
    while page := graph.read(query, after=after, limit=PAGE):
        yield page
        after = page[-1][key]


def _facts(page: list[Row]) -> NDArray[np.float64]:
    columns = ("popularity", "mean_age", "mean_place")
    return np.array([[row[name] for name in columns] for row in page], dtype=np.float64)


def _owned(page: list[Row], kind: str, first: int) -> pl.DataFrame:
    rows = [
        (first + place, owner, -1 if rank is None else rank)
        for place, row in enumerate(page)
        for owner, rank in row[kind]
    ]
    schema = {"product": pl.Int32, "owner": pl.Categorical, "rank": pl.Int32}
    return pl.DataFrame(rows, schema, orient="row")


def _ranked(parts: list[pl.DataFrame]) -> Ranked:
    frame = pl.concat(parts or [_owned([], "", 0)])
    return Ranked(frame["product"].to_numpy(), frame["owner"], frame["rank"].to_numpy())


def _event_columns(page: list[Row], first_user: int, products: Stored) -> EventColumns:
    sizes = [len(row["events"]) for row in page]
    rows = [event for row in page for event in row["events"]]
    product, type_, at, value, order = _columns(rows, 5)
    users = np.arange(first_user, first_user + len(page), dtype=np.int32)
    return EventColumns(
        user=np.repeat(users, sizes),
        product=products.codes(pl.Series(product, dtype=pl.String)),
        type=np.array([EVENT_CODES[each] for each in type_], np.int8),
        at=np.array(at, np.int64),
        value=np.array([np.nan if each is None else each for each in value], np.float64),
        order=_numbered(order),
    )


def _numbered(orders: tuple[str | None, ...]) -> Ints:
    """A number for each order id [n] of a page, -1 for none: an order belongs to one user."""
    codes: dict[str, int] = {}
    numbers = [-1 if each is None else codes.setdefault(each, len(codes)) for each in orders]
    return np.array(numbers, np.int32)


def _codes(ids: pl.Series, wanted: pl.Series) -> Ints:
    frame = pl.DataFrame({"id": wanted}).join(
        pl.DataFrame({"id": ids}).with_row_index("code"), on="id", maintain_order="left"
    )
    if frame.height != len(wanted):
        raise ValueError(f"expected only known products, got {len(wanted) - frame.height} others")
    return frame["code"].cast(pl.Int32).to_numpy()


def _columns(rows: list[Any], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width
