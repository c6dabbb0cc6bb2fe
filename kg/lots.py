"""Lots that say which of equal products comes first, the same in every engine, process and run.

By id the same products would be first among equals everywhere, and renaming a shop's products would
change how well it is served.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Lots = NDArray[np.uint64]

BYTES = 8


def lots(ids: Iterable[str], about: str = "") -> Lots:
    """A number [n] for each product id [n]: a hash of the id and of what the lots are drawn about.

    Of equal products the one with the smallest number comes first.
    """
    key = blake2b(about.encode("utf-8", "surrogatepass"), digest_size=blake2b.MAX_KEY_SIZE).digest()
    drawn = (blake2b(id_.encode(), key=key, digest_size=BYTES).digest() for id_ in ids)
    return np.frombuffer(b"".join(drawn), "<u8").astype(np.uint64)
