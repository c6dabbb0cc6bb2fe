"""A Neo4j server of kgrec's own, without Docker or Java on the machine: one a home.

Neo4j Community (GPLv3) is fetched as a program and run as a process of its own; no part of it
is in kgrec. It listens on 127.0.0.1 only.
"""

import random
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from kg.connection import Settings, cache_folder
from kg.errors import ServerError
from kg.local_server import process
from kg.local_server.jars import NEO4J_VERSION, fetch
from kg.local_server.layout import (
    Layout,
    Ports,
    State,
    memory,
    read_state,
    settings,
    write_conf,
    write_state,
)
from kg.local_server.space import require_space
from kg.progress import Progress, silent

Say = Callable[[str], None]

FIRST_PORT, LAST_PORT = 17000, 32000
"""Below what systems give to outgoing connections, above the ports of well-known programs."""
DATA_BYTES = 300_000_000
ATTEMPTS = 3


@dataclass(frozen=True)
class Status:
    """A home's server. The addresses are those of the last start, None before the first."""

    home: Path
    version: str
    running: bool
    pid: int | None = None
    uri: str | None = None
    browser: str | None = None


@dataclass(frozen=True)
class Ended:
    """What `stop` or `reset` found and did."""

    was_running: bool
    removed: tuple[Path, ...] = ()


def ensure_running(home: Path, say: Say, progress: Progress = silent) -> Settings:
    """How to log in to the home's server, started first where it is not running.

    Takes a few milliseconds where it runs. Raises ServerError.
    """
    layout = Layout(home)
    state = _running(layout)
    if state is None:
        start(home, say, progress)
        state = read_state(layout)
    if state is None:
        raise ServerError(f"{layout.state_file} is gone; run `kgrec db start` again")
    return settings(layout, state.ports)


def start(home: Path, say: Say, progress: Progress = silent) -> Status:
    """Start the home's server and return when it answers; harmless where it runs already.

    The first start downloads Neo4j and makes a password. Raises ServerError.
    """
    layout = Layout(home)
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(layout.lock_file):
        if _running(layout) is None:
            _start(layout, say, progress)
    return status(home)


def stop(home: Path) -> Ended:
    """End the home's server, if it runs, and wait until it has written everything down."""
    layout = Layout(home)
    if not home.is_dir():
        return Ended(was_running=False)
    with FileLock(layout.lock_file):
        found = process.find(layout)
        if found is not None:
            process.end(found)
    return Ended(was_running=found is not None)


def status(home: Path) -> Status:
    """Is the home's server running, and where? Starts and changes nothing."""
    layout = Layout(home)
    found, state = process.find(layout), read_state(layout)
    return Status(
        home=home,
        version=NEO4J_VERSION,
        running=found is not None,
        pid=None if found is None else found.pid,
        uri=None if state is None else f"bolt://127.0.0.1:{state.ports.bolt}",
        browser=None if state is None else f"http://127.0.0.1:{state.ports.http}/browser/",
    )


def reset(home: Path) -> Ended:
    """End the home's server and remove its graph, password and ports; not the settings file."""
    layout = Layout(home)
    ended = stop(home)
    removed = []
    for path in (layout.neo4j, layout.password_file, layout.state_file):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        removed.append(path)
    return Ended(ended.was_running, tuple(removed))


def _running(layout: Layout) -> State | None:
    """The state of a server that runs and accepts connections, waited for where it is starting."""
    state, found = read_state(layout), process.find(layout)
    if state is None or found is None or found.pid != state.pid:
        return None
    if not process.listens(state.ports.bolt):
        process.wait_until_ready(layout, found, state.ports)
    return state


def _start(layout: Layout, say: Say, progress: Progress) -> None:
    process.java()  # says what to install before anything is downloaded
    jars = cache_folder() / f"neo4j-{NEO4J_VERSION}"
    fetch(jars, say, progress)
    require_space(layout.home, DATA_BYTES, "A graph's files")
    state = read_state(layout)
    ports = None if state is None else state.ports
    for attempt in range(ATTEMPTS):
        ports = _usable(ports, say)
        try:
            _launch(layout, jars, ports, say)
        except ServerError:
            if attempt == ATTEMPTS - 1 or _free(ports):
                raise
        else:
            return


def _launch(layout: Layout, jars: Path, ports: Ports, say: Say) -> None:
    sizes = memory(layout)
    write_conf(layout, ports, sizes)
    if not (layout.neo4j / "data" / "dbms").is_dir():
        process.set_initial_password(layout, jars)
    say(f"Starting Neo4j {NEO4J_VERSION} for {layout.home}")
    started = process.launch(layout, jars, sizes)
    write_state(layout, State(ports, started.pid))
    process.wait_until_ready(layout, started, ports)
    say(f"Neo4j is ready: bolt://127.0.0.1:{ports.bolt}")


def _usable(remembered: Ports | None, say: Say) -> Ports:
    if remembered is not None and _free(remembered):
        return remembered
    chosen = Ports(_free_port(), _free_port())
    if remembered is not None:
        say(f"Another program has port {remembered.bolt} or {remembered.http}; taking new ones")
    return chosen


def _free(ports: Ports) -> bool:
    return _is_free(ports.bolt) and _is_free(ports.http)


def _free_port() -> int:
    for port in random.sample(range(FIRST_PORT, LAST_PORT), 200):
        if _is_free(port):
            return port
    raise ServerError(f"no free port on 127.0.0.1 between {FIRST_PORT} and {LAST_PORT}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
