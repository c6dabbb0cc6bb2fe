"""A user who is forgotten while events are written does not come back, whichever comes first."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from neo4j import Driver, Transaction

from kg.build import BuildOptions, build_graph
from kg.catalog import Batch, Source, SourceOptions
from kg.errors import GraphError, NotFound
from kg.graph.neo4j import Neo4jGraph
from kg.live.events import add_events
from kg.live.users import forget_user, put_user
from kg.load.forgotten import hash_of
from kg.queries import query
from kg.sources import open_source

pytestmark = pytest.mark.neo4j

PRODUCTS = "product_id,title\nsoap,Soap\nsock,Sock\n"
USERS = ("ann", "bob", "cat")
MOMENTS = range(100, 120)


def shop(folder: Path) -> Path:
    """Everybody views both products twenty times, all of them by turns."""
    folder.mkdir()
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "users.csv").write_text("user_id\ncat\ndan\n")
    rows = [f"{u},{p},view,{at}" for at in MOMENTS for u in USERS for p in ("soap", "sock")]
    (folder / "events.csv").write_text("user_id,product_id,type,at\n" + "\n".join(rows) + "\n")
    return folder


def forgetting(source: Source, graph: Neo4jGraph, user_id: str, before: int) -> Source:
    """The source, and a user whom another forgets just before its batch number `before`."""

    def read() -> Iterator[Batch]:
        for number, batch in enumerate(source.read()):
            if number == before:
                with Neo4jGraph(graph.settings) as other:
                    forget_user(other, user_id)
            yield batch

    return replace(source, read=read)


def events_of(driver: Driver, user_id: str) -> int | None:
    """How many events a user has; None for a user who is not there."""
    asked = "MATCH (u:User {user_id: $id}) RETURN COUNT { (u)-[]->(:Product) } AS n"
    with driver.session() as session:
        row = session.run(asked, id=user_id).single()
    return None if row is None else int(row["n"])


@pytest.mark.parametrize("loaded_before", [False, True])
def test_a_load_does_not_bring_back_a_user_who_is_forgotten_between_its_batches(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path, loaded_before: bool
) -> None:
    source = open_source(shop(tmp_path / "shop"), SourceOptions(batch_rows=10))
    options = BuildOptions(embed=False, force=True)
    if loaded_before:
        build_graph(neo4j_graph, source, options)
    # A batch of products, one of users, then twelve of events, ten of them each.
    done = build_graph(neo4j_graph, forgetting(source, neo4j_graph, "ann", before=8), options)
    assert [events_of(neo4j_driver, user) for user in ("ann", "bob", "cat")] == [None, 40, 40]
    created = done.changes["VIEWED"].get("created", 0) + done.changes["VIEWED"].get("unchanged", 0)
    assert created + done.rejects["forgotten_user"] == 120
    assert 15 <= done.rejects["forgotten_user"] <= 20  # those of the six batches that were left
    again = build_graph(neo4j_graph, source, options)
    assert (events_of(neo4j_driver, "ann"), again.rejects) == (None, {"forgotten_user": 40})


def test_a_file_of_users_does_not_bring_back_who_is_forgotten(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    source = open_source(shop(tmp_path / "shop"), SourceOptions(batch_rows=10))
    options = BuildOptions(embed=False, force=True)
    build_graph(neo4j_graph, source, options)
    done = build_graph(neo4j_graph, forgetting(source, neo4j_graph, "dan", before=1), options)
    assert (events_of(neo4j_driver, "dan"), done.rejects) == (None, {"forgotten_user": 1})
    with pytest.raises(GraphError, match="forgotten for good"):
        put_user(neo4j_graph, "dan")
    assert events_of(neo4j_driver, "dan") is None


@pytest.fixture
def graph(neo4j_graph: Neo4jGraph, tmp_path: Path) -> Neo4jGraph:
    """With the shop in it."""
    build_graph(neo4j_graph, open_source(shop(tmp_path / "shop")), BuildOptions(embed=False))
    return neo4j_graph


def write(transaction: Transaction, name: str, **params: Any) -> None:
    """Run a writing query in a transaction that goes on."""
    transaction.run(query(name).text, params).consume()


def meanwhile(pool: ThreadPoolExecutor, work: Any, *given: Any) -> Future[Any]:
    """Begin work that another transaction holds up, and let it come so far."""
    future = pool.submit(work, *given)
    Event().wait(0.5)
    return future


def test_who_forgets_waits_for_a_load_that_makes_the_user_at_this_moment(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with ThreadPoolExecutor(1) as pool, neo4j_driver.session() as session:
        with session.begin_transaction() as load:
            write(load, "load/users", source="shop", users=[["zoe", hash_of("zoe")]])
            forget = meanwhile(pool, forget_user, graph, "zoe")
            assert not forget.done()
            load.commit()
        assert forget.result().erased == {}
    assert events_of(neo4j_driver, "zoe") is None
    with pytest.raises(GraphError, match="forgotten for good"):
        put_user(graph, "zoe")


def test_who_forgets_waits_for_events_that_are_written_at_this_moment(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    row = ["ann", [["soap", "late", 500, None, None]]]
    with ThreadPoolExecutor(1) as pool, neo4j_driver.session() as session:
        with session.begin_transaction() as load:
            write(load, "load/events", source="shop", type="VIEWED", rows=[row])
            forget = meanwhile(pool, forget_user, graph, "ann")
            load.commit()
        forget.result()
    assert events_of(neo4j_driver, "ann") is None


def test_events_that_come_while_their_user_is_forgotten_are_left_out(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    event = {"user_id": "ann", "product_id": "soap", "type": "buy", "at": 500}
    with ThreadPoolExecutor(1) as pool, neo4j_driver.session() as session:
        with session.begin_transaction() as forget:
            write(forget, "write/forget_user", user_id="ann", hash=hash_of("ann"))
            taken = meanwhile(pool, add_events, graph, [event])
            forget.commit()
        assert taken.result().created == 0
    assert events_of(neo4j_driver, "ann") is None
    assert [each.code for each in add_events(graph, [event]).rejected] == ["forgotten_user"]
    assert events_of(neo4j_driver, "ann") is None


def test_who_was_never_there_cannot_be_forgotten_and_may_come_later(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with pytest.raises(NotFound):
        forget_user(graph, "zoe")
    assert events_of(neo4j_driver, "zoe") is None
    assert put_user(graph, "zoe") is True
