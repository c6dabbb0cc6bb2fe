"""A line of JSON for every request, and for what goes wrong: nothing that names a person."""

import asyncio
import logging
from datetime import UTC, datetime

import orjson

from cli.report import keep, trace

STOPPING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends work from outside: no error of it."""

log = logging.getLogger("kgrec.serve")


def log_unforeseen(error: BaseException, when: str) -> None:
    """Write a line for an error that nobody foresaw, and keep a report that the line names.

    Neither holds its message, nor what was sent: both may name a person. The trace is logged too
    with kgrec --debug serve.
    """
    found = trace(error)
    log.error("%s %s; %s", type(error).__name__, when, keep("command: kgrec serve", found))
    log.debug("%s", found)


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
    debug = logging.getLogger("kgrec").level == logging.DEBUG
    own = logging.DEBUG if debug else logging.INFO
    for name, level in (("kgrec.serve", own), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    driver = logging.getLogger("neo4j")
    driver.handlers, driver.propagate = [logging.NullHandler()], False
