"""What the tests of sources share: write a file, read it as rows and rejects."""

import gzip
from pathlib import Path
from typing import Any

from kg.catalog import Kind, Rejects, Source, SourceOptions
from kg.sources import open_source

NOW = 1_760_000_000  # 2025-10-09
OPTIONS = SourceOptions(now=NOW)
DATA = Path(__file__).parents[2].parent / "shared" / "data"
NO_DATA = "the shared data is not here (../shared/data)"


def write(path: Path, text: str | bytes) -> Path:
    """Write a file, packed where its name says so."""
    content = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def rows(source: Source, kind: Kind) -> list[dict[str, Any]]:
    """All rows of a kind, read anew."""
    batches = [batch for batch in source.batches() if batch.kind == kind]
    return [row for batch in batches for row in batch.frame.iter_rows(named=True)]


def read(path: Path, kind: Kind, options: SourceOptions = OPTIONS) -> list[dict[str, Any]]:
    """All rows of a kind of the source at `path`."""
    return rows(open_source(path, options), kind)


def rejected(rejects: Rejects) -> list[tuple[int, str, str]]:
    """(line, code, reason) of what was left out, in the order of leaving."""
    return [(reject.line, reject.code, reject.reason) for reject in rejects.first]
