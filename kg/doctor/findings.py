"""What an examination finds: one thing each, how bad it is, and the command that repairs it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "broken"]

BUILD = "kgrec build-graph SOURCE"
REFRESH = "kgrec refresh"
EMBED = "kgrec refresh-embeddings"
TRAIN = "kgrec train"
TUNE = "kgrec tune --recipe paper"
RESET = "kgrec tune --recipe paper --reset"


@dataclass(frozen=True)
class Finding:
    """`about` names the check; `repair` is a command (or what to change), None where all is well.

    broken: answers are wrong or missing. warn: answers are poorer than they could be.
    """

    level: Level
    about: str
    what: str
    repair: str | None = None


def ok(about: str, what: str) -> Finding:
    """All is well."""
    return Finding("ok", about, what)


def warn(about: str, what: str, repair: str) -> Finding:
    """Poorer than it could be."""
    return Finding("warn", about, what, repair)


def broken(about: str, what: str, repair: str) -> Finding:
    """Wrong or missing."""
    return Finding("broken", about, what, repair)


def ago(seconds: float) -> str:
    """A time span in words: "3 hours", "2 days"."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            n = int(seconds // size)
            return f"{n} {unit}{'s' * (n != 1)}"
    return "less than a minute"
