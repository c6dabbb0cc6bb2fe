"""A graph at one moment as arrays: from a shop's files, from Neo4j, or as it was earlier."""

from kg.snapshot.assemble import columns_of, only
from kg.snapshot.build import snapshot_of
from kg.snapshot.cut import cut
from kg.snapshot.embedded import embedded
from kg.snapshot.export import export
from kg.snapshot.types import Snapshot

__all__ = ["Snapshot", "columns_of", "cut", "embedded", "export", "only", "snapshot_of"]
