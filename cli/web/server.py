"""Listen, serve, and stop when told to: requests in flight are finished first."""

import resource
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from cli.web.app import make_app
from cli.web.config import KEEP_ALIVE_S, ServeConfig
from cli.web.logs import log_as_json
from cli.web.service import Service
from cli.web.timely import protocol_of
from kg.connection import from_environment, home
from kg.embed.blas import one_blas_thread
from kg.errors import OptionError
from kg.impressions.taking import Impressions
from kg.keys import Keys, list_keys
from kg.live.queue import EventQueue
from kg.local_server import status
from kg.recommend.recommender import Recommender

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


SWITCH_S = 0.0005
"""After so long a thread gives Python's lock to another that waits for it. While a copy is renewed
beside requests the event loop would otherwise wait ten times as long each time that it had sent
something."""


FILES_BESIDE = 1000
"""Files that are open besides the connections of clients: those to Neo4j, stores, pipes."""


def bind(config: ServeConfig) -> socket.socket:
    """The socket to listen on. Raises OptionError for an address that cannot be had."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        listening = socket.create_server((config.host, config.port), family=family, backlog=512)
    except OSError as error:
        raise OptionError(
            f"cannot listen on {config.host} port {config.port}: {error.strerror};"
            " choose another with --port"
        ) from error
    # Its connections inherit it. asyncio sets it for sockets that name their protocol alone, and
    # without it an answer waits 40 ms for the client's delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def keys_of(config: ServeConfig, folder: Path, wanted: bool) -> Keys | None:
    """The keys that are asked for: none only where this machine alone can reach the service.

    Raises OptionError where keys are needed and there are none.
    """
    if config.is_local and not wanted:
        return None
    if not list_keys(folder):
        where = f"behind {config.proxies[0]}" if config.proxies else f"at {config.host}"
        raise OptionError(
            f"{where} the service asks for keys, and there are none: make one with"
            " kgrec keys create NAME"
        )
    return Keys(folder)


def browser_of(config: ServeConfig, named: str | None) -> str | None:
    """Where Neo4j Browser is for who looks at the page: as named, or that of the local server.

    None where the page may be looked at from another machine, or the server is none of ours.
    """
    if named is not None or from_environment() is not None or not config.is_local:
        return named
    return status(home()).browser


def service_on(
    store: "Neo4jGraph",
    engine: str,
    config: ServeConfig,
    keys: Keys | None = None,
    queue: EventQueue | None = None,
    impressions: Impressions | None = None,
) -> Service:
    """A service on a graph, or on a copy of it in memory. Raises OptionError, GraphError."""
    if engine == "neo4j":
        alone = Recommender(store)
        return Service(alone, config, store, None, keys, queue, impressions)
    if engine != "memory":
        raise OptionError(f"no engine {engine!r}; there are neo4j and memory")
    from kg.live.copy import Copy  # compiled walks take their time to import

    copy = Copy(store)
    return Service(Recommender(copy.graph), config, store, copy, keys, queue, impressions)


def run(service: Service, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(service),
            http=protocol_of(service.config),
            timeout_keep_alive=KEEP_ALIVE_S,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # make_app looks at them
            timeout_graceful_shutdown=service.config.stop_s,
        )
    )
    log_as_json()
    _allow_files(FILES_BESIDE + service.config.connections)
    sys.setswitchinterval(SWITCH_S)
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has stopped
        signal.signal(number, lambda *_: None)
    with one_blas_thread():  # set once: requests that set it by turns cost each other much
        server.run(sockets=[listening])


def _allow_files(files: int) -> None:
    """Let the process have so many files open, or as many as it may: a connection is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
