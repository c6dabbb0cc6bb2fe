"""A Neo4j server of the run's own, and what is put into it for the kinds that need one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from neo4j import Driver
from starlette.testclient import TestClient

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.server import service_on
from cli.web.service import Service
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import read_rules
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.snapshot import export
from tests.graph.conftest import fill


@dataclass
class World:
    """A server that the run may fill and empty, and the home that commands find it by."""

    graph: Neo4jGraph
    driver: Driver
    home: Path
    filled: bool = False
    open: ExitStack = field(default_factory=ExitStack)

    def fill(self) -> None:
        """Put the toy shop with a model and rules into the server, unless it is there."""
        if not self.filled:
            fill(self.graph, self.driver)
        self.filled = True

    def empty(self) -> None:
        """Take all nodes out of the server; what stood on them ends."""
        self.open.close()
        self.filled = False
        for made in ("engines", "client"):
            self.__dict__.pop(made, None)
        with self.driver.session() as session:
            session.run("MATCH (n) DETACH DELETE n").consume()

    @cached_property
    def engines(self) -> tuple[Recommender, Recommender]:
        """The toy shop with a model and rules, on the server and in memory."""
        self.fill()
        copy = MemoryGraph(export(self.graph), read_rules(self.graph))
        server, memory = Recommender(self.graph), Recommender(copy)
        for each in (server, memory):
            each.warm()
            each.encoder()
        return server, memory

    @cached_property
    def client(self) -> TestClient:
        """A service on a copy in memory of the toy shop, which writes to the server."""
        self.fill()
        config = ServeConfig(rate=0, cache_mb=1)
        service: Service = service_on(self.graph, "memory", config)
        client = TestClient(make_app(service), base_url="http://127.0.0.1:8000")
        started = self.open.enter_context(client)
        if not service.warmed.wait(600):
            raise TimeoutError("the service is not ready after ten minutes")
        return started


@contextmanager
def world(graph: Neo4jGraph, driver: Driver, home: Path) -> Iterator[World]:
    """A world on a server; what it started ends with the block."""
    made = World(graph, driver, home)
    with made.open:
        yield made
