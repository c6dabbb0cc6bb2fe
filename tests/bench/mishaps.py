"""What befalls an operator: a full disk, two services on one home, several writers, a server that
is stopped or emptied under load. Each has to end in a clear line, with nothing lost.

`python -m tests.bench mishaps [--only NAME]`. The full disk is a small tmpfs, which root may mount.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.local_server.ports import choose
from tests.bench.figures import Figure
from tests.bench.kill_ingest import drained, serving, taken_out
from tests.bench.kill_place import (
    USERS,
    WAIT_S,
    Place,
    begun,
    build_command,
    compared,
    opened_place,
)
from tests.conftest import kill_server

DISK = "900m"
ALMOST = 3_000_000
"""Bytes that are left on the disk when the build begins."""


def run(options: list[str]) -> list[Figure]:
    """How much was wrong with each mishap."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench mishaps")
    parser.add_argument("--only", choices=list(MISHAPS))
    only = parser.parse_args(options).only
    found = []
    with TemporaryDirectory(prefix="kgrec-mishaps-") as folder, opened_place(Path(folder)) as place:
        for name in [only] if only else list(MISHAPS):
            wrong = MISHAPS[name](place)
            for line in wrong[:5]:
                print(f"    {name}: {line[:400]}", file=sys.stderr)
            found.append(Figure(name, len(wrong), "wrong", 0, "<="))
    return found


def full_disk(place: Place) -> list[str]:
    """A build finds the disk full; with room again, the same command completes it."""
    with TemporaryDirectory(prefix="kgrec-disk-") as folder:
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder],
            capture_output=True,
            check=False,
        ).returncode:
            print("    full disk: left out, for a tmpfs cannot be mounted here", file=sys.stderr)
            return []
        try:
            return _on_full_disk(Place(Path(folder) / "home", place.shop, place.wanted))
        finally:
            kill_server(Path(folder) / "home")
            subprocess.run(["umount", folder], check=True)


def _on_full_disk(place: Place) -> list[str]:
    place.home.mkdir()
    place.start_server()
    ballast = place.home.parent / "ballast"
    free = os.statvfs(place.home)
    with ballast.open("wb") as written:
        written.write(bytes(max(0, free.f_bavail * free.f_frsize - ALMOST)))
    first = _ran(place, build_command(place))
    wrong = _one_line("with a full disk", first)
    if first.returncode == 0:
        wrong.append("the build ended well on a full disk")
    ballast.unlink()
    kill_server(place.home)  # Neo4j takes no more writes once its log found no room
    again = _ran(place, build_command(place))
    if again.returncode:
        return [*wrong, f"with room again: {again.stderr[-300:]}"]
    return wrong + compared(place)


def two_services(place: Place) -> list[str]:
    """Two services on one home take events of their own and each other's users."""
    ports = (_port(), _port())
    with serving(place, ports[0]), serving(place, ports[1]):
        wrong = []
        for number in range(40):
            event = {
                "event_id": f"two-{number // 2}",
                "user_id": "u00011",
                "product_id": "p00007",
                "type": "view",
            }
            status, said = _ask(ports[number % 2], "/v1/events", event)
            if status not in (200, 202):
                wrong.append(f"{status} {said}")
        for port in ports:
            drained(port)
    if (there := taken_out(place, "two-")) != sorted(f"two-{number}" for number in range(20)):
        wrong.append(f"{len(there)} events of 20")
    return wrong + compared(place)


def many_writers(place: Place) -> list[str]:
    """A build, a refresh and a service at once: who cannot write says so, and all is there."""
    port = _port()
    with serving(place, port), _asking(port) as wrong:
        commands = ([*build_command(place), "--force"], ["refresh"], ["refresh"])
        running = [begun(place, command) for command in commands]
        for process in running:
            _, said = process.communicate(timeout=WAIT_S)
            done = subprocess.CompletedProcess(process.args, process.returncode, "", said)
            wrong += _one_line("beside another writer", done)
    return wrong + compared(place)


def stopped_under_load(place: Place) -> list[str]:
    """`kgrec db stop` while a service is asked: events wait, and are there once it is back."""
    port = _port()
    taken: list[str] = []
    with serving(place, port):
        for number in range(30):
            if number == 10:
                done = _ran(place, ["db", "stop"])
                wrong = _one_line("db stop", done)
            if number == 20:
                place.start_server()
                drained(port)
            event_id = f"stopped-{number}"
            event = {
                "event_id": event_id,
                "user_id": "u00012",
                "product_id": "p00008",
                "type": "view",
            }
            status, said = _ask(port, "/v1/events", event)
            if status in (200, 202):
                taken.append(event_id)
            elif status != 503:
                wrong.append(f"{status} {said}")
        drained(port)
    if (there := taken_out(place, "stopped-")) != sorted(taken):
        wrong.append(f"{len(taken)} events were acknowledged, {len(there)} are there")
    return wrong + compared(place)


def reset_under_load(place: Place) -> list[str]:
    """`kgrec db reset` while a service is asked: it says that the graph is empty, and serves again
    what is built next."""
    port = _port()
    with serving(place, port):
        done = _ran(place, ["db", "reset", "--yes"])
        wrong = _one_line("db reset", done)
        status, said = _ask(port, "/v1/recommendations", {"user_id": "u00012"})
        if status not in (200, 503):
            wrong.append(f"after a reset: {status} {said}")
        again = _ran(place, build_command(place))
        if again.returncode:
            wrong.append(f"built again: {again.stderr[-300:]}")
        drained(port)
        status, said = _ask(port, "/v1/recommendations", {"user_id": "u00012"})
        if status != 200:
            wrong.append(f"built again, it answers {status} {said}")
    return wrong + compared(place)


MISHAPS: Mapping[str, Callable[[Place], list[str]]] = {
    "full disk": full_disk,
    "two services on one home": two_services,
    "a build, two refreshes and a service": many_writers,
    "db stop under load": stopped_under_load,
    "db reset under load": reset_under_load,
}


def _port() -> int:
    return choose(None, lambda _: None).http


def _ran(place: Place, command: list[str]) -> "subprocess.CompletedProcess[str]":
    process = begun(place, command)
    _, said = process.communicate(timeout=WAIT_S)
    return subprocess.CompletedProcess(process.args, process.returncode, "", said)


def _one_line(when: str, done: "subprocess.CompletedProcess[str]") -> list[str]:
    """A command ends well, or with one line of kgrec's own."""
    errors = [line for line in done.stderr.splitlines() if line.startswith("kgrec: ")]
    fine = done.returncode == 0 or (done.returncode == 1 and len(errors) == 1)
    if fine and "Traceback" not in done.stderr:
        print(f"    {when}: {errors[0] if errors else 'ended well'}", file=sys.stderr)
        return []
    return [f"{when}: exit status {done.returncode}, {done.stderr[-400:]}"]


@contextmanager
def _asking(port: int) -> Iterator[list[str]]:
    """Ask for lists until the block ends; yields what was wrong with the answers."""
    wrong: list[str] = []
    over = threading.Event()

    def work() -> None:
        number = 0
        while not over.wait(0.05):
            number = number % USERS + 1
            status, said = _ask(port, "/v1/recommendations", {"user_id": f"u{number:05}"})
            if status != 200:
                wrong.append(f"a list beside the writers: {status} {said}")

    asking = threading.Thread(target=work, daemon=True)
    asking.start()
    try:
        yield wrong
    finally:
        over.set()
        asking.join()


def _ask(port: int, path: str, body: object) -> tuple[int, str]:
    headers = {"Content-Type": "application/json"}
    data = json.dumps(body).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()[:200]
