"""The toy shop's graph kept in a folder: exported when it has changed, and only then."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock
from neo4j import Driver
from typer.testing import CliRunner

from kg.build import BuildOptions, build_graph
from kg.errors import GraphError, SnapshotError
from kg.graph.neo4j import Neo4jGraph
from kg.live.users import forget_user
from kg.meta import raise_revision, writing
from kg.snapshot import check, export, keep, kept, open_snapshot
from kg.snapshot.folder import LOCK
from kg.sources import open_source
from tests.snapshot.test_folder import files_of_at_most, inner
from tests.test_snapshot import different

pytestmark = pytest.mark.neo4j

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
CLICK = """
MATCH (u:User {user_id: 'fay'}), (p:Product {product_id: 'sock'})
CREATE (u)-[:VIEWED {event_id: 'new', at: 1736500000, source: 'web'}]->(p)
"""


@pytest.fixture
def graph(neo4j_graph: Neo4jGraph) -> Neo4jGraph:
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    return neo4j_graph


def test_a_graph_is_exported_once_until_it_changes(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    first, second = keep(graph, tmp_path), keep(graph, tmp_path)
    assert (first.exported, first.why, second.exported, second.why) == (True, None, False, None)
    assert different(export(graph), open_snapshot(tmp_path)) == []
    with writing(graph, "nobody"):  # locks come and go
        assert not keep(graph, tmp_path).exported
    revision = raise_revision(graph)
    third = keep(graph, tmp_path)
    assert third.why == (
        f"the snapshot in {tmp_path} is of revision {revision - 1},"
        f" the graph is at revision {revision}"
    )
    with neo4j_driver.session() as session:
        session.run(CLICK).consume()  # as a shop writes it, past kgrec
    with pytest.raises(SnapshotError) as caught:
        check(graph, tmp_path)
    assert str(caught.value) == (
        f"the snapshot in {tmp_path} is older than the graph: +1 VIEWED;"
        f" kgrec snapshot {tmp_path} brings it up to date"
    )
    assert keep(graph, tmp_path).exported
    assert check(graph, tmp_path).counts["events"] == first.manifest.counts["events"] + 1


def test_what_learns_reads_the_kept_one_and_makes_up_for_a_broken_one(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    said: list[str] = []
    read = kept(graph, tmp_path, say=said.append)
    before = inner(tmp_path)
    assert different(read, kept(graph, tmp_path, say=said.append)) == []
    assert (inner(tmp_path), said) == (before, [])
    (before / "users.parquet").unlink()
    assert different(read, kept(graph, tmp_path, say=said.append)) == []
    assert said == [f"{tmp_path} is no whole snapshot: users.parquet is missing: it is made anew"]
    assert different(read, open_snapshot(tmp_path)) == []


def test_a_full_disk_costs_what_learns_no_more_than_a_line(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    said: list[str] = []
    with files_of_at_most(100):
        read = kept(graph, tmp_path, say=said.append)
    assert read.products.ids[0] == "balm"
    assert said == [
        f"the snapshot cannot be written to {tmp_path}: File too large; what it held is untouched"
    ]


def test_a_snapshot_of_another_graph_is_not_taken_for_this_one(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    keep(graph, tmp_path)
    manifest = tmp_path / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"state": told["state"] | {"database": "other"}}))
    again = keep(graph, tmp_path)
    assert again.why == (
        f"the snapshot in {tmp_path} is of another graph, that of {told['state']['server']}"
    )


def test_an_empty_graph_says_how_to_fill_it(neo4j_graph: Neo4jGraph, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="the graph is empty: fill it with kgrec build-graph"):
        keep(neo4j_graph, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_command_tells_what_it_did(
    graph: Neo4jGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cli.commands import app

    for name in ("uri", "username", "password", "database"):
        monkeypatch.setenv(f"NEO4J_{name.upper()}", getattr(graph.settings, name))
    monkeypatch.setenv("KGREC_HOME", str(tmp_path))
    folder, run = tmp_path / "snapshot", CliRunner().invoke
    absent = run(app, ["snapshot", "--check"])
    assert isinstance(absent.exception, SnapshotError)
    events = len(export(graph).events.at)
    first, second = run(app, ["snapshot"]).stdout, run(app, ["snapshot"]).stdout
    held = f"12 products, 6 users, {events} events of revision"
    assert first.startswith(held)
    assert first.endswith(" s)\n")
    assert second.startswith(held)
    assert second.endswith("current, nothing exported)\n")
    told = json.loads(run(app, ["snapshot", "--json"]).stdout)
    assert (told["folder"], told["exported"]) == (str(folder), False)
    assert run(app, ["snapshot", "--check"]).exit_code == 0


def test_a_user_who_is_forgotten_while_the_graph_is_written_is_not_kept(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    stages: set[str] = set()

    def read(stage: str, _done: int, _of: int | None) -> None:
        stages.add(stage)

    with ThreadPoolExecutor(1) as pool:
        with FileLock(tmp_path / LOCK):  # who keeps a snapshot waits with what was read
            keeping = pool.submit(keep, graph, tmp_path, read)
            while len(stages) < 6 and not keeping.done():
                time.sleep(0.01)
            time.sleep(1.0)
            forget_user(graph, "ann")
        keeping.result()
    assert open_snapshot(tmp_path).users == ("bob", "cat", "dan", "eve", "fay")
    assert inner(tmp_path).is_dir()
