"""Where the graph server is and how to log in: the one place that reads the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

SNAPSHOT = "snapshot"


@dataclass(frozen=True)
class Settings:
    """Address and login of a Neo4j server. `uri` is bolt, neo4j or neo4j+s (Aura)."""

    uri: str
    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"


def from_environment() -> Settings | None:
    """The server that NEO4J_URI names, or None where kgrec is to use its own."""
    uri = os.environ.get("NEO4J_URI")
    if not uri:
        return None
    return Settings(
        uri=uri,
        username=os.environ.get("NEO4J_USERNAME") or "neo4j",
        password=os.environ.get("NEO4J_PASSWORD") or "",
        database=os.environ.get("NEO4J_DATABASE") or "neo4j",
    )


def home() -> Path:
    """The folder of this graph's server, data and settings: KGREC_HOME, else the user's own."""
    named = os.environ.get("KGREC_HOME")
    return Path(named).expanduser().resolve() if named else platformdirs.user_data_path("kgrec")


def snapshot_folder() -> Path:
    """The folder below the home that keeps the graph as arrays."""
    return home() / SNAPSHOT


def cache_folder() -> Path:
    """The folder of what is downloaded once a machine and shared by all homes."""
    return platformdirs.user_cache_path("kgrec")
