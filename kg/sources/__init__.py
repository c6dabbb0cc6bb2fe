"""Everything kgrec can read a shop from: one function a format, chosen by SOURCES."""

from collections.abc import Callable
from pathlib import Path

from kg.catalog import Source, SourceOptions
from kg.errors import SourceError
from kg.sources.tables import open_tables

SOURCES: dict[str, Callable[[Path, SourceOptions], Source]] = {"tables": open_tables}


def open_source(path: Path, options: SourceOptions = SourceOptions()) -> Source:  # noqa: B008
    """Open a folder or file of a shop. Raises SourceError: missing, empty, mapped wrongly."""
    if not path.exists():
        raise SourceError(f"{path} does not exist")
    return SOURCES[options.format or "tables"](path, options)
