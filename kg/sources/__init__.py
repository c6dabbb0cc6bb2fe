"""Everything kgrec can read a shop from: a folder or file is opened by the first that knows it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.catalog import Source, SourceOptions
from kg.errors import SourceError
from kg.rejects_file import require_other
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

    Raises SourceError, in one line, for what is missing, empty, or mapped wrongly, OptionError for
    rejects or reviews that would be written over a file of the source, or over another's. Rows are
    read only by `Source.batches`.
    """
    options = options or SourceOptions()
    if not path.exists():
        raise SourceError(f"{path} does not exist; give a folder or file of a shop")
    source = _chosen(path, options).open(path, options)
    source.rejects.check(source.files)
    if options.reviews is not None:
        require_other(options.reviews, source.files, "--reviews")
    return source


def _chosen(path: Path, options: SourceOptions) -> Format:
    if options.format is not None:
        return _format(options.format)
    return next(f for f in SOURCES.values() if f.recognises(lone_table(path)))


def _format(name: str) -> Format:
    if name not in SOURCES:
        raise SourceError(f"{name} is no format of a source; expected {', '.join(SOURCES)}")
    return SOURCES[name]
