"""What follows from the events: who is bought after whom and with whom, and how popular.

One implementation for both engines: `derive_arrays` works on columns of events; what it returns
goes into the graph (`kg.derive.in_graph`) or into a snapshot.
"""

from kg.derive.arrays import DeriveConfig, Derived, Edges, derive_arrays, ranks
from kg.derive.sequences import EVENT_CODES, EventColumns

__all__ = [
    "EVENT_CODES",
    "DeriveConfig",
    "Derived",
    "Edges",
    "EventColumns",
    "derive_arrays",
    "ranks",
]
