"""What `kgrec train` stores in the graph's KgrecModel, and what the request path reads of it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import GraphError
from kg.recommend.learned.head import Head
from kg.recommend.learned.ranker import FORMS, Ranker

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class LearnedModel:
    """The user's side of the graph neural network, and the ranker over all terms.

    `head` is None where the ranker was fitted without learned vectors.
    """

    ranker: Ranker
    head: Head | None = None


def pack(model: LearnedModel) -> bytes:
    """The model as the bytes of an npz file."""
    arrays = {f"ranker.{name}": value for name, value in _of(model.ranker).items()}
    if model.head is not None:
        arrays |= {f"head.{name}": value for name, value in _of(model.head).items()}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(packed: bytes) -> LearnedModel:
    """The model in these bytes. Raises GraphError where this kgrec does not know it."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            arrays = dict(file)
        ranker = _part(arrays, "ranker")
        terms = tuple(str(term) for term in ranker.pop("terms"))
        head = _part(arrays, "head")
        if ranker["hidden"].shape[1] != FORMS * len(terms):
            raise ValueError("of another kgrec")
        return LearnedModel(Ranker(terms, **ranker), Head(**head) if head else None)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise GraphError(f"the stored model cannot be read ({error}): run kgrec train") from error


def _of(part: Ranker | Head) -> Arrays:
    return {each.name: np.asarray(getattr(part, each.name)) for each in fields(part)}


def _part(arrays: Arrays, name: str) -> dict[str, Any]:
    start = f"{name}."
    return {
        key.removeprefix(start): value
        for key, value in arrays.items()
        if key[: len(start)] == start
    }
