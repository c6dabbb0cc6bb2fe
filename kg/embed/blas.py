"""One thread for each matrix product, while many run side by side."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


class _Limit:
    """Counts who needs the limit: the first sets it, the last lifts it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.held: Any = None

    def take(self) -> None:
        with self.lock:
            if self.users == 0:
                self.held = _threads().limit(limits=1, user_api="blas")
            self.users += 1

    def give_back(self) -> None:
        with self.lock:
            self.users -= 1
            if self.users == 0:
                self.held.restore_original_limits()


_limit = _Limit()


@cache
def _threads() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep numpy's products on the thread that asks for them.

    BLAS threads that wait spin, which on a busy machine turns a query's 10 ms into hundreds.
    Holds for the whole process, and ends when the last of several callers leaves.
    """
    _limit.take()
    try:
        yield
    finally:
        _limit.give_back()
