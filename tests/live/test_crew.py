"""Worker processes know what the copy knows, whatever becomes of them and of it."""

import os
import signal
from collections.abc import Iterator, Sequence
from operator import methodcaller
from time import sleep

import orjson
import pytest

from kg.build import BuildOptions, build_graph
from kg.graph.live import Happened
from kg.graph.neo4j import Neo4jGraph
from kg.live.copy import Copy
from kg.live.crew import Crew
from kg.live.products import put_product
from kg.meta import raise_revision
from kg.recommend.recommender import Recommender
from kg.recommend.told import Told, told
from kg.recommend.types import Request
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP

pytestmark = pytest.mark.neo4j


class Here:
    """Answers in this process, and counts how often."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self.asked = 0

    def __call__(self, requests: Sequence[Request]) -> list[Told]:
        self.asked += 1
        return list(map(told, Recommender(self._copy.graph).recommend_many(requests)))


@pytest.fixture
def copy(neo4j_graph: Neo4jGraph) -> Copy:
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    return Copy(neo4j_graph)


@pytest.fixture
def here(copy: Copy) -> Here:
    return Here(copy)


@pytest.fixture
def crew(copy: Copy, here: Here) -> Iterator[Crew]:
    made = Crew(copy, 1, here)
    yield made
    made.close()
    assert made.pids == []


def history(crew: Crew, user: str) -> list[str]:
    (answer,) = crew.answers[0]([Request(user)])
    return [each["id"] for each in orjson.loads(answer.body)["entities"]]


def killed(crew: Crew) -> None:
    (pid,) = crew.pids
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while crew.pids:
        sleep(0.01)


def test_what_no_worker_answers_is_answered_here(copy: Copy, here: Here, crew: Crew) -> None:
    assert (history(crew, "zoe"), here.asked) == ([], 1)
    assert crew.keep() == 0
    assert (history(crew, "zoe"), here.asked) == ([], 1)
    killed(crew)
    assert (history(crew, "zoe"), here.asked) == ([], 2)
    assert crew.keep() == 1
    assert (history(crew, "zoe"), here.asked) == ([], 2)
    assert crew.keep() == 0


def test_changes_are_known_to_workers_and_to_those_that_take_their_places(
    copy: Copy, here: Here, crew: Crew
) -> None:
    crew.keep()
    copy.change(methodcaller("add", [Happened("zoe", "lipred", "BOUGHT", 1736500000, None)]))
    assert history(crew, "zoe") == ["lipred"]
    killed(crew)
    crew.keep()
    assert history(crew, "zoe") == ["lipred"]
    copy.change(methodcaller("forget", "zoe"))
    assert (history(crew, "zoe"), here.asked) == ([], 0)


def test_a_renewed_copy_has_workers_of_its_own(
    neo4j_graph: Neo4jGraph, copy: Copy, here: Here, crew: Crew
) -> None:
    crew.keep()
    before = crew.pids
    raise_revision(neo4j_graph)
    assert copy.renewed() is not None
    copy.turn()
    assert crew.keep() == 0
    assert crew.pids != before
    copy.change(methodcaller("forget", "ann"))
    assert (history(crew, "ann"), here.asked) == ([], 0)


def test_what_is_new_in_a_later_copy_is_answered_here_until_there_is_a_worker_of_it(
    neo4j_graph: Neo4jGraph, copy: Copy, here: Here, crew: Crew
) -> None:
    crew.keep()
    put_product(neo4j_graph, {"product_id": "tent", "title": "Cove Tent", "brand": "Cove"})
    copy.renewed()
    copy.turn()
    near = [Request(product_id="tent", recipe="similar", k=1)]
    (before,) = crew.answers[0](near)
    assert here.asked == 1
    crew.keep()
    (after,) = crew.answers[0](near)
    assert (after.evidence, after.size, here.asked) == (before.evidence, before.size, 1)
