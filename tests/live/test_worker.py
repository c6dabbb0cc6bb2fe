"""A process of its own answers as the one that asks it would."""

import os
import pickle
import signal
from collections.abc import Iterator
from operator import methodcaller
from typing import Any

import numpy as np
import orjson
import pytest

from kg.errors import NotFound
from kg.graph.live import Happened, LiveGraph
from kg.graph.memory import MemoryGraph
from kg.live.worker import Worker, WorkerError
from kg.recommend.numbered import Numbered
from kg.recommend.recommender import Recommender
from kg.recommend.told import Told, told
from kg.recommend.types import Request
from tests.recommend.conftest import recommender, toy

__all__ = ("recommender", "toy")

USERS = ("ann", "bob", "cat", "nobody")


def said(answer: Told) -> dict[str, Any]:
    """The answer without how long it took."""
    answered: dict[str, Any] = orjson.loads(answer.body)
    return {name: part for name, part in answered.items() if name != "timings_ms"}


@pytest.fixture
def worker(toy: MemoryGraph) -> Iterator[Worker]:
    begun = Worker(LiveGraph(toy))
    begun.start()
    begun.wait()
    yield begun
    begun.close()


def test_its_answers_and_their_pages_are_those_of_this_process(
    worker: Worker, recommender: Recommender
) -> None:
    asked = [Request(each, k=3) for each in USERS]
    here, there = list(map(told, recommender.recommend_many(asked))), worker.answer(asked)
    assert list(map(said, there)) == list(map(said, here))
    kept = [(each.evidence, each.k, each.size, each.name) for each in there]
    assert kept == [(each.evidence, each.k, each.size, each.name) for each in here]
    mine, its = here[0].whole(), there[0].whole()
    assert mine is not None
    assert its is not None
    assert (its.ids, its.ranked) == (mine.ids, mine.ranked)
    assert recommender.page(its, 3).results == recommender.page(mine, 3).results


def test_pickling_elsewhere_in_the_process_stays_as_it_is() -> None:
    numbered = Numbered(["b", "c"])
    numbered.of(["a"])
    found = pickle.loads(pickle.dumps(numbered))
    assert (found.ids, found.code("a")) == (["b", "c", "a"], 2)
    assert found.by_id(np.array([0, 1, 2], np.int32)).tolist() == [2, 0, 1]


def test_a_request_that_follows_a_change_knows_of_it(worker: Worker) -> None:
    def history() -> list[str]:
        (found,) = worker.answer([Request("zoe")])
        return [each["id"] for each in said(found)["entities"]]

    assert history() == []
    worker.change(methodcaller("add", [Happened("zoe", "lipred", "BOUGHT", 1736500000, None)]))
    assert history() == ["lipred"]
    worker.change(methodcaller("forget", "zoe"))
    assert history() == []


def test_what_is_wrong_with_a_request_is_told_and_the_next_is_answered(worker: Worker) -> None:
    with pytest.raises(NotFound, match="no such"):
        worker.answer([Request(product_id="no such")])
    assert len(worker.answer([Request("ann", k=2)])[0].evidence) == 2


def test_one_that_ended_says_so_and_takes_changes_in_silence(worker: Worker) -> None:
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="has ended"):
        worker.answer([Request("ann")])
    worker.change(methodcaller("forget", "ann"))
    worker.close()
    assert not worker.alive


def test_one_that_does_not_answer_in_time_is_ended(toy: MemoryGraph) -> None:
    worker = Worker(LiveGraph(toy), patience_s=0.01)
    worker.start()
    with pytest.raises(WorkerError, match="did not answer"):
        worker.wait()
    worker.close()
    assert not worker.alive
