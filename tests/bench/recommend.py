"""How long a recommendation takes: warm, in batch, and from a cold shell.

Beside the round trip of `RETURN 1` on the same server, and batches beside single calls.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gnn.evaluate.splits import leave_last
from gnn.examples import examples_of
from gnn.learn import not_knowing
from gnn.ranker import fit_ranker
from kg.connection import Settings
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import Snapshot, export
from tests.bench.beauty import beauty_server, missing
from tests.bench.figures import Figure

SEED, WARM_UP, SINGLE, BATCH, QUERIES = 7, 50, 200, 2_000, 400
KGREC = str(Path(sys.executable).with_name("kgrec"))


def run() -> list[Figure]:
    """Milliseconds warm, rates in batch, seconds from a cold shell."""
    if missing():
        return []
    settings = beauty_server()
    with Neo4jGraph(settings) as graph:
        snapshot = export(graph)
        recommender = Recommender(graph)
        recommender.warm()
        chance = random.Random(SEED)
        users = chance.sample(snapshot.users, BATCH)
        texts = [chance.choice(snapshot.categories.name) for _ in range(QUERIES)]
        memory = Recommender(MemoryGraph(snapshot))
        memory.recommend(Request(user_id=users[0]))  # compiles the walks
        return [
            *_warm(graph, recommender, users, texts),
            *_batches(recommender, memory, users, texts),
            *_past(snapshot),
            *_cold(settings, users[0]),
        ]


def _warm(
    graph: Neo4jGraph, recommender: Recommender, users: Sequence[str], texts: Sequence[str]
) -> list[Figure]:
    by_user = [Request(user_id=each) for each in users[: WARM_UP + SINGLE]]
    both = [
        Request(user_id=user, query=text)
        for user, text in zip(users[: WARM_UP + SINGLE], texts, strict=False)
    ]
    trip = _milliseconds(lambda _: graph.ask("RETURN 1"), by_user)
    user = _milliseconds(recommender.recommend, by_user)
    query = _milliseconds(recommender.recommend, both)
    return [
        Figure("RETURN 1, p50", statistics.median(trip), "ms"),
        Figure("user only, p50", statistics.median(user), "ms", 30, "<="),
        Figure("user only, p95", _p95(user), "ms", 60, "<="),
        Figure("user only / RETURN 1", statistics.median(user) / statistics.median(trip), "times"),
        Figure("query and user, p50", statistics.median(query), "ms", 60, "<="),
        Figure("query and user, p95", _p95(query), "ms", 120, "<="),
    ]


def _batches(
    recommender: Recommender, memory: Recommender, users: Sequence[str], texts: Sequence[str]
) -> list[Figure]:
    by_user = [Request(user_id=each, explain=False) for each in users]
    by_query = [Request(query=each, explain=False) for each in texts]
    one_user = _rate(lambda some: [recommender.recommend(each) for each in some], by_user[:SINGLE])
    many_users = _rate(recommender.recommend_many, by_user)
    one_query = _rate(
        lambda some: [recommender.recommend(each) for each in some], by_query[:SINGLE]
    )
    many_queries = _rate(recommender.recommend_many, by_query[SINGLE:])
    one_in_memory = _rate(
        lambda some: [memory.recommend(each) for each in some], by_user[: 5 * SINGLE]
    )
    in_memory = _rate(memory.recommend_many, by_user)
    return [
        Figure("users, one by one", one_user, "/s"),
        Figure("users, in batch", many_users, "/s"),
        Figure("users, in batch / one by one", many_users / one_user, "times", 10),
        Figure("queries, one by one", one_query, "/s"),
        Figure("queries, in batch", many_queries, "/s"),
        Figure("queries, in batch / one by one", many_queries / one_query, "times", 3),
        Figure("users, one by one, memory / Neo4j", one_in_memory / one_user, "times", 10),
        Figure("users, in batch, memory / Neo4j", in_memory / many_users, "times"),
        Figure("users, in batch, memory / one by one, Neo4j", in_memory / one_user, "times"),
    ]


def _past(snapshot: Snapshot) -> list[Figure]:
    """What a ranker costs without a network: CPU of each past request that it learns from, as many
    as there are users, and the seconds of all of it."""
    past = leave_last(snapshot, 1)
    known = not_knowing(past, None)
    started, busy = time.perf_counter(), time.process_time()
    examples = examples_of(known, past.users, past.targets)
    spent = 1000 * (time.process_time() - busy) / len(past.users)
    fit_ranker(examples)
    seconds = time.perf_counter() - started
    return [
        Figure("past request, CPU", spent, "ms", 1.5, "<="),
        Figure("ranker without a network, examples and fit", seconds, "s", 60, "<="),
    ]


def _cold(settings: Settings, user: str) -> list[Figure]:
    asked = {"--user": user, "--query": "red lipstick"}
    limits = {"--user": 1.5, "--query": 5.0}
    return [
        Figure(f"kgrec recommend {option}, cold", _shell(settings, option, text), "s", limit, "<=")
        for (option, text), limit in zip(asked.items(), limits.values(), strict=True)
    ]


def _shell(settings: Settings, option: str, text: str) -> float:
    """Median seconds of three commands."""
    login = {
        "NEO4J_URI": settings.uri,
        "NEO4J_USERNAME": settings.username,
        "NEO4J_PASSWORD": settings.password,
    }
    command = [KGREC, "recommend", option, text]
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, env={**os.environ, **login}, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _milliseconds(ask: Callable[[Request], object], requests: Sequence[Request]) -> list[float]:
    """Of each request after the first WARM_UP."""
    spent = []
    for request in requests:
        started = time.perf_counter()
        ask(request)
        spent.append(1000 * (time.perf_counter() - started))
    return spent[WARM_UP:]


def _rate(ask: Callable[[Sequence[Request]], object], requests: Sequence[Request]) -> float:
    started = time.perf_counter()
    ask(requests)
    return len(requests) / (time.perf_counter() - started)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
