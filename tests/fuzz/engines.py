"""The same requests on Neo4j and on a copy in memory: the answers are the same."""

from random import Random
from typing import Any

from kg.errors import KgrecError
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request, Result
from tests.fuzz import requests
from tests.fuzz.cases import judged
from tests.fuzz.world import World

ALL = 12
"""Products of the toy shop: a search is compared by all that it finds."""


def make(rng: Random) -> dict[str, Any]:
    """A request."""
    given = requests.make(rng)
    given.pop("until", None)  # which a graph in Neo4j answers only if it was built so
    return given


def judge(world: World, given: dict[str, Any]) -> list[str]:
    """How the answers of both engines differ, and what is wrong with the server's."""
    wrong: list[str] = []
    server, memory = world.engines
    request = requests.request_of(given)
    with judged(wrong):
        one, other = _answer(server, request), _answer(memory, request)
        if isinstance(one, Result):
            wrong += requests.wrong_answer(requests.Asked(server, request, one))
        wrong += _differences(one, other)
    return wrong


def _answer(recommender: Recommender, request: Request) -> Result | str:
    """The answer, or what the error says."""
    try:
        return recommender.recommend(request)
    except KgrecError as error:
        return str(error)


def _differences(server: Result | str, memory: Result | str) -> list[str]:
    if isinstance(server, str) or isinstance(memory, str):
        same = server == memory
        return [] if same else [f"Neo4j: {_brief(server)}; memory: {_brief(memory)}"]
    wrong = [
        f"{name}: Neo4j {one!r}, memory {other!r}"
        for name in ("intent", "recipe", "notes", "currency")
        if (one := getattr(server, name)) != (other := getattr(memory, name))
    ]
    lists = [[each.product_id for each in result.results] for result in (server, memory)]
    if lists[0] != lists[1]:
        return [*wrong, f"Neo4j lists {lists[0]}, memory {lists[1]}"]
    for one, other in zip(server.results, memory.results, strict=True):
        if abs(one.score - other.score) > 1e-6 * max(1.0, abs(one.score)):
            wrong.append(f"{one.product_id}: Neo4j {one.score}, memory {other.score}")
        if (one.reason, one.evidence, one.moved_by) != (
            other.reason,
            other.evidence,
            other.moved_by,
        ):
            wrong.append(f"{one.product_id}: Neo4j {one.reason!r}, memory {other.reason!r}")
    return wrong


def _brief(answer: Result | str) -> str:
    return answer if isinstance(answer, str) else f"{len(answer.results)} products"
