"""A graph whose first embedding has not ended answers by words and by the graph, and says so."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from neo4j import Driver
from numpy.typing import NDArray

from kg.connection import Settings
from kg.embed.refresh import embed_stale
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Filters, Request, Result
from kg.snapshot import export
from tests.conftest import make_empty
from tests.shops import build

REQUESTS = [
    Request(query="red lipstick under $10 not by Acme"),
    Request("ann", "running socks by Bolt", k=12, diversity=0.5),
    Request("ann", "socks", filters=Filters(categories=("Socks",)), explain=True),
    Request("ann", k=12),
    Request("bob", filters=Filters(max_price_minor=800)),
    Request(product_id="runner", recipe="similar", k=12),
    Request(recipe="hot", k=5),
]


SOME = """
MATCH (p:Product) WHERE p.product_id IN ["runner", "lipred", "sock"]
SET p.text_embedding_a = $vector
"""


class Interrupted:
    """An encoder for whose second group nobody waits."""

    name, revision, dimension = "interrupted", "1", 384

    def __init__(self) -> None:
        self.groups = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.groups += 1
        if self.groups > 1:
            raise KeyboardInterrupt
        return np.ones((len(texts), self.dimension), np.float32)


@pytest.fixture(scope="module")
def half(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop, of which only brands and some products are embedded: then came Ctrl-C."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build(graph)
        with pytest.raises(KeyboardInterrupt):
            embed_stale(graph, Interrupted())  # type: ignore[arg-type]
        with neo4j_driver.session() as session:  # as a shop with more products would be left
            session.run(SOME, vector=[0.05] * 384).consume()
        yield graph


@pytest.fixture(params=["neo4j", "memory"])
def recommender(request: pytest.FixtureRequest, half: Neo4jGraph) -> Recommender:
    return Recommender(half if request.param == "neo4j" else MemoryGraph(export(half)))


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


@pytest.mark.neo4j
@pytest.mark.parametrize("asked", REQUESTS)
def test_it_answers_without_vectors(recommender: Recommender, asked: Request) -> None:
    result = recommender.recommend(asked)
    assert result.results
    assert ("not_embedded" in codes(result)) == (asked.query is not None)


@pytest.mark.neo4j
def test_a_search_finds_by_words_alone_and_says_so(recommender: Recommender) -> None:
    result = recommender.recommend(Request(query="lipstick", k=2))
    assert [each.product_id for each in result.results] == ["lippink", "lipacme"]
    assert result.notes[0].text == (
        "searched by words and the graph alone: texts are not embedded yet (kgrec"
        " refresh-embeddings does it)"
    )
