"""Too little disk, said before it hurts."""

import shutil
from pathlib import Path

from kg.errors import ServerError


def require_space(folder: Path, needed_bytes: int, what: str) -> None:
    """Raise ServerError unless the disk of `folder`, which exists, has that much free."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise ServerError(
            f"{what} need {needed_bytes / 1e6:.0f} MB in {folder}, which has {free / 1e6:.0f} MB"
            " left: free some, or name another folder in KGREC_HOME"
        )
