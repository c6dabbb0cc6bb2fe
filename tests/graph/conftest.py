"""The toy shop on both engines: in arrays with vectors of its words, and in a real Neo4j."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from neo4j import Driver
from numpy.typing import NDArray

from gnn.learn import Learned
from gnn.tune import Trial
from gnn.tuned import write_paper
from gnn.write_back import write_back
from kg.build import build_graph
from kg.connection import Settings
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import read_rules
from kg.graph.neo4j import Neo4jGraph
from kg.language import tokens
from kg.load.schema import await_indexes
from kg.recommend.facts import unit
from kg.recommend.learned import CONTENT, RANKED, LearnedModel, Ranker
from kg.recommend.learned.ranker import FORMS
from kg.recommend.recipes import PAPER
from kg.rules.types import NewRule
from kg.rules.write import add_rule
from kg.schema import SLOTS
from kg.snapshot import Snapshot, embedded, export, snapshot_of
from kg.sources import open_source
from tests.conftest import make_empty

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
DIMENSION = 32


def by_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector [n, 32] of each text: its words, each at a place of its own and weighed."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for word in tokens(text):
            number = zlib.crc32(word.encode())
            row[number % DIMENSION] += 1.0 + number % 7 / 10
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0), np.float32)


@pytest.fixture(scope="session")
def toy_snapshot() -> Snapshot:
    """The toy shop in arrays."""
    return embedded(snapshot_of(open_source(TOY_SHOP)), by_words, "by words")


@pytest.fixture(scope="session")
def toy_memory(toy_snapshot: Snapshot) -> MemoryGraph:
    """The toy shop as a Graph without a server."""
    return MemoryGraph(toy_snapshot)


@pytest.fixture(scope="module")
def toy_neo4j(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop in the session's server, with text vectors in both slots."""
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        fill(graph, neo4j_driver)
        yield graph


def fill(graph: Neo4jGraph, driver: Driver) -> None:
    """Put the toy shop into an emptied server, with all that learning and a shop's rules add."""
    make_empty(driver)
    build_graph(graph, open_source(TOY_SHOP))
    with driver.session() as session:
        session.run(OTHER_SLOT).consume()
    for _ in SLOTS:
        write_back(graph, export(graph), LEARNED)
    write_paper(graph, export(graph), TUNED, Trial(8, 2, 0.1, 0.2))
    for rule in RULES:
        add_rule(graph, rule, now=1_700_000_000)
    await_indexes(graph)


RULES = (
    NewRule("bury", brands=("Rosa",), rule_id="over", until=1_750_000_000),
    NewRule("boost", ("soap",), categories=("Lips",), weight=0.3, until=1_900_000_000),
    NewRule("pin", ("sock",), position=2, note="Robert'); MATCH (n) DETACH DELETE n //"),
    NewRule("promotion", ("runner",), ("Rosa",), ("Lips",), discount=10, budget=100),
)
"""One is over, one ends, two hold for good."""

TUNED = replace(PAPER, weights={"next": 4.0, "brand": 0.5}, temperatures={"next": 0.125})
"""What the recipe paper was tuned to."""


def telling(terms: tuple[str, ...]) -> Ranker:
    """A ranker that each form of each term changes."""
    size = FORMS * len(terms)
    hidden = np.random.default_rng(3).random((4, size))
    return Ranker(terms, np.zeros(size), np.ones(size), hidden, np.zeros(4), np.ones(4))


RANKED_ALONE = tuple(term for term in RANKED if term != "gnn")
LEARNED = Learned(
    LearnedModel(telling(RANKED_ALONE), content=telling(CONTENT)),
    unit(np.random.default_rng(5).normal(size=(12, 8)).astype(np.float32)),
    (),
    0.0,
)
"""Learned vectors of the toy shop's products, and rankers without a head that look at all terms."""

OTHER_SLOT = """CYPHER 25
MATCH (n:Product|Brand|Category) WHERE n.text_embedding_a IS NOT NULL
CALL db.create.setNodeVectorProperty(n, 'text_embedding_b', n.text_embedding_a)
"""


@pytest.fixture(scope="module")
def toy_copy(toy_neo4j: Neo4jGraph) -> MemoryGraph:
    """The same graph, read out of the server."""
    return MemoryGraph(export(toy_neo4j), read_rules(toy_neo4j))
