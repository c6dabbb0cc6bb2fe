"""A service that listens, and clients that speak to it as they like."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn

from cli.web.app import make_app
from cli.web.service import Service
from cli.web.timely import protocol_of

PATIENCE_S = 120.0
"""How long a test waits for what has to come, on however busy a machine."""


@dataclass(frozen=True)
class Listening:
    """A service that listens on `port` of 127.0.0.1."""

    port: int
    server: uvicorn.Server
    clients: ExitStack

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self.server.server_state.connections)

    def connect(self, source: str = "127.0.0.1", unread: int | None = None) -> socket.socket:
        """A connection from an address of this machine, at most until the service ends; `unread`
        bytes fit into its buffer."""
        client = self.clients.enter_context(socket.socket())
        if unread is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, unread)
        client.settimeout(PATIENCE_S)
        client.bind((source, 0))
        client.connect(("127.0.0.1", self.port))
        return client

    def ask(self, sent: bytes, source: str = "127.0.0.1") -> bytes:
        """The answer to a request that closes its connection."""
        with self.connect(source) as client:
            client.sendall(sent)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def status(self, sent: bytes, source: str = "127.0.0.1") -> int:
        """The status of that answer."""
        return int(self.ask(sent, source).split()[1])


def request(
    path: str,
    body: bytes | None = None,
    *headers: str,
    length: int | None = None,
    close: bool = True,
) -> bytes:
    """A request with that body, or with one that is to be `length` bytes long."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: localhost", *headers]
    if body is not None:
        lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def received(connection: socket.socket, end: bytes) -> bytes:
    """What comes until it ends like that."""
    said = b""
    while not said.endswith(end):
        part = connection.recv(4096)
        assert part, f"closed after {said!r}"
        said += part
    return said


def comes(holds: Callable[[], bool]) -> bool:
    """Does it come to hold?"""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def listening(service: Service) -> Iterator[Listening]:
    """The service, as `kgrec serve` runs it; it ends with the block."""
    config = uvicorn.Config(
        make_app(service),
        http=protocol_of(service.config),
        log_config=None,
        access_log=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    loop = config.get_loop_factory()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # connections inherit it

        def run() -> None:
            with asyncio.Runner(loop_factory=loop) as runner:
                runner.run(server.serve([taken]))

        thread = threading.Thread(target=run)
        thread.start()
        try:
            with ExitStack() as clients:
                yield Listening(taken.getsockname()[1], server, clients)
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
