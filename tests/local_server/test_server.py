"""The local server itself: started twice, at once, after a crash, beside another, and reset."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from neo4j import GraphDatabase

from kg.connection import Settings
from kg.errors import ServerError
from kg.local_server import ensure_running, reset, start, status, stop
from kg.local_server.layout import Layout, State, read_state, write_state
from tests.conftest import QUICK, kill_server

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

KGREC = [sys.executable, "-c", "from cli.main import main; main()"]


def marks(settings: Settings) -> list[str]:
    with (
        GraphDatabase.driver(settings.uri, auth=(settings.username, settings.password)) as driver,
        driver.session() as session,
    ):
        return [str(name) for name in session.run("MATCH (m:Mark) RETURN m.name").value()]


def write_mark(settings: Settings, name: str) -> None:
    with GraphDatabase.driver(settings.uri, auth=(settings.username, settings.password)) as driver:
        driver.execute_query("CREATE (:Mark {name: $name})", name=name)


@pytest.fixture(scope="module")
def home(local_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of these tests' own, with a space and an accent in its name."""
    folder = tmp_path_factory.mktemp("léa's home")
    Layout(folder).settings_file.write_text(QUICK)
    yield folder
    kill_server(folder)


# The tests of one server are one story, told in order: each start of a server takes seconds.


def test_two_processes_that_start_it_at_once_get_one_server(home: Path) -> None:
    environment = {"KGREC_HOME": str(home), "HOME": str(Path.home()), "LC_ALL": "C.UTF-8"}
    both = [
        subprocess.Popen(
            [*KGREC, "db", "start"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    # All but the last line, which tells a size that grows.
    assert outputs[0][0].splitlines()[:-1] == outputs[1][0].splitlines()[:-1]
    told = "".join(said for _, said in outputs)
    assert told.count("Starting Neo4j 2026.08.1 in ") == 1
    assert told.count("Another kgrec is starting or stopping the server of ") == 1
    found = status(home)
    assert f"running (process {found.pid})" in outputs[0][0]
    write_mark(ensure_running(home, print), "first")


def test_starting_a_running_server_changes_nothing_and_says_nothing(home: Path) -> None:
    said: list[str] = []
    before = status(home)
    assert before.running
    assert start(home, said.append) == before
    assert ensure_running(home, said.append).uri == before.uri
    assert said == []


def test_it_listens_on_this_machine_only(home: Path) -> None:
    process = psutil.Process(status(home).pid)
    listening = [c.laddr for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    state = read_state(Layout(home))
    assert state is not None
    assert {address.port for address in listening} == {state.ports.bolt, state.ports.http}
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_two_homes_are_two_graphs_side_by_side(home: Path, neo4j_settings: Settings) -> None:
    here = ensure_running(home, print)
    assert here.uri != neo4j_settings.uri
    assert here.password != neo4j_settings.password
    assert marks(here) == ["first"]
    assert marks(neo4j_settings) == []


def test_a_killed_server_is_noticed_and_comes_back_with_its_data(home: Path) -> None:
    before = status(home)
    server = psutil.Process(before.pid)
    server.kill()
    server.wait(60)
    said: list[str] = []
    settings = ensure_running(home, said.append)
    after = status(home)
    assert said[0] == "The local server had ended without being stopped; starting it again"
    assert (after.uri, after.browser) == (before.uri, before.browser)
    assert after.pid != before.pid
    assert marks(settings) == ["first"]


def test_an_orderly_stop_keeps_the_data_and_a_start_finds_other_ports_where_taken(
    home: Path,
) -> None:
    assert stop(home).was_running
    assert not stop(home).was_running
    before, state = status(home), read_state(Layout(home))
    assert not before.running
    assert state is not None
    # A stale number, by now another program's (this one's), and a port that somebody took.
    write_state(Layout(home), State(state.ports, psutil.Process().pid))
    with socket.create_server(("127.0.0.1", state.ports.bolt)):
        said: list[str] = []
        settings = ensure_running(home, said.append)
    assert any(line.startswith(f"Port {state.ports.bolt} or ") for line in said)
    assert settings.uri != before.uri
    assert marks(settings) == ["first"]


def test_a_lost_password_is_one_line(home: Path) -> None:
    layout = Layout(home)
    kept = layout.password_file.read_text()
    layout.password_file.write_text("another\n")
    with pytest.raises(ServerError, match=r"^the local server refuses the password in .*reset`"):
        start(home, print)
    layout.password_file.write_text(kept)
    assert start(home, print).running


def test_reset_removes_the_graph_and_the_password_but_not_the_settings(home: Path) -> None:
    layout = Layout(home)
    (home / "mine.txt").write_text("not kgrec's")
    layout.snapshot.mkdir()
    ended = reset(home)
    assert ended.was_running
    mine = (layout.neo4j, layout.snapshot, layout.password_file, layout.state_file)
    assert ended.removed == mine
    assert {path.name for path in home.iterdir()} == {"mine.txt", "server.toml", "server.lock"}
    assert reset(home).removed == ()


def test_a_server_that_cannot_start_says_why_in_one_line(home: Path) -> None:
    Layout(home).settings_file.write_text('heap = "1k"\n')
    with pytest.raises(ServerError) as failed:
        start(home, print)
    assert str(failed.value).startswith("Neo4j ended while starting: ")
    assert "heap" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert not status(home).running
