"""Listen, serve, and stop when told to: requests in flight are finished first."""

import ipaddress
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.errors import OptionError
from kg.recommend.recommender import Recommender

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


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


def service_on(store: "Neo4jGraph", engine: str, config: ServeConfig) -> Service:
    """A service on a graph, or on a copy of it in memory. Raises OptionError, GraphError."""
    if engine == "neo4j":
        return Service(Recommender(store), config, store)
    if engine != "memory":
        raise OptionError(f"no engine {engine!r}; there are neo4j and memory")
    from kg.live.copy import Copy  # compiled walks take their time to import

    copy = Copy(store)
    return Service(Recommender(copy.graph), config, store, copy)


def run(service: Service, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(service),
            loop="asyncio",
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=service.config.stop_s,
        )
    )
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has stopped
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listening])
