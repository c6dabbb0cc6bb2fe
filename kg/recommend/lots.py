"""Draw lots between products of equal score, the same ones wherever and whenever that is asked.

By id the same products would be first in every list, and renaming a shop's products would change
how well it is served.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from kg.recommend.fuse import order
from kg.recommend.types import Numbers, Request
from kg.recommend.walk import Walked

BYTES = 8


def by_score(walked: Walked, scores: Numbers) -> list[int]:
    """Indices of the candidates with scores [n], best score first, equal ones as lots fall."""

    def draw(some: NDArray[np.intp]) -> NDArray[np.uint64]:
        return lots(walked.start.asked.request, walked.products.named(walked.codes[some]))

    return order(scores, draw)


def lots(request: Request, ids: Iterable[str]) -> NDArray[np.uint64]:
    """Lots [n] of products [n] for what is asked: a user, a text, a product.

    Neither k nor page, filter, weight or recipe has a part in them, so that none of these changes
    the order of equals.
    """
    asked = "\0".join(each or "" for each in (request.user_id, request.query, request.product_id))
    key = blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=blake2b.MAX_KEY_SIZE).digest()
    drawn = (blake2b(id_.encode(), key=key, digest_size=BYTES).digest() for id_ in ids)
    return np.frombuffer(b"".join(drawn), "<u8")
