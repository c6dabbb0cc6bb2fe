"""What lies in a home: the server's folder, its password, its ports, and the user's settings."""

import json
import re
import secrets
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.connection import PASSWORD, SNAPSHOT, Settings
from kg.errors import ServerError
from kg.home_files import usable
from kg.local_server.ports import Ports
from kg.private import private_file

_SIZE = re.compile(r"[1-9]\d*[kmg]", re.IGNORECASE)


@dataclass(frozen=True)
class Tuning:
    """What server.toml may set. Sizes as Java writes them; for a million products, 4g and 2g."""

    heap: str = "1g"
    page_cache: str = "512m"
    java_options: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What the last start left behind. `pid` is None after an orderly stop, and only a hint else:
    the process may be gone, and its number another program's.
    """

    ports: Ports
    pid: int | None


@dataclass(frozen=True)
class Layout:
    """The paths below a home, which is one graph."""

    home: Path

    @property
    def neo4j(self) -> Path:
        """The server's own folder: data, logs, conf."""
        return self.home / "neo4j"

    @property
    def snapshot(self) -> Path:
        """The graph as arrays, kept by `kgrec snapshot` and by what learns from it."""
        return self.home / SNAPSHOT

    @property
    def conf(self) -> Path:
        """The folder of neo4j.conf, which is written anew at each start."""
        return self.neo4j / "conf"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.neo4j / "logs" / "console.log"

    @property
    def password_file(self) -> Path:
        """Readable by its owner only."""
        return self.home / PASSWORD

    @property
    def state_file(self) -> Path:
        """The state, as JSON."""
        return self.home / "server.json"

    @property
    def settings_file(self) -> Path:
        """The user's own, optional, read at each start: see Tuning."""
        return self.home / "server.toml"

    @property
    def lock_file(self) -> Path:
        """Held by whoever starts or stops this server."""
        return self.home / "server.lock"


def read_state(layout: Layout) -> State | None:
    """The state, or None where there is none or it cannot be read."""
    try:
        found = json.loads(layout.state_file.read_text(encoding="utf-8"))
        pid = None if found["pid"] is None else int(found["pid"])
        ports = Ports(int(found["bolt"]), int(found["http"]))
        sound = all(0 < each < 1 << 16 for each in (ports.bolt, ports.http))
        return State(ports, pid) if sound and 0 < (pid or 1) < 1 << 31 else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def write_state(layout: Layout, state: State) -> None:
    """Keep the state, at one stroke."""
    text = json.dumps({**asdict(state.ports), "pid": state.pid})
    partial = layout.state_file.with_suffix(".partial")
    private_file(partial).write_text(text, encoding="utf-8")
    partial.replace(layout.state_file)


def tuning(layout: Layout) -> Tuning:
    """What server.toml sets, or the defaults. Raises ServerError for what it cannot mean."""
    path = layout.settings_file
    if not path.is_file():
        return Tuning()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ServerError(f"{path} is no TOML: {error}") from None
    for name, value in found.items():
        if problem := _problem(name, value):
            raise ServerError(f"{path}: {name} = {value!r} {problem}")
    return Tuning(**{**found, "java_options": tuple(found.get("java_options", ()))})


def _problem(name: str, value: object) -> str | None:
    if name in ("heap", "page_cache"):
        if isinstance(value, str) and _SIZE.fullmatch(value):
            return None
        return 'is no size; write one like "2g"'
    if name == "java_options":
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return None
        return 'is no list; write one like ["-XX:+UseZGC"]'
    return "is not known; there are heap, page_cache and java_options"


def password(layout: Layout) -> str:
    """The password of this home, made when first asked for. Raises HomeError."""
    if layout.password_file.is_file():
        with usable(layout.password_file, "restore it, or begin anew with kgrec db reset"):
            return layout.password_file.read_text(encoding="utf-8").strip()
    made = secrets.token_hex(16)
    partial = layout.password_file.with_suffix(".partial")
    private_file(partial).write_text(made + "\n", encoding="utf-8")
    partial.replace(layout.password_file)
    return made


def login(layout: Layout, ports: Ports) -> Settings:
    """How to log in to the server on these ports."""
    return Settings(uri=ports.uri, password=password(layout))


def write_conf(layout: Layout, ports: Ports, chosen: Tuning) -> None:
    """Write neo4j.conf for a server that only this machine can reach."""
    lines = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{ports.bolt}",
        "server.http.listen_address": f"127.0.0.1:{ports.http}",
        # Browser asks these where the server is.
        "server.bolt.advertised_address": f"127.0.0.1:{ports.bolt}",
        "server.http.advertised_address": f"127.0.0.1:{ports.http}",
        "server.https.enabled": "false",
        # Browser draws the relationships that a query returns, not all between the nodes it drew.
        "browser.post_connect_cmd": "config autoComplete: false",
        "server.memory.pagecache.size": chosen.page_cache,
        # It talks to nobody but the programs of this machine.
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "server.http.x_forward.enabled": "false",
        # Ten seconds of every stop are else spent waiting for threads that have nothing to do.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
        "internal.server.bolt.connection_shutdown_wait_time": "1s",
        # Who hears nothing for ten seconds, not even that the server still works, hangs up.
        "server.bolt.connection_keep_alive": "5s",
        "server.bolt.connection_keep_alive_for_requests": "ALL",
        "server.bolt.connection_keep_alive_probes": "2",
        # Logs of 256 MB a database made in advance, and kept for days, serve backups: none here.
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.retention_policy": "keep_none",
    }
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    private_file(layout.conf / "neo4j.conf").write_text(text, encoding="utf-8")
