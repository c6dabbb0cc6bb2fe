"""What KgrecMeta remembers of each source, so that one that has not changed need not be read."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from kg.catalog import Source
from kg.meta import Meta


@dataclass(frozen=True)
class SourceRecord:
    """A source as it was loaded: the digest of its files, and the graph's counts just after."""

    digest: str
    until: int | None
    counts: dict[str, int]
    rejects: dict[str, int]
    forgotten: dict[str, int]
    loaded_at: int


def read_records(meta: Meta) -> dict[str, SourceRecord]:
    """The records by source name."""
    found = json.loads(meta.sources or "{}")
    return {name: SourceRecord(**record) for name, record in found.items()}


def with_record(
    records: Mapping[str, SourceRecord],
    source: Source,
    digest: str,
    until: int | None,
    counts: dict[str, int],
) -> str:
    """All records as JSON, that of `source` made anew."""
    record = SourceRecord(
        digest=digest,
        until=until,
        counts=counts,
        rejects=dict(source.rejects.counts),
        forgotten=dict(source.rejects.forgotten),
        loaded_at=int(time.time()),
    )
    return json.dumps({n: asdict(r) for n, r in {**records, source.name: record}.items()})
