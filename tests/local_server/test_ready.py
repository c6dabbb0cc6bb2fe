"""The reason why a server ended comes from what it logged since this start."""

from datetime import UTC, datetime
from pathlib import Path

from kg.local_server.ready import lines_since

LOG = """2026-11-27 08:00:00.000+0000 INFO  Starting...
2026-11-27 08:00:01.500+0000 ERROR an old one
Caused by: something that was mended
2026-11-28 09:00:00.000+0000 INFO  Starting...
2026-11-28 09:00:01.000+0000 ERROR a new one
Caused by: something new
"""


def test_only_what_was_logged_since_a_moment_counts(tmp_path: Path) -> None:
    path = tmp_path / "neo4j.log"
    path.write_text(LOG)
    moment = datetime(2026, 11, 28, 9, tzinfo=UTC).timestamp()
    assert lines_since(path, moment) == LOG.splitlines()[3:]
    assert lines_since(path, moment + 60) == []
    assert lines_since(tmp_path / "none", 0) == []
