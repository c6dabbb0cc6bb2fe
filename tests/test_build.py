"""Building: refused where it must be, cut at a moment, completed after any interruption."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from kg.build import BuildOptions, build_graph
from kg.derive.in_graph import derive
from kg.errors import ConnectionFailed, GraphError, OptionError, RejectsError, SourceError
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running, start
from kg.meta import writing
from kg.sources import open_source
from tests.conftest import kill_server
from tests.shops import TOY, Shop, build, clear, everything, meta, nodes, relationships

pytestmark = pytest.mark.neo4j


@pytest.fixture
def graph(neo4j_connection: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """Without nodes; constraints and indexes stay, whose making is most of a small build."""
    clear(neo4j_driver)
    return neo4j_connection


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def run(driver: Driver, cypher: str) -> None:
    with driver.session() as session:
        session.run(cypher).consume()


def test_a_database_that_others_filled_is_refused_unless_it_is_adopted(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    run(neo4j_driver, "CREATE (:Customer {name: 'Ann'})-[:KNOWS]->(:Customer {name: 'Bob'})")
    with pytest.raises(GraphError, match=r"holds 2 nodes that are not kgrec's; give --adopt"):
        build(graph)
    assert {label for label, _ in nodes(neo4j_driver)} == {"Customer"}
    assert build(graph, adopt=True).totals["Product"] == 12
    found = Counter(label for label, _ in nodes(neo4j_driver))
    assert (found["Customer"], found["Product"]) == (2, 12)
    assert build(graph).unchanged


def test_strict_minds_the_rows_of_a_source_that_has_not_changed(
    graph: Neo4jGraph, shop: Shop, tmp_path: Path
) -> None:
    shop.append("events.csv", "ann,sock,view,soon,,")
    kept = tmp_path / "rejects.csv"
    assert build(graph, shop).rejects == {"bad_time": 1}
    assert build(graph, shop).unchanged
    with pytest.raises(RejectsError, match=r"1 rows rejected \(1 bad_time\), first events.csv"):
        build(graph, shop, strict=True, rejects=kept)
    assert "'soon' is no time" in kept.read_text()
    assert build(graph, shop).unchanged


def test_a_source_without_a_usable_row_leaves_the_list_of_what_was_left_out(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    (tmp_path / "products.csv").write_bytes("sku,title\n1,Caf\xe9\n".encode("latin-1"))
    kept = tmp_path / "rejects.csv"
    with pytest.raises(SourceError, match=r"no row that can be used; rows left out \(1 bad_utf8"):
        build(graph, tmp_path / "products.csv", rejects=kept)
    assert kept.read_text().splitlines()[1:] == ["products.csv,2,bad_utf8,byte 0xe9 is no UTF-8"]


def test_a_graph_of_another_layout_is_refused(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    run(neo4j_driver, "CREATE (:KgrecMeta {id: 'kgrec', schema_version: 99})")
    with pytest.raises(GraphError, match="the graph has layout 99, this kgrec knows 1"):
        build(graph)


def test_a_second_writer_is_refused_and_told_who_writes(graph: Neo4jGraph) -> None:
    told = pytest.raises(GraphError, match=r"refresh \(process \d+ on .+ since 20\d\d-")
    with writing(graph, "refresh"), told:
        build(graph)
    assert build(graph).totals["Product"] == 12


def test_of_many_writers_at_once_one_gets_the_lock(graph: Neo4jGraph) -> None:
    build(graph)
    got, over = [], threading.Barrier(8)

    def ask(name: str) -> None:
        over.wait()
        try:
            with writing(graph, name):
                got.append(name)
                over.wait()
        except GraphError:
            over.wait()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, map(str, range(8))))
    assert len(got) == 1


def test_the_lock_of_a_process_that_died_is_taken_over(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with writing(graph, "build-graph"):
        held = meta(neo4j_driver)
    host, pid, _ = held["lock_process"].split("/")
    long_ago = held | {"lock_process": f"{host}/{pid}/12.00"}  # the number is another's by now
    run_with = "MATCH (m:KgrecMeta) SET m += $held"
    with neo4j_driver.session() as session:
        session.run(run_with, held=long_ago).consume()
    assert build(graph).totals["Product"] == 12
    assert "lock_id" not in meta(neo4j_driver)


def test_the_lock_of_another_machine_ends_when_it_is_not_kept(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with writing(graph, "build-graph"):
        held = meta(neo4j_driver) | {"lock_process": "elsewhere/1/12.00"}
    set_held = "MATCH (m:KgrecMeta) SET m += $held"
    with neo4j_driver.session() as session:
        session.run(set_held, held=held).consume()
    with pytest.raises(GraphError, match=r"its lock ends in \d+ s"):
        build(graph)
    run(neo4j_driver, "MATCH (m:KgrecMeta) SET m.lock_until = timestamp() - 1")
    assert build(graph).totals["Product"] == 12


def test_until_leaves_out_what_came_at_it_or_later(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    shop.replace("products.csv", "2.00,USD,true,1700000000", "2.00,USD,true,1736000000")
    # 1735862400 is cat's lipstick: 2025-01-03 at midnight.
    summary = build(graph, shop, until="2025-01-03")
    assert relationships(neo4j_driver, "BOUGHT", "LIKED", "RATED", "VIEWED") == Counter(
        [("ann", "BOUGHT", "runner"), ("ann", "BOUGHT", "sock"), ("bob", "BOUGHT", "runner")]
    )
    found = nodes(neo4j_driver)
    assert ("Product", "soap") not in found  # not yet released
    assert found["Product", "sock"]["mean_age"] == 2.0  # days before until
    assert summary.until == meta(neo4j_driver)["until"] == 1735862400
    assert summary.changes["events"] == {"after until": 13}
    assert summary.rejects == {}


def test_until_can_be_moved_on_but_not_back_without_prune(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop, until="1735862400")
    early = everything(neo4j_driver)
    assert build(graph, shop, until="1736294400").totals["BOUGHT"] == 6
    assert build(graph, shop).totals["BOUGHT"] == 10
    with pytest.raises(GraphError, match="holds events from after --until 2025-01-03;"):
        build(graph, shop, until="1735862400")
    build(graph, shop, until="1735862400", prune=True)
    assert everything(neo4j_driver) == early


def test_a_date_is_no_until_where_events_have_no_times(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    (tmp_path / "products.csv").write_text("product_id,title\na,A\nb,B\nc,C\n")
    (tmp_path / "events.csv").write_text("user_id,product_id,position\nann,a,0\nann,b,1\nann,c,2\n")
    with pytest.raises(OptionError, match="have no times, only positions; give a position"):
        build(graph, tmp_path, until="2025-01-03")
    build(graph, tmp_path, until="2")
    assert relationships(neo4j_driver, "BOUGHT", "BOUGHT_NEXT") == Counter(
        [("ann", "BOUGHT", "a"), ("ann", "BOUGHT", "b"), ("a", "BOUGHT_NEXT", "b")]
    )


@pytest.mark.parametrize("until", ["yesterday", "2025-13-01", ""])
def test_what_is_no_moment_is_refused(graph: Neo4jGraph, until: str) -> None:
    with pytest.raises(OptionError, match="--until takes a date like"):
        build(graph, until=until)


def test_an_unknown_language_is_refused(graph: Neo4jGraph) -> None:
    with pytest.raises(OptionError, match=r"--language: expected a language of .*english"):
        build(graph, language="klingon")


def test_another_language_gives_names_other_keys_and_indexes_another_analyzer(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build(graph)
    assert build(graph, language="none").changes["Category"]["changed"] > 0
    assert nodes(neo4j_driver)["Category", "beauty/lips/lipsticks"]["name_key"] == "lipsticks"
    analyzers = {
        row["name"]: row["options"]["indexConfig"]["fulltext.analyzer"]
        for row in graph.read("schema/indexes")
        if row["type"] == "FULLTEXT"
    }
    assert set(analyzers.values()) == {"standard-no-stop-words"}
    assert build(graph).unchanged  # the graph's language is kept


def test_an_index_that_was_dropped_is_made_again(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    build(graph)
    run(neo4j_driver, "DROP INDEX entity_text")
    run(neo4j_driver, "DROP CONSTRAINT bought_key")
    build(graph)
    found = {row["name"]: row["state"] for row in graph.read("schema/indexes")}
    assert found["entity_text"] == found["bought_key"] == "ONLINE"


def test_embeds_texts_and_serves_them(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    summary = build(graph, embed=True)
    assert summary.embeddings is not None
    assert summary.embeddings.embedded == 12 + 4 + 10
    assert meta(neo4j_driver)["text_slot"] == "a"
    assert len(nodes(neo4j_driver)["Product", "soap"]["text_embedding_a"]) == 384
    again = build(graph, embed=True)
    assert again.unchanged
    assert [stage.name for stage in again.stages] == ["check"]


@pytest.mark.parametrize("stage", ["nodes", "relationships", "events", "derive: BOUGHT_NEXT"])
def test_a_build_that_was_interrupted_is_completed_by_the_next(
    graph: Neo4jGraph, neo4j_driver: Driver, stage: str
) -> None:
    build(graph)
    whole = everything(neo4j_driver)
    clear(neo4j_driver)

    def interrupt(at: str, done: int, total: int | None = None) -> None:
        if at == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_graph(graph, open_source(TOY), BuildOptions(embed=False), interrupt)
    assert meta(neo4j_driver)["unfinished"]
    assert not build(graph).unchanged
    assert everything(neo4j_driver) == whole
    assert build(graph).unchanged


def test_deriving_again_writes_what_changed_and_nothing_else(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build(graph)
    before = everything(neo4j_driver)
    assert not derive(graph).changed
    run(neo4j_driver, "MATCH (:Product {product_id: 'sock'})-[r:BOUGHT_NEXT]->() DELETE r")
    run(
        neo4j_driver, "MATCH (:Product {product_id: 'runner'})-[r:BOUGHT_NEXT]->() SET r.weight = 9"
    )
    run(
        neo4j_driver,
        "MATCH (a:Product {product_id: 'soap'}), (b:Product {product_id: 'balm'})"
        " CREATE (a)-[:BOUGHT_NEXT {weight: 1.0, support: 1}]->(b)",
    )
    run(neo4j_driver, "MATCH (p:Product {product_id: 'balm'}) SET p.popularity = 7.0")
    summary = derive(graph)
    assert summary.counts["BOUGHT_NEXT"] == {
        "created": 2,
        "changed": 3,
        "removed": 1,
        "unchanged": 3,
    }
    assert summary.counts["popularity"] == {"changed": 1, "unchanged": 11}
    assert everything(neo4j_driver) == before


def test_a_derived_edge_that_is_there_twice_is_made_once(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build(graph)
    before = everything(neo4j_driver)
    run(
        neo4j_driver,
        "MATCH (a)-[r:BOUGHT_WITH]->(b) CREATE (a)-[again:BOUGHT_WITH]->(b) SET again = r",
    )
    derive(graph)
    assert everything(neo4j_driver) == before


def test_ranks_are_those_of_the_most_popular(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    build(graph)
    with neo4j_driver.session() as session:
        found = session.run(
            "MATCH (p)-[r:MADE_BY]->(:Brand {brand_id: 'acme'}) RETURN p.product_id, r.rank"
        ).values()
    # Three users took the runner, one the shirt, one the trail shoe and later; none the lipstick.
    assert sorted(found, key=lambda row: row[1]) == [
        ["runner", 1],
        ["trail", 2],
        ["shirt", 3],
        ["lipacme", 4],
    ]


def test_while_derived_edges_are_written_a_product_always_has_some(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    shop.append("events.csv", *(f"new{i},runner,BOUGHT,17364{i:05},,n{i}" for i in range(20)))
    seen, over = [], threading.Event()

    def look() -> None:
        with neo4j_driver.session() as session:
            while not over.is_set():
                row = session.run(
                    "MATCH (:Product {product_id: 'runner'})-[r:BOUGHT_NEXT]->()"
                    " RETURN count(r) AS n"
                )
                seen.append(row.single(strict=True)["n"])

    looking = threading.Thread(target=look)
    looking.start()
    try:
        changed = build(graph, shop).changes["BOUGHT_NEXT"]
    finally:
        over.set()
        looking.join()
    assert changed["changed"] == 3
    assert set(seen) == {3}


@pytest.fixture
def own_home(local_extra: None, tmp_path: Path) -> Iterator[Path]:
    """A home whose server a test may kill."""
    home = tmp_path / "home"
    try:
        start(home, print)
        yield home
    finally:
        kill_server(home)


USERS, PRODUCTS = 1_200, 200


def write_shop(folder: Path) -> set[tuple[str, str, int]]:
    """A shop of 12,000 events; (user, product, at) of each."""
    events = {
        (f"u{u:04}", f"p{u * (i + 3) % PRODUCTS}", u + i) for u in range(USERS) for i in range(10)
    }
    products = "".join(f"p{i},Product {i},Brand {i % 7},A > B{i % 5}\n" for i in range(PRODUCTS))
    (folder / "products.csv").write_text("product_id,title,brand,category_path\n" + products)
    rows = "".join(f"{u},{p},{1735689600 + at}\n" for u, p, at in sorted(events))
    (folder / "events.csv").write_text("user_id,product_id,at\n" + rows)
    return {(u, p, 1735689600 + at) for u, p, at in events}


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_the_server_is_killed_while_loading(
    own_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "big"
    folder.mkdir()
    expected = write_shop(folder)
    for stage in ("events", "derive: BOUGHT_NEXT"):
        settings = ensure_running(own_home, print)

        def kill(at: str, done: int, total: int | None = None, stage: str = stage) -> None:
            if at == stage:
                kill_server(own_home)

        with Neo4jGraph(settings, patience=1.0) as graph, pytest.raises(ConnectionFailed):
            build_graph(graph, open_source(folder), BuildOptions(embed=False), kill)
    settings = ensure_running(own_home, print)
    with Neo4jGraph(settings) as graph:
        summary = build(graph, folder)
        assert build(graph, folder).unchanged
        assert build(graph, folder, force=True).unchanged
    with GraphDatabase.driver(settings.uri, auth=("neo4j", settings.password)) as driver:
        with driver.session() as session:
            found = session.run(
                "MATCH (u)-[e:BOUGHT]->(p) RETURN u.user_id, p.product_id, e.at"
            ).values()
        edges = relationships(driver, "BOUGHT_NEXT", "BOUGHT_WITH", "MADE_BY", "IN_CATEGORY")
    assert len(found) == len(expected)
    assert {tuple(row) for row in found} == expected
    assert summary.totals["User"] == USERS
    assert summary.totals["Product"] == PRODUCTS
    assert set(edges.values()) == {1}
