"""Does the server answer yet, and if it never will, why?"""

import json
import time
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import psutil

from kg.errors import ServerError
from kg.local_server.layout import Layout, password
from kg.local_server.ports import Ports, listens
from kg.local_server.process import is_server

READY_SECONDS = 300


def wait_until_ready(layout: Layout, process: psutil.Process, ports: Ports) -> None:
    """Return when the server answers a query. Raises ServerError where it ends or hangs."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if not is_server(process, layout):
            why = _reason(layout, process)
            raise ServerError(f"Neo4j ended while starting: {why}; see {layout.log}")
        if listens(ports.bolt) and answers(layout, ports):
            return
        time.sleep(0.1)
    raise ServerError(
        f"Neo4j has not answered for {READY_SECONDS} s; see {layout.log}, then `kgrec db stop`"
    )


def answers(layout: Layout, ports: Ports) -> bool:
    """Does the server answer a query, asked with this home's password?

    Raises ServerError where it refuses the password.
    """
    # The newer HTTP interface opens a driver inside the server, which then takes 5 s more to stop.
    login = b64encode(f"neo4j:{password(layout)}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{ports.http}/db/neo4j/tx/commit",
        data=json.dumps({"statements": [{"statement": "RETURN 1"}]}).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    # Without the proxy that the environment may name: this goes to this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=10) as response:
            return not json.load(response)["errors"]
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 401:
            raise _wrong_password(layout) from None
        return False
    except (OSError, ValueError, KeyError):
        return False


def _wrong_password(layout: Layout) -> ServerError:
    return ServerError(
        f"the local server refuses the password in {layout.password_file}: put the old one back, or"
        " run `kgrec db reset` for an empty graph with a new one"
    )


def _reason(layout: Layout, process: psutil.Process) -> str:
    """The line of the server's own logs that says most about why it ended."""
    begun = process.create_time() - 1  # it is known to a hundredth of a second
    said = _lines(layout.log) or lines_since(layout.neo4j / "logs" / "neo4j.log", begun)
    causes = [line for line in said if "Caused by" in line or "ERROR" in line]
    return (causes or said or ["it printed nothing"])[-1]


def lines_since(path: Path, moment: float) -> list[str]:
    """The lines of Neo4j's log from a moment on (seconds since 1970): it keeps those of earlier
    starts. A line without a time goes on where the one before it stopped."""
    lines = _lines(path)
    for at, line in enumerate(lines):
        with suppress(ValueError):
            if datetime.strptime(line[:28], "%Y-%m-%d %H:%M:%S.%f%z").timestamp() >= moment:
                return lines[at:]
    return []


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]
