"""What `kgrec train` stores in the graph's KgrecModel, and what the request path reads of it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import GraphError
from kg.recommend.learned.head import Head
from kg.recommend.learned.ranker import FORMS, Ranker
from kg.recommend.learned.words import Words

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class LearnedModel:
    """The user's side of the graph neural network, and the ranker over all terms.

    `head` is None where the ranker was fitted without learned vectors, `words` where it was
    without the words of titles.
    """

    ranker: Ranker
    head: Head | None = None
    words: Words | None = None


def pack(model: LearnedModel) -> bytes:
    """The model as the bytes of an npz file."""
    arrays = {f"ranker.{name}": value for name, value in _of(model.ranker).items()}
    if model.head is not None:
        arrays |= {f"head.{name}": value for name, value in _of(model.head).items()}
    if model.words is not None:
        arrays |= {f"words.{name}": value for name, value in _of(model.words).items()}
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
        return LearnedModel(
            Ranker(terms, **ranker),
            Head(**head) if head else None,
            _words(arrays),
        )
    except (BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise GraphError(f"the stored model cannot be read ({error}): run kgrec train") from error


def _words(arrays: Arrays) -> Words | None:
    found = _part(arrays, "words")
    return Words(tuple(map(str, found["words"])), found["idf"]) if found else None


def _of(part: Ranker | Head | Words) -> Arrays:
    return {each.name: np.asarray(getattr(part, each.name)) for each in fields(part)}


def _part(arrays: Arrays, name: str) -> dict[str, Any]:
    start = f"{name}."
    return {
        key.removeprefix(start): value
        for key, value in arrays.items()
        if key[: len(start)] == start
    }
