"""What a service does beside requests."""

from collections.abc import Callable

import pytest

from cli.web.background import FEW, look
from cli.web.config import ServeConfig
from cli.web.server import service_on
from kg.graph.neo4j import Neo4jGraph

pytestmark = pytest.mark.neo4j


def test_counting_texts_ends_where_the_service_does(
    embedded_graph: Neo4jGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_on(embedded_graph, "neo4j", ServeConfig(look_s=0))
    pages: list[int] = []

    def count(_: Neo4jGraph, page: int, between: Callable[[], object]) -> int:
        for _at in range(3):
            pages.append(page)
            service.stop()
            between()
        return 0

    monkeypatch.setattr("cli.web.background.count_stale", count)
    look(service)
    assert pages == [FEW]
