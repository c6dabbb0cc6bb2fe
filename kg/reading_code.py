"""Tell whether the code that reads sources has changed since a source was loaded."""

import hashlib
from functools import cache
from pathlib import Path

PARTS = ("*.py", "load/*.py", "sources/*.py")
"""What reads sources: files of this package."""


@cache
def reading_code(package: Path = Path(__file__).parent) -> str:
    """SHA-256 of the files that read sources."""
    digest = hashlib.sha256()
    for path in sorted(path for part in PARTS for path in package.glob(part)):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
