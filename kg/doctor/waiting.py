"""Do events wait for the graph, and were some refused? They lie beside it, in the home."""

import time
from collections.abc import Iterator
from pathlib import Path

from kg.doctor.findings import Finding, ago, ok, warn
from kg.live.queue import FILE, EventQueue

LONG_S = 600.0
"""Events that wait for longer are more than a server that is started again."""


def waiting_events(home: Path, now: float | None = None) -> Iterator[Finding]:
    """What there is in the queue of a home; nothing where no service ever made one."""
    if not (home / FILE).is_file():
        return
    queue = EventQueue(home / FILE)
    try:
        waiting, since, refusals = len(queue), queue.oldest_at, queue.refusals()
    finally:
        queue.close()
    if refusals:
        counts = ", ".join(f"{count:,} {code}" for code, count in sorted(refusals.items()))
        yield warn(
            "events", f"events that had waited were refused: {counts}", "kgrec events refused"
        )
    if since is None:
        if not refusals:
            yield ok("events", "no events wait for the graph")
        return
    age = (time.time() if now is None else now) - since
    what = f"{waiting:,} events wait for the graph, the first for {ago(age)}"
    yield ok("events", what) if age < LONG_S else warn("events", what, "kgrec serve")
