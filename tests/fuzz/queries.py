"""Search texts and requests on two shops in memory: each answer as its request wants it."""

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.snapshot import embedded, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.conftest import TOY_SHOP
from tests.fuzz import requests
from tests.fuzz.cases import judged
from tests.graph.conftest import by_words


class ByWords:
    """An encoder that knows words alone."""

    encode = staticmethod(by_words)


@cache
def recommenders() -> dict[str, Recommender]:
    """Of the toy shop and of a sample shop, without a server."""
    with TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        sample_shop(sample, products=120, users=60, seed=7)
        return {path.name: _on(path) for path in (TOY_SHOP, sample)}


def _on(path: Path) -> Recommender:
    snapshot = embedded(snapshot_of(open_source(path)), by_words, "by words")
    return Recommender(MemoryGraph(snapshot), lambda _: ByWords())


def make(rng: Random) -> dict[str, Any]:
    """A request, and the shop that it is for."""
    return {"shop": rng.choice(sorted(recommenders())), "request": requests.make(rng)}


def judge(given: dict[str, Any]) -> list[str]:
    """What is wrong with the answer."""
    wrong: list[str] = []
    recommender = recommenders()[given["shop"]]
    with judged(wrong):
        request = requests.request_of(given["request"])
        asked = requests.Asked(recommender, request, recommender.recommend(request))
        wrong += requests.wrong_answer(asked)
    return wrong
