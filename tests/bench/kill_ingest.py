"""Events over HTTP while the service or the server is killed: each acknowledged one counts once."""

import json
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kg.local_server.ports import choose
from tests.bench.kill_place import KGREC, Place, compared

BATCH = 10
SENDING_S = 4.0
READY_S = 180.0
COUNT = "MATCH (:User)-[e:VIEWED]->() WHERE e.event_id STARTS WITH $prefix RETURN e.event_id AS id"


def ingest(place: Place, victim: str, share: float, number: int) -> list[str]:
    """Send events, kill the service or the server, start it again, and count what was taken."""
    prefix = f"kill-{victim}-{number}-"
    taken: list[str] = []
    over = threading.Event()
    port = choose(None, lambda _: None).http
    sender = threading.Thread(target=_send, args=(port, prefix, taken, over), daemon=True)
    with serving(place, port) as service:
        sender.start()
        _until_taken(taken)
        time.sleep(share * SENDING_S)
        if victim == "client":
            service.send_signal(signal.SIGKILL)
            service.wait()
        else:
            place.kill_server()
            time.sleep(1.0)  # events wait on disk meanwhile
            place.start_server()
        over.set()
        sender.join()
        if victim == "server":
            drained(port)
    if victim == "client":
        with serving(place, port):
            drained(port)
    return _judged(place, prefix, taken)


def _until_taken(taken: list[str]) -> None:
    """Wait until the service has acknowledged something."""
    for _ in range(int(READY_S / 0.05)):
        if taken:
            return
        time.sleep(0.05)
    raise TimeoutError(f"no event was acknowledged in {READY_S:.0f} s")


def _judged(place: Place, prefix: str, taken: list[str]) -> list[str]:
    there = taken_out(place, prefix)
    wrong = [f"{event} was acknowledged and is lost" for event in set(taken) - set(there)]
    wrong += [f"{event} is there twice" for event in set(there) if there.count(event) > 1]
    return wrong + compared(place)


def taken_out(place: Place, prefix: str) -> list[str]:
    """The ids of the views that begin so, in order; the views are removed."""
    with place.graph() as graph:
        rows = graph.ask(COUNT, prefix=prefix)
    place.run(f"MATCH ()-[e:VIEWED]->() WHERE e.event_id STARTS WITH '{prefix}' DELETE e")
    return sorted(str(row["id"]) for row in rows)


@contextmanager
def serving(place: Place, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A service that is ready; it ends with the block."""
    place.start_server()  # the server runs before the service asks for it
    command = [KGREC, "serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            drained(port)
            yield process
        finally:
            process.terminate()


def drained(port: int) -> None:
    """Wait until the service is ready and no event waits."""
    for _ in range(int(READY_S / 0.2)):
        with suppress(OSError, ValueError, urllib.error.URLError):
            found = _ask(port, "/readyz")
            if not found.get("events_waiting"):
                return
        time.sleep(0.2)
    raise TimeoutError(f"the service is not ready after {READY_S:.0f} s")


def _ask(port: int, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found


def _send(port: int, prefix: str, taken: list[str], over: threading.Event) -> None:
    """Send batches until it is over; those that were answered with 200 or 202 count as taken."""
    drawn = random.Random(prefix)
    sent = 0
    while not over.is_set():
        ids = [f"{prefix}{sent + i}" for i in range(BATCH)]
        sent += BATCH
        events = [
            {
                "event_id": each,
                "user_id": f"u{drawn.randrange(1, 450):05}",
                "product_id": f"p{drawn.randrange(1, 300):05}",
                "type": "view",
            }
            for each in ids
        ]
        try:
            found = _ask(port, "/v1/events", {"events": events})
        except OSError:  # what was not acknowledged may be there or not
            time.sleep(0.05)
            continue
        rejected = found.get("rejected") or []
        assert isinstance(rejected, list)
        wrong = {each["index"] for each in rejected}
        taken += [each for i, each in enumerate(ids) if i not in wrong]
