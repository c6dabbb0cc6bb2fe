"""How long work reports how far it is; the terminal decides what that looks like."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called as progress(stage, done, total); total is None where it is not known."""


def silent(stage: str, done: int, total: int | None = None) -> None:
    """Report nothing."""
