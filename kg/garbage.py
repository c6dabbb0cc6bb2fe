"""Let Python's garbage collector wait while much is made that has no cycles."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


def keep_what_is_there() -> None:
    """Look for cycles once, and not again among what is there now: it is there to stay."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # what is never looked at again is a leak to libraries that count


@contextmanager
def no_collecting() -> Iterator[None]:
    """Look for no cycles in a `with` block: what is not part of one is freed all the same."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
