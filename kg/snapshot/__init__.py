"""A graph at one moment as arrays: from a shop's files, from Neo4j, or as it was earlier."""

from kg.snapshot.assemble import columns_of, only
from kg.snapshot.build import snapshot_of
from kg.snapshot.cut import cut
from kg.snapshot.embedded import embedded
from kg.snapshot.export import export
from kg.snapshot.folder import open_snapshot, remove_snapshot, write_snapshot
from kg.snapshot.keep import check, keep, kept
from kg.snapshot.types import Snapshot

__all__ = [
    "Snapshot",
    "check",
    "columns_of",
    "cut",
    "embedded",
    "export",
    "keep",
    "kept",
    "only",
    "open_snapshot",
    "remove_snapshot",
    "snapshot_of",
    "write_snapshot",
]
