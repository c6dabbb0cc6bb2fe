"""What kgrec keeps is its owner's alone, whatever the umask, also what an earlier version left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from cli.report import keep
from gnn.checkpoints import keep as keep_checkpoint
from kg.build import BuildOptions, build_graph
from kg.graph.neo4j import Neo4jGraph
from kg.impressions.store import ImpressionStore
from kg.impressions.types import Impression
from kg.live.queue import EventQueue
from kg.local_server import start
from kg.private import close_to_others, private_file, private_folder
from kg.snapshot import keep as keep_snapshot
from kg.sources import open_source
from tests.conftest import TOY_SHOP


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """Everybody may read and write what is made without a word on that."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What in a folder, itself included, others may read, write or enter."""
    return [
        f"{path.relative_to(folder)} {path.stat().st_mode & 0o777:o}"
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.stat().st_mode & 0o077
    ]


def test_files_and_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    file = private_file(tmp_path / "home" / "some" / "events")
    file.write_text("secret")
    assert open_to_others(tmp_path / "home") == []
    assert private_folder(tmp_path / "home") == tmp_path / "home"
    file.chmod(0o644)
    assert private_file(file).read_text() == "secret"
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_there_already_is_closed_and_links_lead_nowhere(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    (home / "neo4j" / "data").mkdir(parents=True)
    (home / "neo4j" / "data" / "store").write_text("graph")
    (home / "mine.sh").write_text("true")
    (home / "mine.sh").chmod(0o755)
    outside.write_text("another's")
    (home / "link").symlink_to(outside)
    assert len(open_to_others(home)) == 5
    close_to_others(home)
    assert open_to_others(home) == []
    assert (home / "mine.sh").stat().st_mode & 0o777 == 0o700
    assert outside.stat().st_mode & 0o777 == 0o666


def test_a_home_without_a_server_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    queue, impressions = EventQueue(home / "e.sqlite"), ImpressionStore(home / "i.sqlite")
    queue.put([{"user_id": "ann"}])
    impressions.add([Impression("e", "click", "ann", "sock", 1)])
    made = CliRunner().invoke(app, ["keys", "create", "me"], env={"KGREC_HOME": str(home)})
    assert made.exit_code == 0
    assert keep_checkpoint(private_folder(home / "training") / "items", {}) is None
    assert {path.suffix for path in home.iterdir()} >= {".sqlite-wal", ".json", ".lock"}
    assert open_to_others(home) == []


def test_a_report_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGREC_HOME", str(tmp_path / "home"))
    keep("command: kgrec", "an error")
    assert list((tmp_path / "home" / "reports").iterdir()) != []
    assert open_to_others(tmp_path / "home") == []


@pytest.mark.neo4j
def test_a_home_with_a_graph_is_closed_and_a_start_closes_an_open_one(
    neo4j_graph: Neo4jGraph, neo4j_home: Path
) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP), BuildOptions(embed=False))
    keep_snapshot(neo4j_graph, neo4j_home / "snapshot")
    settings = neo4j_home / "server.toml"  # the user's own
    settings.chmod(0o600)
    assert open_to_others(neo4j_home) == []
    assert (neo4j_home / "neo4j" / "data").stat().st_mode & 0o777 == 0o700
    for path in (settings, neo4j_home, neo4j_home / "neo4j", neo4j_home / "password"):
        path.chmod(path.stat().st_mode | 0o044)
    start(neo4j_home, print)
    assert open_to_others(neo4j_home) == []
