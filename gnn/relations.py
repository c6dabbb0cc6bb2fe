"""All of a shop as relations between nodes that are numbered through: users, products, brands,
categories."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnn.graphs import Links, links_of, text_links
from kg.derive.sequences import sequences_of
from kg.snapshot import columns_of
from kg.snapshot.types import MISSING, Floats, Matrix, Rows, Snapshot

if TYPE_CHECKING:
    from gnn.config import ItemConfig


class Starts(NamedTuple):
    """The number of the first node of each type, and how many nodes there are."""

    user: int
    product: int
    brand: int
    category: int
    end: int


def starts_of(snapshot: Snapshot) -> Starts:
    """Users come first, then products, brands, categories."""
    sizes = (snapshot.users, snapshot.products.ids, snapshot.brands.ids, snapshot.categories.ids)
    return Starts(*np.cumsum([0, *map(len, sizes)]).tolist())


def wanted_links(snapshot: Snapshot, starts: Starts) -> Links:
    """Users and the distinct products that they gave evidence of wanting."""
    sequences = sequences_of(columns_of(snapshot))
    return _links(starts.user + sequences.user, starts.product + sequences.product)


def relations_of(snapshot: Snapshot, config: "ItemConfig") -> dict[str, Links]:
    """The links of each relation: what is wanted and bought next first, then what stays."""
    starts = starts_of(snapshot)
    product, brand, category = starts.product, starts.brand, starts.category
    branded = np.flatnonzero(snapshot.products.brand != MISSING)
    below = np.flatnonzero(snapshot.parent != MISSING)
    placed = snapshot.product_categories
    near = text_links(_text(snapshot), config.text_neighbours)
    after = links_of(snapshot.derived.bought_next)
    return {
        "wanted": wanted_links(snapshot, starts),
        "bought_next": (product + after[0], product + after[1], after[2]),
        "near_in_text": (product + near[0], product + near[1], near[2]),
        "made_by": _links(product + branded, brand + snapshot.products.brand[branded]),
        "in_category": _links(product + _sources(placed), category + placed.to),
        "subcategory_of": _links(category + below, category + snapshot.parent[below]),
    }


def texts_of(snapshot: Snapshot) -> Matrix:
    """Text vectors of all nodes [nodes, t]; users have none."""
    starts = starts_of(snapshot)
    told = _text(snapshot)
    texts = np.zeros((starts.end, told.shape[1]), np.float32)
    texts[starts.product : starts.brand] = told
    if snapshot.text is not None:
        texts[starts.brand : starts.category] = snapshot.text.brand
        texts[starts.category :] = snapshot.text.category
    return texts


def known_of(snapshot: Snapshot) -> Floats:
    """1 for every node [nodes] but products that nobody wanted, which have no vector of their own:
    it would never be learned."""
    starts = starts_of(snapshot)
    known = np.ones(starts.end)
    wanted = sequences_of(columns_of(snapshot)).product
    known[starts.product : starts.brand] = (
        np.bincount(wanted, minlength=starts.brand - starts.product) > 0
    )
    return known


def _text(snapshot: Snapshot) -> Matrix:
    if snapshot.text is None:
        return np.zeros((len(snapshot.products.ids), 1), np.float32)
    return snapshot.text.product


def _links(source: NDArray[np.integer], target: NDArray[np.integer]) -> Links:
    return source, target, np.ones(len(source))


def _sources(rows: Rows) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(rows.start) - 1), np.diff(rows.start))
