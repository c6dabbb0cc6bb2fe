"""A line of JSON for every request, and for what goes wrong: nothing that names a person."""

import logging
from datetime import UTC, datetime

import orjson


class AsJson(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname.lower(), "said": record.getMessage()}
        return orjson.dumps({**said, **getattr(record, "told", {})}).decode()


def log_as_json() -> None:
    """Write the service's log, and what its server complains about, to stderr.

    Neo4j's driver says nothing: what it would say may name a person, and /readyz, /metrics and the
    answers tell that the server is away.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson())
    for name, level in (("kgrec.serve", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    driver = logging.getLogger("neo4j")
    driver.handlers, driver.propagate = [logging.NullHandler()], False
