"""Odd inputs of every kind, and those that were answered wrongly once: none is now."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver

from kg.graph.neo4j import Neo4jGraph
from tests.fuzz.cases import CORPUS, read
from tests.fuzz.kinds import KINDS, judge
from tests.fuzz.run import run, written
from tests.fuzz.world import World, world

pytestmark = pytest.mark.neo4j

SEED = 14
ALONE = ("sources", "queries")


@pytest.fixture(scope="module")
def made(neo4j_connection: Neo4jGraph, neo4j_driver: Driver, neo4j_home: Path) -> Iterator[World]:
    with world(neo4j_connection, neo4j_driver, neo4j_home) as opened:
        yield opened


def kept() -> list[Path]:
    """What failed once, in the order of kinds."""
    return sorted(
        CORPUS.glob("*.json"), key=lambda path: (list(KINDS).index(read(path).kind), path)
    )


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.stem)
def test_what_was_answered_wrongly_once_is_answered_rightly(path: Path, made: World) -> None:
    assert judge(made, read(path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_odd_inputs_are_answered_rightly(kind: str, made: World, tmp_path: Path) -> None:
    told = run(made, {kind: KINDS[kind].tested}, SEED)
    assert list(written(told, tmp_path)) == []
    assert told[kind].inputs == KINDS[kind].tested
