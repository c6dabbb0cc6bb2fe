"""The socket that the service listens on."""

import socket

from cli.web.config import ServeConfig
from cli.web.server import bind


def test_answers_do_not_wait_to_be_acknowledged() -> None:
    with (
        bind(ServeConfig(port=0)) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as taken,
    ):
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
