"""Everything kgrec can read a shop from: a folder or file is opened by the first that knows it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.catalog import Source, SourceOptions
from kg.errors import SourceError
from kg.sources.amazon import is_amazon, open_amazon
from kg.sources.finding import lone_table
from kg.sources.orders import is_orders, open_orders
from kg.sources.tables import open_tables


@dataclass(frozen=True)
class Format:
    """A format: whether a path is in it, and how to open such a path."""

    recognises: Callable[[Path], bool]
    open: Callable[[Path, SourceOptions], Source]


def _always(path: Path) -> bool:  # noqa: ARG001
    return True


SOURCES: dict[str, Format] = {
    "amazon": Format(is_amazon, open_amazon),
    "orders": Format(is_orders, open_orders),
    "tables": Format(_always, open_tables),
}
"""Asked in this order; tables is what everything else is taken for."""


def open_source(path: Path, options: SourceOptions | None = None) -> Source:
    """Open a folder or file of a shop.

    Raises SourceError, in one line, for what is missing, empty, or mapped wrongly. Rows are read
    only by `Source.batches`.
    """
    options = options or SourceOptions()
    if not path.exists():
        raise SourceError(f"{path} does not exist; give a folder or file of a shop")
    if options.format is not None:
        return _format(options.format).open(path, options)
    chosen = next(f for f in SOURCES.values() if f.recognises(lone_table(path)))
    return chosen.open(path, options)


def _format(name: str) -> Format:
    if name not in SOURCES:
        raise SourceError(f"{name} is no format of a source; expected {', '.join(SOURCES)}")
    return SOURCES[name]
