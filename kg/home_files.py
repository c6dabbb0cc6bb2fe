"""Files of kgrec's own in KGREC_HOME that are damaged or cannot be used: what to say of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import HomeError


@contextmanager
def usable(file: Path, advice: str) -> Iterator[None]:
    """Raise HomeError, which says what was found and the advice, where using `file` fails."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError) as error:
        raise HomeError(f"{file} cannot be used ({_reason(error)}): {advice}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, sqlite3.Error):
        return str(error)
    return "it is damaged"
