"""Listen, serve, and stop when told to: requests in flight are finished first."""

import ipaddress
import signal
import socket

import uvicorn

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.errors import OptionError
from kg.recommend.recommender import Recommender


def bind(config: ServeConfig) -> socket.socket:
    """The socket to listen on. Raises OptionError for an address that cannot be had."""
    if not is_loopback(config.host):
        raise OptionError(
            f"--host {config.host} can be reached from outside, and the service asks nobody who"
            " they are: listen on 127.0.0.1, behind a proxy that does"
        )
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family, backlog=512)
    except OSError as error:
        raise OptionError(
            f"cannot listen on {config.host} port {config.port}: {error.strerror};"
            " choose another with --port"
        ) from error


def is_loopback(host: str) -> bool:
    """Can the address be reached from this machine alone?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(recommender: Recommender, config: ServeConfig, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(Service(recommender, config)),
            loop="asyncio",
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=config.stop_s,
        )
    )
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has stopped
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listening])
