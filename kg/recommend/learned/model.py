"""What `kgrec train` stores in the graph's KgrecModel, and what the request path reads of it."""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import GraphError
from kg.recommend.learned.head import Head
from kg.recommend.learned.ranker import FORMS, Ranker
from kg.recommend.learned.words import Words
from kg.recommend.recipes import DECAY

PARTS = ("ranker", "head", "words", "content")

DAMAGED = (
    BadZipFile,
    EOFError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What a damaged npz file is to zipfile and numpy."""

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class LearnedModel:
    """The user's side of the graph neural network, and the ranker over all terms.

    `head` is None where the ranker was fitted without learned vectors, `words` where it was
    without the words of titles. `content` is the ranker of the recipe of that name, None where no
    product could be hidden to fit it on. `decay` is what a product of a history counts beside the
    one after it, in all terms of the first: 1 where the order of events means nothing.
    """

    ranker: Ranker
    head: Head | None = None
    words: Words | None = None
    content: Ranker | None = None
    decay: float = DECAY


def pack(model: LearnedModel) -> bytes:
    """The model as the bytes of an npz file."""
    parts = {name: getattr(model, name) for name in PARTS}
    arrays = {
        f"{part}.{name}": value
        for part, given in parts.items()
        if given is not None
        for name, value in _of(given).items()
    }
    arrays["decay"] = np.asarray(model.decay)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(packed: bytes) -> LearnedModel:
    """The model in these bytes. Raises GraphError where this kgrec does not know it."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            arrays = dict(file)
        head, content = _part(arrays, "head"), _part(arrays, "content")
        return LearnedModel(
            _ranker(_part(arrays, "ranker")),
            Head(**head) if head else None,
            _words(arrays),
            _ranker(content) if content else None,
            float(arrays.get("decay", DECAY)),
        )
    except DAMAGED as error:
        raise GraphError(f"the stored model cannot be read ({error}): run kgrec train") from error


def _ranker(part: dict[str, Any]) -> Ranker:
    terms = tuple(str(term) for term in part.pop("terms"))
    if part["hidden"].shape[1] != FORMS * len(terms):
        raise ValueError("of another kgrec")
    return Ranker(terms, **part)


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
