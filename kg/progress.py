"""How long work reports how far it is; the terminal decides what that looks like."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called as progress(stage, done, total); total is None where it is not known.

What a stage says after " | " changes on the way: "train | loss 3.2" is the stage "train".
"""

Say = Callable[[str], None]
"""Called with a line for whoever waits."""


def silent(stage: str, done: int, total: int | None = None) -> None:
    """Report nothing."""


def unsaid(line: str) -> None:
    """Say nothing."""
