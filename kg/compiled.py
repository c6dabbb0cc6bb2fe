"""Compile a loop over arrays: numba's decorator, with the types of the function kept."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def compiled(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """`function` as machine code, kept on disk between runs; other threads run beside it."""
    return cast(Callable[Given, Answer], numba.njit(cache=True, nogil=True)(function))


def summing(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The like of `compiled` for sums in any order, which a processor takes several at once."""
    order_free = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
    return cast(Callable[Given, Answer], order_free(function))
