"""A Neo4j server of kgrec's own, without Docker or Java on the machine: one a home.

Neo4j Community (GPLv3) is fetched as a program and run as a process of its own; no part of it
is in kgrec. It listens on 127.0.0.1 only.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from kg.connection import Settings, cache_folder
from kg.errors import ServerError
from kg.local_server import process
from kg.local_server.jars import NEO4J_VERSION, fetch
from kg.local_server.layout import (
    Layout,
    State,
    login,
    read_state,
    tuning,
    write_conf,
    write_state,
)
from kg.local_server.ports import Ports, are_free, choose, listens
from kg.local_server.ready import wait_until_ready
from kg.local_server.space import require_space
from kg.private import close_to_others, private_folder
from kg.progress import Progress, silent

Say = Callable[[str], None]

DATA_BYTES = 300_000_000
"""What a home needs free to start: an empty server takes 3 MB, Beauty with vectors 200 MB."""
ATTEMPTS = 3


@dataclass(frozen=True)
class Status:
    """A home's server. The addresses are those of the last start, None before the first."""

    home: Path
    version: str
    running: bool
    pid: int | None
    uri: str | None
    browser: str | None
    password_file: Path
    data_bytes: int


@dataclass(frozen=True)
class Ended:
    """What `stop` or `reset` found and removed."""

    was_running: bool
    removed: tuple[Path, ...] = ()


def ensure_running(home: Path, say: Say, progress: Progress = silent) -> Settings:
    """How to log in to the home's server, started first where it is not running.

    Takes a few milliseconds where it runs. Raises ServerError.
    """
    layout = Layout(home)
    state = read_state(layout)
    if state is None or process.find(layout) is None or not listens(state.ports.bolt):
        start(home, say, progress)
        state = read_state(layout)
    if state is None:
        raise ServerError(f"{layout.state_file} has gone; run `kgrec db start` again")
    return login(layout, state.ports)


def start(home: Path, say: Say, progress: Progress = silent) -> Status:
    """Start the home's server and return when it answers; harmless where it runs already.

    The first start downloads Neo4j and makes a password. Raises ServerError.
    """
    layout = Layout(home)
    with _alone(layout, say):
        close_to_others(home)  # homes of earlier versions were open
        if not _answers(layout):
            _start(layout, say, progress)
    return status(home)


def stop(home: Path, say: Say = lambda _: None) -> Ended:
    """End the home's server, if it runs, and wait until it has written everything down."""
    layout = Layout(home)
    if not home.is_dir():
        return Ended(was_running=False)
    with _alone(layout, say):
        return _stop(layout)


def reset(home: Path, say: Say = lambda _: None) -> Ended:
    """End the home's server and remove its graph, password and ports; server.toml stays."""
    layout = Layout(home)
    if not home.is_dir():
        return Ended(was_running=False)
    with _alone(layout, say):
        ended = _stop(layout)
        mine = (layout.neo4j, layout.snapshot, layout.password_file, layout.state_file)
        removed = tuple(path for path in mine if path.exists())
        for path in removed:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Ended(ended.was_running, removed)


def status(home: Path) -> Status:
    """Is the home's server running, and where? Starts and changes nothing."""
    layout = Layout(home)
    found, state = process.find(layout), read_state(layout)
    return Status(
        home=home,
        version=NEO4J_VERSION,
        running=found is not None,
        pid=found.pid if found else None,
        uri=state.ports.uri if state else None,
        browser=state.ports.browser if state else None,
        password_file=layout.password_file,
        data_bytes=sum(f.stat().st_size for f in layout.neo4j.rglob("*") if f.is_file()),
    )


@contextmanager
def _alone(layout: Layout, say: Say) -> Iterator[None]:
    """Hold the home's lock: of several that want to start or stop its server, one does."""
    _make(layout.home)
    lock = FileLock(layout.lock_file, mode=0o600)
    try:
        lock.acquire(timeout=0.2)
    except Timeout:
        say(f"Another kgrec is starting or stopping the server of {layout.home}; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _make(home: Path) -> None:
    try:
        private_folder(home)
    except OSError as error:
        raise ServerError(f"cannot make {home} ({error.strerror}): set KGREC_HOME") from None


def _answers(layout: Layout) -> bool:
    """Does a server run that we can log in to? One that is still starting is waited for."""
    found, state = process.find(layout), read_state(layout)
    if found is None:
        return False
    if state is None:  # somebody removed the file that says where it listens
        process.end(found)
        return False
    wait_until_ready(layout, found, state.ports)
    return True


def _start(layout: Layout, say: Say, progress: Progress) -> None:
    process.java()  # says what to install before anything is downloaded
    tuning(layout)  # likewise what is wrong in server.toml
    jars = cache_folder() / f"neo4j-{NEO4J_VERSION}"
    fetch(jars, say, progress)
    require_space(layout.home, DATA_BYTES, "A graph's files")
    before = read_state(layout)
    if before is not None and before.pid is not None:
        say("The local server had ended without being stopped; starting it again")
    _launch_until_it_holds(layout, jars, before.ports if before else None, say)


def _launch_until_it_holds(layout: Layout, jars: Path, last: Ports | None, say: Say) -> None:
    """Launch, and again where there is something to change: a port lost to another, the archive."""
    for attempt in range(1, ATTEMPTS + 1):
        ports = choose(last, say)
        try:
            _launch(layout, jars, ports, say)
        except ServerError:
            archive = process.archive(jars)
            curable = archive.exists() or not are_free(ports)
            if attempt == ATTEMPTS or not curable or process.find(layout) is not None:
                raise
            archive.unlink(missing_ok=True)
            last = ports
        else:
            return


def _launch(layout: Layout, jars: Path, ports: Ports, say: Say) -> None:
    chosen = tuning(layout)
    write_conf(layout, ports, chosen)
    # Before the launch: whoever finds the process must find its ports, whatever happens to us.
    write_state(layout, State(ports, pid=None))
    if not (layout.neo4j / "data" / "dbms").is_dir():
        process.set_initial_password(layout, jars)
    say(f"Starting Neo4j {NEO4J_VERSION} in {layout.home}")
    started = process.launch(layout, jars, chosen)
    write_state(layout, State(ports, started.pid))
    wait_until_ready(layout, started, ports)
    say(f"Neo4j is ready at {ports.uri}, Neo4j Browser at {ports.browser}")


def _stop(layout: Layout) -> Ended:
    found, state = process.find(layout), read_state(layout)
    if found is not None:
        process.end(found)
    if state is not None:
        write_state(layout, State(state.ports, pid=None))
    return Ended(was_running=found is not None)
