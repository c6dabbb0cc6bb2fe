"""A shop as arrays: nodes by integer code, edges as compressed rows, events in time order.

The codes of products, users, brands and categories follow the order of their ids, so that a lower
code is a smaller id and ties are broken by code. Missing whole numbers are `MISSING`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kg.lots import Lots, lots
from kg.schema import EVENTS
from kg.snapshot.coarse import Coarse, coarse
from kg.stock import BEHIND

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Matrix = NDArray[np.float32]
Texts = tuple[str | None, ...]

MISSING = -1
BEFORE = 50
"""How many relationships that lead to a product are walked backwards."""

NO_TIME = np.iinfo(np.int64).min
EVENT_TYPES = tuple(EVENTS)
"""The code of an event's type is its place here."""


@dataclass(frozen=True, eq=False)
class Meta:
    """What KgrecMeta says of a graph."""

    schema_version: int
    revision: int = 0
    clock: str = "time"
    currency: str | None = None
    language: str = "english"
    encoder: str | None = None
    encoder_revision: str | None = None
    dimension: int | None = None
    text_slot: str | None = None
    gnn_slot: str | None = None
    model_revision: int | None = None
    until: int | None = None
    out_of_stock: str = BEHIND


@dataclass(frozen=True, eq=False)
class Rows:
    """Compressed rows: what belongs to node i is `to[start[i]:start[i + 1]]`. start [n + 1]."""

    start: Longs
    to: Ints

    def of(self, node: int) -> Ints:
        """The codes that belong to `node`, in stored order."""
        return self.to[self.start[node] : self.start[node + 1]]


@dataclass(frozen=True, eq=False)
class Edges(Rows):
    """Derived relationships, the strongest first. weight, support: one for each of `to`."""

    weight: Floats
    support: Ints


@dataclass(frozen=True, eq=False)
class Products:
    """Products sorted by id; every column has one entry a product.

    price_minor is MISSING and released_at NO_TIME where not known; brand is a brand's code.
    """

    ids: tuple[str, ...]
    title: Texts
    description: Texts
    image_url: Texts
    price_minor: Longs
    in_stock: Flags
    released_at: Longs
    brand: Ints

    @cached_property
    def code(self) -> Mapping[str, int]:
        """The code of each id."""
        return {key: code for code, key in enumerate(self.ids)}

    @cached_property
    def lots(self) -> Lots:
        """What says which of equal products comes first [products]."""
        return lots(self.ids)


@dataclass(frozen=True, eq=False)
class Names:
    """Brands or categories sorted by id, with the key that spellings of a name share."""

    ids: tuple[str, ...]
    name: tuple[str, ...]
    name_key: tuple[str, ...]

    @cached_property
    def code(self) -> Mapping[str, int]:
        """The code of each id."""
        return {key: code for code, key in enumerate(self.ids)}


@dataclass(frozen=True, eq=False)
class Events:
    """Events sorted by (user, at, product). `start` [users + 1] says where a user's begin.

    type is a place in EVENT_TYPES, value is nan and order MISSING where there is none; orders are
    numbered without their names.
    """

    start: Longs
    user: Ints
    product: Ints
    type: NDArray[np.int8]
    at: Longs
    value: Floats
    order: Ints


@dataclass(frozen=True, eq=False)
class Derived:
    """What kg.derive makes of the events: popularity [products], mean_age, mean_place (nan where
    nobody wanted the product), and the relationships BOUGHT_NEXT and BOUGHT_WITH."""

    popularity: Floats
    mean_age: Floats
    mean_place: Floats
    bought_next: Edges
    bought_with: Edges

    @cached_property
    def bought_before(self) -> Edges:
        """BOUGHT_NEXT backwards: of each product the BEFORE strongest that lead to it."""
        edges = self.bought_next
        n = len(edges.start) - 1
        source = np.repeat(np.arange(n, dtype=np.int32), np.diff(edges.start))
        order = np.lexsort((source, -edges.weight, edges.to))
        begin = starts(edges.to, n)
        place = np.arange(len(order)) - np.repeat(begin[:-1], np.diff(begin))
        kept = order[place < BEFORE]
        return Edges(
            starts(edges.to[kept], n), source[kept], edges.weight[kept], edges.support[kept]
        )


@dataclass(frozen=True, eq=False)
class Vectors:
    """Embeddings of unit length, one row a node; a row of zeros where a node has none."""

    product: Matrix
    brand: Matrix
    category: Matrix

    @cached_property
    def has_product(self) -> Flags:
        """Mask [products] of those that have a vector."""
        return np.asarray(self.product.any(axis=1), np.bool_)

    @cached_property
    def coarse_product(self) -> Coarse:
        """Those of products, to be searched."""
        return coarse(self.product)


@dataclass(frozen=True, eq=False)
class Blend:
    """Weights and temperatures [t] of `terms` of the recipe `paper`, as the graph keeps them."""

    terms: tuple[str, ...]
    weights: Floats
    temperatures: Floats


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A whole graph at one moment. Members of brands and categories are ordered by rank.

    `gnn` are learned vectors of products, `model` the learned model as the graph keeps it, `paper`
    what that recipe was tuned to (None: as it is shipped).
    """

    meta: Meta
    products: Products
    brands: Names
    categories: Names
    parent: Ints
    product_categories: Rows
    brand_products: Rows
    category_products: Rows
    users: tuple[str, ...]
    events: Events
    derived: Derived
    text: Vectors | None = None
    gnn: Matrix | None = None
    model: bytes | None = None
    paper: Blend | None = None

    @cached_property
    def user_code(self) -> Mapping[str, int]:
        """The code of each user id."""
        return {key: code for code, key in enumerate(self.users)}

    @cached_property
    def has_gnn(self) -> Flags:
        """Mask [products] of those that have a learned vector."""
        none = np.zeros(len(self.products.ids), np.bool_)
        return none if self.gnn is None else np.asarray(self.gnn.any(axis=1), np.bool_)

    @cached_property
    def coarse_gnn(self) -> Coarse:
        """The learned vectors of products, to be searched."""
        return coarse(np.zeros((0, 0)) if self.gnn is None else self.gnn)

    @cached_property
    def depth(self) -> Ints:
        """How many ancestors each category has [categories]."""
        depth = np.zeros(len(self.parent), np.int32)
        above = self.parent.copy()
        while (alive := above >= 0).any():
            depth[alive] += 1
            above = np.where(alive, self.parent[above], MISSING)
        return depth

    @cached_property
    def subtree(self) -> Rows:
        """Each category with all of its descendants, by code."""
        codes = np.arange(len(self.parent), dtype=np.int32)
        above, below = [codes], [codes]
        while (alive := self.parent[above[-1]] >= 0).any():
            above.append(self.parent[above[-1]][alive])
            below.append(below[-1][alive])
        return rows(np.concatenate(above), np.concatenate(below), len(codes))

    @cached_property
    def by_popularity(self) -> Ints:
        """Product codes, the most popular first."""
        return np.argsort(-np.round(self.derived.popularity, 9), kind="stable").astype(np.int32)


def rows(of: NDArray[np.integer], to: NDArray[np.integer], n: int) -> Rows:
    """Compress pairs of [m] into rows of n nodes, each row in the order of `to`."""
    order = np.lexsort((to, of))
    return Rows(starts(of, n), to[order].astype(np.int32))


def starts(of: NDArray[np.integer], n: int) -> Longs:
    """Where each of n nodes' entries begin once entries are sorted by node: [n + 1]."""
    counts = np.bincount(of, minlength=n) if len(of) else np.zeros(n, np.int64)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
