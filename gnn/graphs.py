"""Product graphs as sparse CSR adjacencies, each its own transpose."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.snapshot.types import Edges, Matrix

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 1_024
SHARPNESS = 4
"""The power of a cosine: one near twin counts more than many distant cousins."""

Links = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.floating]]
"""Pairs of codes and their weights, each [m]."""


def links_of(edges: Edges) -> Links:
    """Derived relationships as pairs of products."""
    source = np.repeat(np.arange(len(edges.start) - 1), np.diff(edges.start))
    return source, edges.to, edges.weight


def text_links(text: Matrix, neighbours: int) -> Links:
    """Each product's nearest in text, by cos^4; text [n, d] has rows of unit length or zeros."""
    count = min(neighbours, len(text) - 1)
    told = np.flatnonzero(text.any(axis=1))
    parts = [_nearest(text, told[at : at + CHUNK], count) for at in range(0, len(told), CHUNK)]
    if not parts or count < 1:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    source, target, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    near = weight > 0
    return source[near], target[near], weight[near]


def without(links: Links, share: float, chance: np.random.Generator) -> Links:
    """A random draw of the links that leaves out about `share` of them."""
    kept = chance.random(len(links[0])) >= share
    source, target, weight = links
    return source[kept], target[kept], weight[kept]


def adjacency(links: Links, n: int, device: str = "cpu") -> "Tensor":
    """D^-1/2 (A + A^T) D^-1/2 of n nodes as a sparse CSR tensor [n, n]. (Kipf and Welling, 2017)"""
    import torch

    source, target, weight = links
    places = np.stack([np.r_[source, target], np.r_[target, source]]).astype(np.int64)
    both = torch.from_numpy(np.r_[weight, weight].astype(np.float32))
    summed = torch.sparse_coo_tensor(torch.from_numpy(places), both, (n, n), check_invariants=True)
    whole = summed.coalesce()
    row, column = whole.indices()
    degree = torch.zeros(n).index_add(0, row, whole.values())
    scale = degree.clamp_min(1e-12).rsqrt()
    values = whole.values() * scale[row] * scale[column]
    normal = torch.sparse_coo_tensor(
        whole.indices(), values, (n, n), check_invariants=True, is_coalesced=True
    ).to_sparse_csr()
    row_starts, columns = (
        # Wider indices than MKL takes would be copied at every product. Where there are no links
        # numpy's have no strides, which torch 2.11 refuses.
        each.to(torch.int32, memory_format=torch.contiguous_format)
        for each in (normal.crow_indices(), normal.col_indices())
    )
    csr = torch.sparse_csr_tensor(
        row_starts, columns, normal.values(), (n, n), check_invariants=True
    )
    return csr.to(device)


def _nearest(text: Matrix, codes: NDArray[np.int64], count: int) -> Links:
    cosines = text[codes] @ text.T
    cosines[np.arange(len(codes)), codes] = -1.0
    near = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    weight = np.maximum(np.take_along_axis(cosines, near, axis=1), 0) ** SHARPNESS
    return np.repeat(codes, count), near.ravel(), weight.ravel()
