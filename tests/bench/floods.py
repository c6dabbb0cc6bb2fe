"""Clients that hold a service up: while they do so others have to be answered."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

from tests.bench.attacks import Client, Outcome

SLOW, READERS, CROWD = 72, 80, 32
"""Connections with slow bodies, those that read nothing, clients of a flood at once."""

LASTS_S = 12.0
"""How long each goes on: longer than the ten seconds of a body or an answer."""

ASKED = 40
"""Requests of others meanwhile."""

MOMENT = 1_736_000_000


def slow_bodies(client: Client) -> Outcome:
    """A byte of a body of a hundred every second, of many requests at once."""
    with ExitStack() as stack:
        head = _head("POST /v1/recommendations", "Content-Length: 100")
        slow = [stack.enter_context(_connected(client)) for _ in range(SLOW)]
        for each in slow:
            each.sendall(head)

        def trickle() -> None:
            for each in slow:
                with suppress(OSError):
                    each.sendall(b" ")
            time.sleep(1)

        with _over_and_over(trickle, 1):
            return _others(client)


def slow_readers(client: Client) -> Outcome:
    """Forty requests of a connection for what is large, of which nothing is read."""
    with ExitStack() as stack:
        for _ in range(READERS):
            each = stack.enter_context(_connected(client))
            each.sendall(40 * _head("GET /openapi.json"))
        return _others(client)


def moments(client: Client) -> Outcome:
    """Lists as of ever other moments."""
    numbers = itertools.count()

    def ask() -> None:
        body = {"user_id": "ann", "until": MOMENT + next(numbers)}
        client.ask("POST", "/v1/recommendations", body, "read")

    with _over_and_over(ask, CROWD):
        return _others(client)


def unknown_ids(client: Client) -> Outcome:
    """Products that are not there, with ids that many others could be close to."""
    numbers = itertools.count()
    with _over_and_over(
        lambda: client.ask("GET", f"/v1/products/nothing-like-it-{next(numbers)}"), CROWD
    ):
        return _others(client)


def _others(client: Client) -> Outcome:
    """What others are answered meanwhile: all of it, and none after more than five seconds."""
    found = Outcome()
    for number in range(ASKED):
        begun = time.monotonic()
        body = {"user_id": "ann", "k": 3 + number % 5} if number % 2 else None
        path = "/v1/recommendations" if body else "/v1/hot"
        reply = client.ask("POST" if body else "GET", path, body, "write")
        seconds = time.monotonic() - begun
        found.judge(reply.status == 200 and seconds < 5, f"{reply.status} in {seconds:.1f} s")
        time.sleep(LASTS_S / ASKED)
    return found


def _head(request: str, *headers: str) -> bytes:
    lines = (f"{request} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers)
    return "\r\n".join([*lines, "", ""]).encode()


def _connected(client: Client) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", client.port))
    return connection


@contextmanager
def _over_and_over(work: Callable[[], object], at_once: int) -> Iterator[None]:
    """Do something again and again, by so many at once, until the block ends."""
    ended = False

    def go_on() -> None:
        while not ended:
            work()

    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(at_once):
            pool.submit(go_on)
        try:
            yield
        finally:
            ended = True


FLOODS: dict[str, Callable[[Client], Outcome]] = {
    "72 slow bodies": slow_bodies,
    "80 clients that read nothing": slow_readers,
    "32 clients that ask as of ever other moments": moments,
    "32 clients that ask for unknown products": unknown_ids,
}
