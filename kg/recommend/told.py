"""An answer as it leaves, with the little that a service keeps of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson

from kg.recommend.as_json import as_json, request_as_json
from kg.recommend.pages import Whole
from kg.recommend.types import Result


@dataclass(frozen=True, eq=False)
class Told:
    """The answer to a request of `user_id` for `k` products: its JSON, the milliseconds of its
    stages and what speaks for each product.

    `revision` is that of the graph; `size` is how many products the list has that it is a page of,
    0 where there is none, `name` tells that list apart from others, and `whole` gives it.
    """

    body: bytes
    timings_ms: Mapping[str, float]
    evidence: tuple[str, ...]
    k: int
    user_id: str | None
    revision: int | None
    size: int
    name: bytes
    whole: Callable[[], Whole | None]


def told(result: Result) -> Told:
    """A result as an answer."""
    found = result.whole
    return Told(
        orjson.dumps(as_json(result), option=orjson.OPT_SERIALIZE_NUMPY),
        result.timings_ms,
        tuple([each.evidence for each in result.results]),
        result.request.k,
        result.request.user_id,
        None if found is None else found.revision,
        0 if found is None else len(found.codes),
        b"" if found is None else _name(result, found),
        partial(_itself, found),
    )


def _name(result: Result, found: Whole) -> bytes:
    request = orjson.dumps(request_as_json(result.request))
    return b"\0".join([request, str(found.revision).encode(), found.codes.tobytes()])


def _itself(found: Whole | None) -> Whole | None:
    return found
