"""Where the graph server is and how to log in: the one place that reads the environment."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from kg.errors import ConnectionFailed, OptionError

SCHEMES = tuple(f"{kind}{by}" for kind in ("bolt", "neo4j") for by in ("", "+s", "+ssc"))
EXAMPLE = "set NEO4J_URI to one like bolt://localhost:7687 or neo4j+s://name.example"
SNAPSHOT = "snapshot"
PASSWORD = "password"  # noqa: S105 - a file's name


@dataclass(frozen=True)
class Settings:
    """Address and login of a Neo4j server. `uri` is bolt, neo4j or neo4j+s (Aura)."""

    uri: str
    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"


def from_environment() -> Settings | None:
    """The server that NEO4J_URI names, or None where kgrec is to use its own.

    Raises OptionError for a variable that is no text, ConnectionFailed for what is no address.
    """
    uri = _given("NEO4J_URI")
    if not uri:
        return None
    check_address(uri)
    return Settings(
        uri=uri,
        username=_given("NEO4J_USERNAME") or "neo4j",
        password=_given("NEO4J_PASSWORD"),
        database=_given("NEO4J_DATABASE") or "neo4j",
    )


def check_address(uri: str) -> None:
    """Raise ConnectionFailed for what is no address of a Neo4j server, or holds a login."""
    try:
        parts = urlsplit(uri)
        sound = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        raise ConnectionFailed(
            f"the address of the Neo4j server cannot be read; {EXAMPLE}"
        ) from None
    if parts.username is not None or parts.password is not None:
        raise ConnectionFailed(
            "NEO4J_URI holds a login: set NEO4J_USERNAME and NEO4J_PASSWORD instead"
        )
    if not sound:
        raise ConnectionFailed(f"{uri!r} is no address of a Neo4j server; {EXAMPLE}")


def _given(name: str) -> str:
    """A variable of the environment, empty where it is not set. Raises OptionError for bytes that
    are no text: Python keeps them as half characters."""
    value = os.environ.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise OptionError(f"{name} is no UTF-8 text: write it in UTF-8") from None
    return value


def secrets() -> tuple[str, ...]:
    """Passwords of the servers that kgrec may log in to: what no report may hold."""
    found = [os.environ.get("NEO4J_PASSWORD") or ""]
    with suppress(OSError, ValueError, OptionError):
        found.append((home() / PASSWORD).read_text(encoding="utf-8").strip())
    return tuple(each for each in found if each)


def home() -> Path:
    """The folder of this graph's server, data and settings: KGREC_HOME, else the user's own.

    Raises OptionError for a KGREC_HOME that can be no folder.
    """
    named = _given("KGREC_HOME")
    try:
        return Path(named).expanduser().resolve() if named else platformdirs.user_data_path("kgrec")
    except (OSError, RuntimeError) as error:
        raise OptionError(f"KGREC_HOME {named!r} is no folder: {error}") from error


def snapshot_folder() -> Path:
    """The folder below the home that keeps the graph as arrays."""
    return home() / SNAPSHOT


def cache_folder() -> Path:
    """The folder of what is downloaded once a machine and shared by all homes."""
    return platformdirs.user_cache_path("kgrec")
